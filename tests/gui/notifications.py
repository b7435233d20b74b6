# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's notification service, played on the desk's session bus: it keeps what it is told to show
and presses what a person would."""

import threading

import desk
from harness import Failure

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'
XML = '''<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>'''


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


class Service:
    def __init__(self, t):
        t.notifications = self
        from gi.repository import Gio, GLib
        self.glib = GLib
        self.shown = {}
        self.told = 0
        self.bus = Gio.DBusConnection.new_for_address_sync(
            Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION),
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        if not ready.wait(10):
            raise Failure('no notification service could be played')
        t.defer(self.close)

    def _run(self, ready):
        from gi.repository import Gio
        self.context.push_thread_default()
        interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        self.bus.register_object(PATH, interface, self._on_call, None, None)
        self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                           self.glib.Variant('(su)', (NAME, 4)), None, Gio.DBusCallFlags.NONE, 5000, None)
        ready.set()
        self.loop.run()

    def _on_call(self, _bus, _sender, _path, _interface, method, args, invocation):
        values = args.unpack()
        if method == 'Notify':
            self.told += 1
            number = values[1] or 100 + self.told
            self.shown[number] = Shown(number, values)
            invocation.return_value(self.glib.Variant('(u)', (number,)))
        elif method == 'CloseNotification':
            self.shown.pop(values[0], None)
            invocation.return_value(None)
            self._emit('NotificationClosed', '(uu)', (values[0], 3))
        else:
            invocation.return_value(self.glib.Variant('(as)', (['actions', 'body'],)))

    def _emit(self, signal, kind, values):
        self.bus.emit_signal(None, PATH, NAME, signal, self.glib.Variant(kind, values))

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
        self._emit('ActionInvoked', '(us)', (notification.number, key))
        self._emit('NotificationClosed', '(uu)', (notification.number, 2))
        self.shown.pop(notification.number, None)

    def close(self):
        self.loop.quit()
        self.thread.join(5)
        self.bus.close_sync(None)
