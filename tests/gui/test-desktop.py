#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program and the desktop it runs on: notifications, life without a window, what closing means."""

import os
import shlex

import desk
import settings
from desk import Client
from notifications import Service


def alice_and_bob(t, env=None, home=None):
    """A window of alice's that looks at nobody, and bob at a terminal."""
    server = t.server()
    alice, bob = Client(t, server, 'alice', env=env, home=home), t.cli(server, 'bob')
    alice.sign_up('alice', 'correct horse')
    bob.sign('bob')
    alice.person('bob')
    return server, alice, bob


def online(cli):
    cli.send('list')
    return cli.expect('users')['online']


def keyring_in(home):
    """libsecret's own keyring in a file, of which only its tests know the password. It leaks etags of that file, on stacks of
    nothing but GLib: whose they are these do not tell."""
    return {'SECRET_BACKEND': 'file', 'SECRET_FILE_TEST_PATH': os.path.join(home, 'keyring'),
            'SECRET_FILE_TEST_PASSWORD': 'of the test', 'ASAN_OPTIONS': 'detect_leaks=0'}


def test_a_notification_is_answered(t):
    "One a person, the newest words; Reply opens the conversation with the keyboard in the entry, Mark as Read does not."
    service = Service(t)
    _, alice, bob = alice_and_bob(t)
    bob.send('send alice first')
    service.wait('bob', 'first')
    bob.send('send alice second')
    shown = service.wait('bob', 'second')
    t.equal(len(service.shown), 1, 'notifications')
    alice.find('frame', '(2) Sotto (alice)')
    service.press(shown, 'Mark as Read')
    alice.gone('list item', lambda name: name.startswith('bob,') and 'unread' in name)
    alice.find('frame', 'Sotto (alice)')
    bob.send('send alice third')
    service.press(service.wait('bob', 'third'), 'Reply')
    alice.message('bob, third, ')
    alice.type('I am here')
    alice.key('Return')
    bob.expect('message', text='I am here')
    # Whoever looks needs no telling.
    bob.send('send alice fourth')
    alice.message('bob, fourth, ')
    service.wait_none()


URGENT = 2  # what a desktop shows in spite of do-not-disturb


def test_what_is_not_to_disturb(t):
    "Nothing is urgent and nothing sounds, so do-not-disturb holds; of somebody muted nothing is told at all, but counted."
    service = Service(t)
    server, alice, bob = alice_and_bob(t)
    carol = t.cli(server, 'carol')
    carol.sign('carol')
    bob.send('send alice psst')
    file = os.path.join(t.dir, 'plan.txt')
    with open(file, 'w', encoding='utf-8') as plan:
        plan.write('words')
    carol.send(f'file alice {file}')
    service.wait('bob', 'psst')
    service.wait('carol', 'Wants to send you “plan.txt”')
    for shown in service.shown.values():
        t.check(shown.hints.get('urgency', 1) < URGENT, f'urgent: {shown.hints}')
        t.equal([name for name in shown.hints if name.startswith('sound')], [], 'sounds')
    told = service.told
    alice.about('bob', 'Mute')
    alice.find('list item', lambda name: name.startswith('bob,') and 'muted' in name)
    bob.send('send alice psst again')
    alice.find('list item', lambda name: name.startswith('bob,') and '2 unread' in name)
    alice.find('frame', '(1) Sotto (alice)')  # whom one does not want to hear of does not count there
    carol.send('send alice hello')
    service.wait('carol', 'hello')  # had there been one for bob it would have come before
    t.equal(service.told, told + 1, 'notifications since')


class Activated(Client):
    """The program as the bus starts it, for somebody who asks for its name, by the .service file that is installed."""

    NAME, PATH = 'org.sotto.Sotto', '/org/sotto/Sotto'

    def __init__(self, t):  # pylint: disable=super-init-not-called
        from gi.repository import Gio, GLib
        self.owns_home, self.home, self.place, self.profile = True, desk.harness.make_private_dir(), 0, 'default'
        self.glib, self.gio = GLib, Gio
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.log_path = os.path.join(self.home, 'log')
        self._calm()
        self._install()
        self.program = None
        t.defer(self.close)

    def _install(self):
        """As it is built, but for where the program lies: a script gives it a home of its own."""
        script = os.path.join(self.home, 'sotto')
        with open(script, 'w', encoding='utf-8') as file:
            file.write('#!/bin/sh\n')
            for name, value in self.environment().items():
                file.write(f'export {name}={shlex.quote(value)}\n')
            file.write(f'exec {desk.harness.program("sotto")} "$@" 2>>{self.log_path}\n')
        os.chmod(script, 0o700)
        with open(os.path.join(desk.harness.build_dir(), 'data', self.NAME + '.service'), encoding='utf-8') as file:
            lines = file.read().splitlines()
        folder = os.path.join(os.environ['XDG_RUNTIME_DIR'], 'dbus-1', 'services')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, self.NAME + '.service'), 'w', encoding='utf-8') as file:
            for line in lines:
                key, _, value = line.partition('=')
                file.write(f'Exec={script} {value.partition(" ")[2]}\n' if key == 'Exec' else line + '\n')
        self._ask_bus('ReloadConfig', None)

    def _ask_bus(self, method, args):
        return self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', method, args,
                                  None, self.gio.DBusCallFlags.NONE, 20000, None)

    def ask(self, method, args):
        """Of org.freedesktop.Application; whoever runs then is the program."""
        self.bus.call_sync(self.NAME, self.PATH, 'org.freedesktop.Application', method, args, None,
                           self.gio.DBusCallFlags.NONE, 60000, None)
        pid = self._ask_bus('GetConnectionUnixProcessID', self.glib.Variant('(s)', (self.NAME,))).unpack()[0]
        self.program = Stranger(pid, self.log_path)

    def close(self):
        if self.program is not None:
            self.program.end()
        desk.shutil.rmtree(self.home, ignore_errors=True)


class Stranger:
    """A program that somebody else started."""

    def __init__(self, pid, log_path):
        self.pid, self.log_path, self.process = pid, log_path, self

    @property
    def running(self):
        return os.path.exists(f'/proc/{self.pid}')

    def story(self):
        with open(self.log_path, encoding='utf-8', errors='replace') as file:
            return file.read()

    def end(self):
        if self.running:
            os.kill(self.pid, desk.harness.signal.SIGTERM)
        desk.wait_until(lambda: not self.running, 'the program to end')
        if desk.harness.SANITIZER.search(desk.harness.leaks.without(self.story(), False)):
            raise desk.Failure(f'a sanitizer reports\n{self.story()}')


def test_activated_by_the_bus(t):
    "Nobody has its name and somebody asks for it: the bus starts it, a window comes; a link comes with it; once only."
    Service(t)
    from gi.repository import GLib
    sotto = Activated(t)
    sotto.ask('Activate', GLib.Variant('(a{sv})', ({},)))
    sotto.find('frame', 'Sotto')
    first = sotto.program.pid
    link = 'sotto://chat.example:4711/?realm=R&fp=' + '0' * 64
    sotto.ask('Open', GLib.Variant('(asa{sv})', ([link], {})))
    server = sotto.find('text', 'Server').get_text_iface()
    desk.wait_until(lambda: server.get_text(0, -1) == link, 'the link to be in Server')
    t.equal(sotto.program.pid, first, 'the program')
    t.equal(len(sotto.matches('frame', None)), 1, 'windows')


def test_looking_takes_it_away(t):
    "Opening the conversation by hand withdraws its notification."
    service = Service(t)
    _, alice, bob = alice_and_bob(t)
    bob.send('send alice psst')
    service.wait('bob', 'psst')
    alice.double_click(alice.person('bob'))
    alice.message('bob, psst, ')
    service.wait_none()


def test_words_can_be_hidden(t):
    "Switched off in the preferences, a notification says that, not what; switched off altogether, nothing comes."
    service = Service(t)
    _, alice, bob = alice_and_bob(t)
    alice.menu('Preferences')
    alice.press('Show the words', 'toggle button')
    bob.send('send alice a secret')
    service.wait('bob', '1 new message')
    bob.send('send alice another')
    service.wait('bob', '2 new messages')
    alice.press('Tell of new messages', 'toggle button')
    told = service.told
    bob.send('send alice a third')
    alice.find('list item', lambda name: name.startswith('bob,') and '3 unread' in name)
    t.equal(service.told, told, 'notifications')


def test_it_goes_on_without_a_window(t):
    "Closing asks once; kept running it still tells of messages, and starting it again brings the window back."
    service = Service(t)
    server, alice, bob = alice_and_bob(t)
    alice.key('ctrl+w')
    alice.press('Keep Running')
    alice.gone('frame', None)
    bob.send('send alice are you there?')
    shown = service.wait('bob', 'are you there?')
    bob.expect('delivered')
    service.press(shown, None)
    alice.message('bob, are you there?, ')
    alice.key('ctrl+w')  # answered once: not asked again
    alice.gone('frame', None)
    again = Client(t, server, 'alice', home=alice.home)
    again.program.wait_exit()
    alice.find('list box', 'People')
    alice.key('ctrl+q')
    alice.program.wait_exit()
    bob.expect('left', username='alice')


def test_another_device(t):
    """Whoever logs in as me elsewhere ends this session: the window says who, when and what to do, the desktop tells who
    does not look; logged in again the other one is out, and with the changed password it stays out."""
    service = Service(t)
    server, alice, bob = alice_and_bob(t)
    carol = Client(t, server, 'carol')
    carol.find('text', 'Username')
    carol.focus()
    other = t.cli(server, 'alice-elsewhere', env={'SOTTO_PASSWORD': 'correct horse'})
    other.send('auth alice')
    other.expect('authenticated')
    desk.wait_until(lambda: [n for n in list(service.shown.values()) if n.title == 'You no longer receive messages'
                             and n.body.startswith('Another device logged in as alice (')], 'to be told')
    alice.says('If that was not you, somebody knows your password: log in again and change it.')
    alice.focus()
    service.wait_none()
    alice.press('Log In Again')
    alice.log_in('alice', 'correct horse')
    t.equal(other.expect('disconnected')['code'], 'replaced')
    alice.menu('Change Password…')
    for field, text in (('Current password', 'correct horse'), ('New password', 'battery staple'),
                        ('New password again', 'battery staple')):
        alice.fill(field, text)
    alice.press('Change')
    alice.gone('dialog', 'Change Password')
    other.send('auth alice')
    t.equal(other.expect('refused')['code'], 'auth')
    bob.send('send alice still you?')
    alice.find('list item', lambda name: name.startswith('bob, online, 1 unread'))


def test_quitting_is_an_answer_too(t):
    "Esc leaves everything as it is; Quit ends the program."
    _, alice, bob = alice_and_bob(t)
    alice.key('ctrl+w')
    alice.find('push button', 'Keep Running')
    desk.xdotool('key', 'Escape')
    alice.gone('push button', 'Keep Running')
    alice.find('list box', 'People')
    alice.key('ctrl+w')
    alice.press('Quit')
    alice.program.wait_exit()
    bob.expect('left', username='alice')


def test_who_asks_to_be_remembered_is(t):
    "The password is in the keyring, follows a change of it, and is gone after logging out."
    server = t.server()
    home = desk.harness.make_private_dir()
    keyring = keyring_in(home)
    where = keyring['SECRET_FILE_TEST_PATH']

    def start():
        return Client(t, server, 'alice', trust='ask', env=keyring, home=home)

    def written():
        return os.path.exists(where) and os.stat(where).st_mtime_ns

    alice = start()
    alice.find('text', 'Username')
    if not alice.matches('check box', 'Remember me'):
        raise desk.Skip('built without libsecret')
    alice.press('Remember me', 'check box')
    alice.fill_form('alice', 'correct horse')
    alice.press('Sign Up')
    alice.press('Trust This Server')
    alice.find('list box', 'People')
    alice.program.process.terminate()  # at once: what was to be remembered is
    alice.program.wait_exit()
    alice = start()
    alice.find('list box', 'People')
    alice.menu('Change Password…')
    alice.find('dialog', 'Change Password')
    alice.fill('Current password', 'correct horse')
    alice.fill('New password', 'battery staple')
    alice.fill('New password again', 'battery staple')
    alice.press('Change')
    alice.gone('dialog', 'Change Password')
    alice.program.process.terminate()
    alice.program.wait_exit()
    alice = start()
    alice.find('list box', 'People')
    alice.menu('Log Out')
    alice.find('text', 'Username')
    alice.program.process.terminate()
    alice.program.wait_exit()
    alice = start()
    alice.find('text', 'Username')
    t.check(not alice.matches('list box', 'People'), 'nobody is remembered')
    t.check(not alice.is_checked('Remember me'), 'nor asks to be')


def test_wishes_are_kept(t):
    "Preferences: what is switched there is in the settings, the engine does it, and closing no longer asks."
    folder = t.folder('config')
    server, alice, bob = alice_and_bob(t, env=settings.kept_in(folder))
    started = os.path.join(folder, 'autostart', 'org.sotto.Sotto.p_alice.desktop')
    alice.menu('Preferences')
    alice.find(None, 'Tell of new messages')
    for name in ('Show the words', 'That you are typing', 'Start with the session'):
        alice.press(name, 'toggle button')
    desk.wait_until(lambda: os.path.exists(started), 'it to start with the session')
    with open(started, encoding='utf-8') as file:
        t.check('Exec=sotto --background --profile alice' in file.read(), 'how it starts')
    alice.press('Start with the session', 'toggle button')
    desk.wait_until(lambda: not os.path.exists(started), 'it not to start with the session')
    t.equal(alice.preference('When the window is closed'), 'Ask')
    alice.prefer('When the window is closed', 'Quit')
    alice.leave('Preferences')
    for line in ('notify-words=false', 'typing=false', "when-closed='quit'"):
        desk.wait_until(lambda line=line: line in settings.read(folder), f'{line} in {settings.read(folder)}')
    alice.key('ctrl+w')
    alice.program.wait_exit()


def test_started_with_the_session(t):
    "Remembered, it comes without a window and tells of messages; not remembered, it asks for the password."
    service = Service(t)
    server = t.server()
    home = desk.harness.make_private_dir()
    env = keyring_in(home)

    def start(*args):
        return Client(t, server, 'alice', trust='ask', env=env, home=home, args=args)

    alice = start('--background')
    alice.fill_form('alice', 'correct horse')
    if not alice.matches('check box', 'Remember me'):
        raise desk.Skip('built without libsecret')
    alice.press('Remember me', 'check box')
    alice.press('Sign Up')
    alice.press('Trust This Server')
    alice.find('list box', 'People')
    alice.key('ctrl+q')
    alice.program.wait_exit()
    alice = start('--background')
    bob = t.cli(server, 'bob')
    bob.sign('bob')
    desk.wait_until(lambda: 'alice' in online(bob), 'alice to be there')
    bob.send('send alice good morning')
    shown = service.wait('bob', 'good morning')
    t.check(not alice.matches('frame', None), 'there is no window')
    service.press(shown, 'Reply')
    alice.message('bob, good morning, ')


if __name__ == '__main__':
    desk.main(globals())
