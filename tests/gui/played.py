# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a desktop and its machine, played by a test: on the desk's session bus, or on a system bus of the test's own,
which a client is told of by `env=machine.env`."""

import subprocess
import threading

from harness import Failure, _die_with_parent

LOGIN1 = 'org.freedesktop.login1'
SESSION = '/org/freedesktop/login1/session/_37'
NETWORK_MANAGER = 'org.freedesktop.NetworkManager'
CONNECTED, DISCONNECTED = 70, 20  # NMState
FULL, NONE = 4, 1  # NMConnectivityState


class Service:
    """A name on a bus (an address; None: the session's), with objects that a thread answers for: a call of a method is a
    call of the Python method of that name, which gives a GVariant or None."""

    def __init__(self, t, name, bus=None):
        from gi.repository import Gio, GLib
        self.glib, self.gio, self.name = GLib, Gio, name
        self.properties = {}
        self.bus = Gio.DBusConnection.new_for_address_sync(
            bus or Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION),
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        if not self.ready.wait(10):
            raise Failure(f'{name} could not be played')
        t.defer(self.close)

    def objects(self):
        """Path → interfaces as XML."""
        return {}

    def _run(self):
        self.context.push_thread_default()
        for path, xml in self.objects().items():
            interface = self.gio.DBusNodeInfo.new_for_xml(f'<node>{xml}</node>').interfaces[0]
            self.bus.register_object(path, interface, self._on_call, self._on_get, None)
        self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                           self.glib.Variant('(su)', (self.name, 4)), None, self.gio.DBusCallFlags.NONE, 5000, None)
        self.ready.set()
        self.loop.run()

    def _on_call(self, _bus, _sender, _path, _interface, method, args, invocation):
        invocation.return_value(getattr(self, method)(*args.unpack()))

    def _on_get(self, _bus, _sender, _path, _interface, name):
        return self.properties[name]

    def emit(self, path, interface, signal, kind, values):
        self.bus.emit_signal(None, path, interface, signal, self.glib.Variant(kind, values))

    def close(self):
        self.loop.quit()
        self.thread.join(5)
        self.bus.close_sync(None)


class ScreenSaver(Service):
    """Of the session: says when it begins and ends."""

    def __init__(self, t, name='org.freedesktop.ScreenSaver'):
        super().__init__(t, name)

    def active(self, is_active):
        self.emit('/' + self.name.replace('.', '/'), self.name, 'ActiveChanged', '(b)', (is_active,))


class FileManager(Service):
    """Keeps the URIs that it is asked to show."""

    def __init__(self, t):
        self.shown = []
        super().__init__(t, 'org.freedesktop.FileManager1')

    def objects(self):
        return {'/org/freedesktop/FileManager1': '''<interface name="org.freedesktop.FileManager1"><method name="ShowItems">
            <arg type="as" direction="in"/><arg type="s" direction="in"/></method></interface>'''}

    def ShowItems(self, uris, _startup):  # pylint: disable=invalid-name
        self.shown += uris


class Logind(Service):
    """One session, whoever asks for theirs."""

    def __init__(self, t, bus):
        super().__init__(t, LOGIN1, bus)

    def objects(self):
        methods = ''.join(f'''<method name="{name}"><arg type="{kind}" direction="in"/><arg type="o" direction="out"/></method>'''
                          for name, kind in (('GetSession', 's'), ('GetSessionByPID', 'u')))
        return {'/org/freedesktop/login1': f'<interface name="{LOGIN1}.Manager">{methods}</interface>'}

    def GetSession(self, _which):  # pylint: disable=invalid-name
        return self.glib.Variant('(o)', (SESSION,))

    GetSessionByPID = GetSession

    def lock(self, session=SESSION):
        self.emit(session, LOGIN1 + '.Session', 'Lock', '()', ())

    def sleep(self, going):
        self.emit('/org/freedesktop/login1', LOGIN1 + '.Manager', 'PrepareForSleep', '(b)', (going,))


class NetworkManager(Service):
    """What GNetworkMonitor asks: whether there is a way out."""

    PATH = '/org/freedesktop/NetworkManager'
    STATES = {True: (CONNECTED, FULL), False: (DISCONNECTED, NONE)}

    def __init__(self, t, bus):
        super().__init__(t, NETWORK_MANAGER, bus)

    def objects(self):
        self._set(True)
        names = ''.join(f'<property name="{name}" type="{value.get_type_string()}" access="read"/>'
                        for name, value in self.properties.items())
        return {self.PATH: f'''<interface name="{NETWORK_MANAGER}">{names}
            <signal name="StateChanged"><arg type="u"/></signal></interface>'''}

    def _set(self, there):
        state, connectivity = self.STATES[there]
        self.properties = {name: self.glib.Variant('u', value) for name, value in
                           (('State', state), ('Connectivity', connectivity), ('Metered', 0))}

    def connected(self, there):
        self._set(there)
        self.emit(self.PATH, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', '(sa{sv}as)',
                  (NETWORK_MANAGER, self.properties, []))
        self.emit(self.PATH, NETWORK_MANAGER, 'StateChanged', '(u)', (self.STATES[there][0],))


class Machine:
    """A system bus with logind and a NetworkManager."""

    def __init__(self, t):
        self.daemon = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'],  # pylint: disable=R1732
                                       stdout=subprocess.PIPE, text=True, preexec_fn=_die_with_parent)
        t.defer(self.close)
        self.address = self.daemon.stdout.readline().strip()
        self.env = {'DBUS_SYSTEM_BUS_ADDRESS': self.address, 'XDG_SESSION_ID': '7'}
        self.logind = Logind(t, self.address)
        self.network = NetworkManager(t, self.address)

    def close(self):
        self.daemon.terminate()
        self.daemon.wait(10)
        self.daemon.stdout.close()
