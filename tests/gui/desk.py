# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk of its own: a display, a session bus, and windows of the real program on it, found and used
the way a screen reader does.

    import desk
    def test_…(t):
        alice = desk.Client(t, server, 'alice')
        alice.find('push button', 'Log In').do_action(0)
    if __name__ == '__main__':
        desk.main(globals())

desk.main starts the file again inside dbus-run-session on a display of its own. There is no window manager, so
the keyboard goes where focus() says.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lib'))
import harness  # noqa: E402
from harness import Failure, Skip  # noqa: E402

# pygobject's overrides of Atspi warn of every interface they are asked for.
warnings.simplefilter('ignore', DeprecationWarning)

SCREEN = '2040x720x24'
NEEDED = ('Xvfb', 'dbus-run-session', 'xdotool')


def main(namespace):
    """Runs the cases on a new desk; skips them all where one cannot be set up."""
    if 'SOTTO_DESK_TAP' in os.environ:
        # Back to where the results are read; what the desk's daemons say went elsewhere.
        os.dup2(int(os.environ.pop('SOTTO_DESK_TAP')), sys.stdout.fileno())
        harness.main(namespace)
    missing = [name for name in NEEDED if shutil.which(name) is None]
    try:
        import gi
        gi.require_version('Atspi', '2.0')
        harness.program('sotto')
        harness.program('sotto-server')
    except (ImportError, ValueError, Skip) as problem:
        missing.append(str(problem))
    if missing:
        print(f'1..0 # SKIP no desk: {", ".join(missing)}', flush=True)
        return
    home = harness.make_private_dir()
    env = harness.private_env(home, GDK_BACKEND='x11', GSETTINGS_BACKEND='memory', NO_AT_BRIDGE='0',
                              GTK_THEME='', GDK_SCALE='1', GTK_MODULES='')
    for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'GTK_THEME', 'NO_AT_BRIDGE', 'AT_SPI_BUS_ADDRESS'):
        env.pop(name, None)
    argv = ['dbus-run-session', '--', sys.executable] + sys.argv
    tap = os.dup(sys.stdout.fileno())
    env['SOTTO_DESK_TAP'] = str(tap)
    try:
        with display() as env['DISPLAY']:
            status = subprocess.run(argv, env=env, check=False, stdout=sys.stderr, pass_fds=[tap]).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(status)


@contextlib.contextmanager
def display():
    """The X server finds itself a number: two that look for a free one at once may find the same."""
    reader, writer = os.pipe()
    argv = ['Xvfb', '-displayfd', str(writer), '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset']
    with subprocess.Popen(argv, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as file:
            number = file.readline().strip()
        try:
            yield f':{number}'
        finally:
            server.terminate()


def wait_until(predicate, what, timeout=None):
    """As the harness's, with longer pauses: each look at a window is work for the program we wait for."""
    deadline = time.monotonic() + (timeout or harness.PATIENCE)
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f'waited in vain for {what}')
        time.sleep(0.15)


def atspi():
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi
    return Atspi


def box_of(node):
    "Where it is on the screen, as soon as it has its place there: GTK says 1x1 until the next frame."
    def box():
        node.clear_cache()
        extents = node.get_extents(atspi().CoordType.SCREEN)
        return extents if extents.width > 1 and extents.height > 1 else None
    return wait_until(box, f'{node.get_name()} to have its place')


def glib():
    from gi.repository import GLib
    return GLib


def rule(role, showing):
    """What AT-SPI's Collection is asked for."""
    spi = atspi()
    roles = [getattr(spi.Role, role.upper().replace(' ', '_'))] if role else []
    states = spi.StateSet.new([spi.StateType.SHOWING] if showing else [])
    return spi.MatchRule.new(states, spi.CollectionMatchType.ALL, {}, spi.CollectionMatchType.ALL,
                             roles, spi.CollectionMatchType.ANY if roles else spi.CollectionMatchType.ALL,
                             [], spi.CollectionMatchType.ALL, False)


def xdotool(*args):
    done = subprocess.run(('xdotool',) + args, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode != 0:
        raise Failure(f'xdotool {args}: {done.stderr}')
    return done.stdout.strip()


def xdotool_says(*args):
    """As xdotool, None when it fails: nothing has the focus, or it went just now."""
    try:
        return xdotool(*args)
    except Failure:
        return None


def sottoctl(server, *args, said=''):
    """What it prints; `said` is typed into it."""
    done = subprocess.run([harness.program('sottoctl'), '--socket', os.path.join(server.dir, 'control'), *args],
                          input=said, text=True, capture_output=True, timeout=30, check=False)
    if done.returncode != 0:
        raise Failure(f'sottoctl {args}: {done.stderr}')
    return done.stdout


class Neighbour:
    """Another program's window, or its clipboard; see neighbour.py."""

    def __init__(self, t, *args):
        folder = t.folder('neighbour')
        self.program = harness.Program([sys.executable, os.path.join(HERE, 'neighbour.py')] + [str(arg) for arg in args],
                                       folder, 'neighbour', env={**os.environ, 'NO_AT_BRIDGE': '1'})
        t.defer(self.close)
        self.program.wait_for(lambda: 'ready' in self.program.lines or None, 'ready')

    def close(self):
        self.program.kill()


def drag(start, end):
    """With the pointer, as slowly as a hand."""
    xdotool('mousemove', str(start[0]), str(start[1]), 'mousedown', '1')
    for i in range(1, 11):
        x, y = (start[k] + (end[k] - start[k]) * i // 10 for k in (0, 1))
        xdotool('mousemove', '--sync', str(x), str(y), 'sleep', '0.03')
    xdotool('sleep', '0.3', 'mouseup', '1')


class Client:
    """A `sotto` of its own profile and home. `place` is where its windows stand, left (0) or right (1)."""

    def __init__(self, t, server=None, profile='alice', trust='link', place=0, args=(), env=None, home=None):
        import notifications  # which imports this file
        notifications.provide(t)
        self.owns_home = home is None
        self.home = home or harness.make_private_dir()
        self.place = place
        self.profile = profile
        argv = [harness.program('sotto'), '--profile', profile]
        if server is not None:
            argv += self._way_to(server, trust)
        self._calm()
        self.program = harness.Program(argv + list(args), self.home, f'sotto-{profile}', env=self.environment(env),
                                       cwd=self.home)
        t.defer(self.close)

    def environment(self, more=None):
        kept = os.path.join(harness.ROOT, 'tests', 'lib', 'lsan.supp')
        full = harness.private_env(self.home, **{
            'G_DEBUG': 'fatal-warnings', 'SOTTO_LOCALEDIR': os.path.join(harness.build_dir(), 'po'),
            'LSAN_OPTIONS': f'suppressions={kept}:print_suppressions=0', **(more or {})})
        # The desk's own bus and runtime folder, not one of the home's.
        full['XDG_RUNTIME_DIR'] = os.environ['XDG_RUNTIME_DIR']
        return full

    def _calm(self):
        """Nothing slides, fades or blinks: what moves is drawn sixty times a second, by sanitized code, for nobody."""
        folder = os.path.join(self.home, 'config', 'gtk-3.0')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'settings.ini'), 'w', encoding='utf-8') as file:
            file.write('[Settings]\ngtk-enable-animations=0\ngtk-cursor-blink=0\n')

    def _way_to(self, server, trust):
        if trust == 'link':
            return [server.join_link]
        path = os.path.join(self.home, f'client-{self.profile}.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'server_address: "{server.address}"\nserver_port: {server.port}\n')
            if trust == 'certificate':
                file.write(f'server_certificate: {server.certificate}\n')
        return ['--config', path]

    def close(self):
        if self.program.running:
            self.program.process.terminate()
            try:
                self.program.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        self.program.kill()
        try:
            self.program.check_log()
        finally:
            if self.owns_home:
                shutil.rmtree(self.home, ignore_errors=True)

    # What is on the screen

    def application(self):
        desktop = atspi().get_desktop(0)
        for i in range(desktop.get_child_count()):
            try:
                child = desktop.get_child_at_index(i)
                if child is not None and child.get_process_id() == self.program.process.pid:
                    return child
            except Exception:  # pylint: disable=broad-except
                continue  # an application that is just going
        return None

    def walk(self, root=None):
        """Every accessible that is showing, parents first."""
        stack = [root or self.application()]
        while stack:
            node = stack.pop()
            if node is None:
                continue
            try:
                node.clear_cache()
                yield node
                n = min(node.get_child_count(), 500)
                stack.extend(node.get_child_at_index(i) for i in reversed(range(n)))
            except Exception:  # pylint: disable=broad-except
                continue  # gone while we looked

    def matches(self, role, name, root=None, showing=True):
        """Those with this role, or any, and this name, or one that the predicate accepts. The program itself is asked
        for them, in one question: a walk through its tree has thousands."""
        found = []
        with contextlib.suppress(glib().Error):  # a window that is just going
            for top in [root] if root else self.windows():
                if self._is(top, role, showing):
                    found.append(top)
                collection = top.get_collection_iface()
                if collection is not None:  # a window that is just going has none
                    found += collection.get_matches(rule(role, showing), atspi().CollectionSortOrder.CANONICAL, 0, True)
        return [node for node in found if self._has_name(node, name)]

    @staticmethod
    def _is(node, role, showing):
        node.clear_cache()
        return (not role or node.get_role_name() == role) and \
            (not showing or node.get_state_set().contains(atspi().StateType.SHOWING))

    def windows(self):
        application = self.application()
        children = [application.get_child_at_index(i) for i in range(application.get_child_count())] if application else []
        return [child for child in children if child is not None]  # one may be just going

    @staticmethod
    def _has_name(node, name):
        node.clear_cache()
        try:
            text = node.get_name() or ''
        except glib().Error:
            return False  # gone while we looked
        return name is None or (name(text) if callable(name) else text == name)

    def find(self, role, name, root=None, timeout=None):
        """The first accessible with this role and name (or predicate on the name), waited for."""
        def look():
            if not self.program.running:
                raise Failure(f'{self.profile} ended')
            return self.matches(role, name, root)
        try:
            return wait_until(look, f'{role} {name}', timeout)[0]
        except Failure as failure:
            raise Failure(f'{failure}\n{self.describe()}\n{self.program.story()}') from None

    def gone(self, role, name, timeout=None):
        wait_until(lambda: not self.matches(role, name), f'no {role} {name}', timeout)

    def describe(self):
        lines = []
        for node in self.walk():
            try:
                if node.get_name() and node.get_state_set().contains(atspi().StateType.SHOWING):
                    lines.append(f'  {node.get_role_name()}: {node.get_name()!r}')
            except Exception:  # pylint: disable=broad-except
                continue
        return f'{self.profile} shows:\n' + '\n'.join(lines)

    # What a person does

    def press(self, name, role='push button'):
        node = self.find(role, name)
        wait_until(lambda: self._has_state(node, 'SENSITIVE'), f'{name} to be sensitive')
        node.get_action_iface().do_action(0)

    @staticmethod
    def _has_state(node, state):
        node.clear_cache()
        return node.get_state_set().contains(getattr(atspi().StateType, state))

    def fill(self, name, text):
        entries = wait_until(lambda: self.matches('text', name) + self.matches('password text', name),
                             f'an entry {name}\n{self.describe()}')
        entries[0].get_editable_text_iface().set_text_contents(text)

    def window_id(self):
        """The X window of the main or login window; there is one at a time but for dialogs."""
        ids = xdotool('search', '--onlyvisible', '--pid', str(self.program.process.pid)).split()
        sizes = [(self._area(i), i) for i in ids]
        return max(sizes)[1]

    @staticmethod
    def _area(window):
        shape = dict(line.split('=') for line in xdotool('getwindowgeometry', '--shell', window).splitlines() if '=' in line)
        return int(shape['WIDTH']) * int(shape['HEIGHT'])

    def focus(self):
        """Gives this client's window the keyboard, and waits until it has noticed."""
        window = self.window_id()
        if xdotool_says('getwindowfocus') == window:
            return
        xdotool('windowmove', window, str(self.place * 1020), '0')
        xdotool('windowraise', window)
        xdotool('windowfocus', '--sync', window)
        wait_until(lambda: any(self._has_state(node, 'ACTIVE') for node in self.matches('frame', None)),
                   f'{self.profile} to be active')

    def key(self, *names):
        self.focus()
        xdotool('key', '--delay', '30', *names)

    def type(self, text):
        """Into the message entry."""
        self.focus()
        entry = self.find('text', 'Message')
        wait_until(lambda: self._has_state(entry, 'FOCUSED'), 'the message entry to have the focus')
        xdotool('type', '--delay', '15', '--', text)

    def double_click(self, node):
        self.focus()
        box = box_of(node)
        xdotool('mousemove', str(box.x + box.width // 2), str(box.y + box.height // 2))
        xdotool('click', '--repeat', '2', '--delay', '60', '1')

    # What the tests do again and again

    def fill_form(self, username, password, server=None):
        self.find('text', 'Username')
        if server is not None:
            self.fill('Server', server)
        self.fill('Username', username)
        self.fill('Password', password)

    def sign_up(self, username, password, server=None):
        self.fill_form(username, password, server)
        self.press('Sign Up')
        return self.find('list box', 'People')

    def log_in(self, username, password, server=None):
        self.fill_form(username, password, server)
        self.press('Log In')
        return self.find('list box', 'People')

    def menu(self, item):
        """An item of the account menu."""
        self.press('Account menu', 'toggle button')
        self.find(None, item).get_action_iface().do_action(0)

    def conversation(self, item):
        """An item of the menu of the open conversation."""
        self.press('Conversation menu', 'toggle button')
        self.find(None, item).get_action_iface().do_action(0)

    def about(self, username, item):
        """An item of the menu of somebody's row."""
        self.person(username).get_component_iface().grab_focus()
        self.key('shift+F10')
        self.find(None, item).get_action_iface().do_action(0)

    def open(self, username):
        """Their conversation."""
        self.person(username).get_action_iface().do_action(0)
        self.find('text', 'Message')

    def preference(self, row):
        """What is chosen there."""
        return self._preference(row).get_description()

    def _preference(self, row):
        """Of a list in what was scrolled GTK says that it does not show."""
        return wait_until(lambda: self.matches('list item', row, showing=False), row)[0]

    def prefer(self, row, choice, answer=None):
        """And the answer to what is asked then."""
        self.give_keyboard('Preferences')
        self._preference(row).get_component_iface().grab_focus()
        xdotool('key', 'Return')
        self.find('list item', choice).get_component_iface().grab_focus()
        xdotool('key', 'Return')
        if answer:
            self.press(answer)
        wait_until(lambda: self.preference(row) == choice, f'{row}: {choice}')

    def leave(self, title):
        """By Esc, the window or dialog of that title."""
        self.give_keyboard(title)
        xdotool('key', 'Escape')
        wait_until(lambda: not self._x_window(title), f'{title} to be gone')

    def give_keyboard(self, title):
        """There is no window manager: a window beside the main one gets the keyboard from us."""
        xdotool('windowfocus', '--sync', wait_until(lambda: self._x_window(title), title))

    def is_checked(self, name):
        return self._has_state(self.find('check box', name), 'CHECKED')

    def choose_file(self, title, path):
        """The chooser of that title takes a typed path, as a person without a mouse gives it."""
        dialog = wait_until(lambda: self._x_window(title), f'the chooser {title}')
        xdotool('windowmove', dialog, '0', '0')
        xdotool('windowfocus', '--sync', dialog)
        xdotool('key', 'ctrl+l')
        wait_until(lambda: self._location(title), 'the entry for a path')
        xdotool('key', 'ctrl+a')
        xdotool('type', '--delay', '15', '--', path)
        wait_until(lambda: [self._text(node) for node in self._location(title)] == [path], 'the path')
        xdotool('key', 'Return')
        wait_until(lambda: not self._x_window(title), 'the chooser to be gone')

    def _x_window(self, title):
        """Its X window, None where there is none."""
        pid = str(self.program.process.pid)
        ids = xdotool_says('search', '--all', '--onlyvisible', '--pid', pid, '--name', f'^{title}$')
        return ids.split()[0] if ids else None

    def _location(self, title):
        """Where the chooser takes a path: its text that has the keyboard."""
        return [node for window in self.windows() if self._has_name(window, title)
                for node in self.matches('text', None, window) if self._has_state(node, 'FOCUSED')]

    @staticmethod
    def _text(node):
        try:
            return node.get_text_iface().get_text(0, -1)
        except glib().Error:
            return None  # gone while we looked

    def person(self, username):
        return self.find('list item', lambda name: name == username or name.startswith(username + ','))

    def says(self, words):
        """A label that contains these words is showing."""
        return self.find('label', lambda name: words in name)

    def message(self, begins, ends='', timeout=None):
        return self.find('list item', lambda name: name.startswith(begins) and name.endswith(ends), timeout=timeout)
