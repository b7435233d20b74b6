# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's notification service, played on the desk's session bus: it keeps what it is told to show
and presses what a person would."""

import desk
import played

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'
XML = '''<interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface>'''


class Shown:
    """One notification: words, and buttons as label → key."""

    def __init__(self, number, args):
        _, self.replaces, _, self.title, self.body, actions, self.hints, _ = args
        self.number = number
        self.buttons = {actions[i + 1]: actions[i] for i in range(0, len(actions) - 1, 2)}
        self.actions = actions


def provide(t):
    """Where nobody plays the service GLib warns of it, and warnings end the program."""
    if not getattr(t, 'notifications', None):
        Service(t)


class Service(played.Service):
    def __init__(self, t):
        t.notifications = self
        self.shown = {}
        self.told = 0
        super().__init__(t, NAME)

    def objects(self):
        return {PATH: XML}

    # pylint: disable=invalid-name

    def Notify(self, *values):
        self.told += 1
        number = values[1] or 100 + self.told
        self.shown[number] = Shown(number, values)
        return self.glib.Variant('(u)', (number,))

    def CloseNotification(self, number):
        self.shown.pop(number, None)
        self._say('NotificationClosed', '(uu)', (number, 3))

    def GetCapabilities(self):
        return self.glib.Variant('(as)', (['actions', 'body'],))

    # pylint: enable=invalid-name

    def _say(self, signal, kind, values):
        self.emit(PATH, NAME, signal, kind, values)

    def wait(self, title, body):
        """The one notification that shows these words."""
        return desk.wait_until(
            lambda: next((n for n in list(self.shown.values()) if (n.title, n.body) == (title, body)), None),
            f'a notification {title!r}: {body!r}; there are {[(n.title, n.body) for n in self.shown.values()]}')

    def wait_none(self):
        desk.wait_until(lambda: not self.shown, 'no notification')

    def press(self, notification, label):
        """label None: the notification itself."""
        key = 'default' if label is None else notification.buttons[label]
        self._say('ActionInvoked', '(us)', (notification.number, key))
        self._say('NotificationClosed', '(uu)', (notification.number, 2))
        self.shown.pop(notification.number, None)
