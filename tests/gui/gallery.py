#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a picture of every window and state into a folder: gallery.py FOLDER [PART-OF-A-NAME…]

The window is the real one; what happens in it is played by gallery-window. Without a window manager
or compositor GTK draws a plain frame, which is cut off.
"""

import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lib'))
import harness  # noqa: E402

WIDE, TALL, BROAD, LOGIN, NARROW = (960, 640), (960, 800), (1400, 700), (520, 680), (360, 640)
FRAME = 5  # what GTK draws round a window where nobody else does
SCENES = {
    'login': LOGIN, 'login-error': LOGIN, 'login-busy': LOGIN, 'first-use': LOGIN, 'strength': LOGIN, 'import': LOGIN,
    'empty': WIDE, 'list': WIDE, 'conversation': WIDE, 'states': WIDE, 'new-chat': WIDE, 'reconnecting': WIDE,
    'password': WIDE, 'delete': WIDE, 'badge': WIDE, 'about': WIDE, 'long': WIDE,
    'menu': WIDE, 'no-match': WIDE, 'long-draft': WIDE, 'emoji': WIDE, 'ended': WIDE,
    'changes': WIDE, 'files': WIDE, 'picture': WIDE, 'old': WIDE, 'edit': WIDE, 'message-menu': WIDE, 'typing': WIDE,
    'key-changed': WIDE, 'key-accepted': WIDE, 'safety': WIDE, 'safety-qr': TALL, 'safety-changed': WIDE, 'server-knows': WIDE,
    'search': WIDE, 'search-none': WIDE, 'search-begin': WIDE, 'exported': WIDE, 'clear': WIDE, 'do-not-keep': WIDE,
    'blocked': WIDE, 'shortcuts': WIDE, 'locked': WIDE, 'locked-history': WIDE, 'locked-why': WIDE, 'export': WIDE,
    'preferences': WIDE, 'alias': WIDE, 'details': WIDE, 'person-menu': WIDE, 'wide': BROAD, 'focus': WIDE,
}
# What else than scenes makes a difference: name → (environment, arguments, scenes)
ALL = tuple(SCENES)
TEXT = ('login-error', 'first-use', 'strength', 'import', 'empty', 'conversation', 'states', 'files', 'reconnecting', 'ended',
        'key-changed', 'safety', 'safety-changed', 'badge', 'details', 'menu', 'person-menu', 'search-none', 'server-knows',
        'preferences', 'shortcuts', 'password', 'delete', 'export', 'clear', 'do-not-keep', 'locked', 'locked-history',
        'locked-why')
PHONE = ('login-error', 'first-use', 'strength', 'import', 'empty', 'list', 'conversation', 'states', 'files', 'key-changed', 'reconnecting',
         'search', 'search-begin', 'search-none', 'locked', 'locked-history', 'locked-why', 'export', 'clear', 'do-not-keep',
         'password', 'delete', 'alias', 'details', 'safety', 'server-knows', 'preferences', 'about')
LOOKS = {
    'light': ({}, (), ALL),
    'dark': ({}, ('dark',), ALL),
    'contrast': ({'GTK_THEME': 'HighContrast'}, (), ALL),
    'contrast-dark': ({'GTK_THEME': 'HighContrastInverse'}, (), ('login-error', 'list', 'conversation', 'states', 'files')),
    'arabic': ({'LANGUAGE': 'ar'}, ('rtl',), ALL),
    'german': ({'LANGUAGE': 'de'}, (), TEXT),
    'spanish': ({'LANGUAGE': 'es'}, (), TEXT),
    'french': ({'LANGUAGE': 'fr'}, (), TEXT),
    'chinese': ({'LANGUAGE': 'zh_CN'}, (), TEXT),
    'large': ({'GDK_DPI_SCALE': '2'}, (), ALL),
    'narrow': ({}, ('narrow',), PHONE),
    'narrow-arabic': ({'LANGUAGE': 'ar'}, ('rtl', 'narrow'), PHONE),
    'narrow-german': ({'LANGUAGE': 'de'}, ('narrow',), PHONE),
    'dejavu': ({'SOTTO_GALLERY_FONT': 'DejaVu Sans 10'}, (), ('login', 'conversation')),
}


def take(program, home, scene, look, folder):
    """One picture, on a display of its own."""
    more, args, _ = LOOKS[look]
    width, height = NARROW if 'narrow' in args else SCENES[scene]
    if look == 'large' and (width < WIDE[0] or scene.startswith('safety')):
        width, height = max(width, 700), max(height, 900)
    crop = f'{width}x{height}+{FRAME}+{FRAME}'
    width, height = width + 2 * FRAME, height + 2 * FRAME
    picture = os.path.join(folder, f'{scene}-{look}.png')
    env = harness.private_env(home, GSETTINGS_BACKEND='memory', NO_AT_BRIDGE='1', DBUS_SESSION_BUS_ADDRESS='disabled:', G_DEBUG='fatal-warnings', GDK_BACKEND='x11', GSETTINGS_SCHEMA_DIR=os.path.join(harness.build_dir(), 'data'), SOTTO_LOCALEDIR=os.path.join(
        harness.build_dir(), 'po'), ASAN_OPTIONS='detect_leaks=0', **{'SOTTO_GALLERY_FONT': 'Cantarell 11', **more})
    reader, writer = os.pipe()
    with subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', f'{width}x{height}x24', '-nolisten', 'tcp'],
                          pass_fds=[writer], stderr=subprocess.DEVNULL) as display:
        os.close(writer)
        with os.fdopen(reader) as file:
            env['DISPLAY'] = ':' + file.readline().strip()
        try:
            photograph(program, env, (scene,) + args, crop, picture)
        finally:
            display.terminate()
    return picture


def photograph(program, env, args, crop, picture):
    with subprocess.Popen([program, *args], env=env, stdout=subprocess.PIPE, text=True) as window:
        try:
            if window.stdout.readline().strip() != 'ready':
                raise SystemExit(f'{args}: the scene did not come up')
            time.sleep(0.1)
            subprocess.run(['import', '-window', 'root', '-crop', crop, '+repage', picture], env=env,
                           check=True, timeout=30)
            if os.path.getsize(picture) < 5000:
                raise SystemExit(f'{picture}: nothing to see')
        finally:
            window.terminate()


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    missing = [name for name in ('Xvfb', 'import') if shutil.which(name) is None]
    if missing:
        print(f'not installed: {missing}')
        sys.exit(77)  # meson's word for skipped
    folder, wanted = sys.argv[1], sys.argv[2:]
    program = os.path.join(harness.build_dir(), 'tests', 'gui', 'gallery-window')
    os.makedirs(folder, exist_ok=True)
    home = harness.make_private_dir()
    try:
        for look, (_, _, scenes) in LOOKS.items():
            for scene in scenes:
                if not wanted or any(part in f'{scene}-{look}' for part in wanted):
                    print(take(program, home, scene, look, folder), flush=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == '__main__':
    main()
