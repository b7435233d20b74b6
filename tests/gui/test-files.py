#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to the desktop is valid, and nothing that people read is left untranslated."""

import glob
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'lib'))
from harness import Skip, build_dir, main  # noqa: E402


def run(*argv, env=None):
    if shutil.which(argv[0]) is None:
        raise Skip(f'{argv[0]} is not installed')
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, env=env)
    assert done.returncode == 0, f'{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}'
    return done.stdout


def built(name):
    path = os.path.join(build_dir(), 'data', name)
    if not os.path.exists(path):
        raise Skip(f'{name} is not built')
    return path


def potfiles():
    with open(os.path.join(ROOT, 'po', 'POTFILES'), encoding='utf-8') as file:
        return {line.strip() for line in file if line.strip() and not line.startswith('#')}


def languages():
    with open(os.path.join(ROOT, 'po', 'LINGUAS'), encoding='utf-8') as file:
        return [word for line in file if not line.startswith('#') for word in line.split()]


def test_every_accelerator_is_shown(t):
    "What the program sets as accelerator stands in the window of shortcuts, and is a key GTK can read."
    tree = ET.parse(os.path.join(ROOT, 'data', 'ui', 'shortcuts.ui'))
    shown = {key for node in tree.iter('property') if node.get('name') == 'accelerator' for key in node.text.split()}
    there = set()
    for path in glob.glob(os.path.join(ROOT, 'gui', '*.c')):
        with open(path, encoding='utf-8') as file:
            there |= set(re.findall(r'"((?:<\w+>)+\w+|F\d+)"', file.read()))
    assert len(there) >= 8, there
    assert there <= shown, f'not shown: {there - shown}'


def test_desktop_file(t):
    run('desktop-file-validate', built('org.sotto.Sotto.desktop'))


def test_metainfo(t):
    run('appstreamcli', 'validate', '--no-net', built('org.sotto.Sotto.metainfo.xml'))


def test_settings_schema(t):
    run('glib-compile-schemas', '--strict', '--dry-run', 'data')


def test_dbus_service(t):
    with open(built('org.sotto.Sotto.service'), encoding='utf-8') as file:
        text = file.read()
    assert 'Name=org.sotto.Sotto\n' in text and re.search(r'^Exec=/\S+/sotto --gapplication-service$', text, re.M), text


def test_xml_is_well_formed(t):
    files = glob.glob(os.path.join(ROOT, 'data', '**', '*.[ux]*[il]'), recursive=True)
    files += glob.glob(os.path.join(ROOT, 'data', 'icons', '**', '*.svg'), recursive=True)
    assert len(files) > 20, files
    run('xmllint', '--noout', '--nonet', *files)


def test_pngs_are_what_the_drawings_say(t):
    "Where one can draw: each PNG of an icon is there, in the resources, and up to rounding as its SVG."
    sys.path.insert(0, os.path.join(ROOT, 'scripts'))
    try:
        import icons
    except (ImportError, ValueError) as problem:
        raise Skip(str(problem)) from None
    with open(os.path.join(ROOT, 'data', 'sotto.gresource.xml'), encoding='utf-8') as file:
        resources = file.read()
    for drawing, size, place in icons.names():
        assert f'<file>icons/{place}</file>' in resources, place
        kept = icons.GdkPixbuf.Pixbuf.new_from_file(os.path.join(icons.ICONS, place)).read_pixel_bytes().get_data()
        drawn = icons.draw(drawing, size).read_pixel_bytes().get_data()
        assert len(kept) == len(drawn) and max(abs(a - b) for a, b in zip(kept, drawn)) <= 8, place


def test_every_template_is_a_widget(t):
    "One widget = a .c, a .h and a .ui of the same name, in the resources. A menu is a model, and no class of ours."
    with open(os.path.join(ROOT, 'data', 'sotto.gresource.xml'), encoding='utf-8') as file:
        resources = file.read()
    for path in glob.glob(os.path.join(ROOT, 'data', 'ui', '*.ui')):
        name = os.path.basename(path)[:-3]
        for suffix in ('.c', '.h'):
            assert os.path.exists(os.path.join(ROOT, 'gui', 'view', name + suffix)), name + suffix
        assert f'ui/{name}.ui' in resources, name
        root = ET.parse(path).getroot()
        if root.find('menu') is not None or root.find("object[@class='GtkShortcutsWindow']") is not None:
            continue
        template = root.find('template')
        assert template is not None, path
        camel = ''.join(word.capitalize() for word in name.split('-'))
        assert template.get('class') == 'Sotto' + camel, (path, template.get('class'))


def test_every_button_has_a_name(t):
    "A button has a label, or a name for screen readers."
    for path in glob.glob(os.path.join(ROOT, 'data', 'ui', '*.ui')):
        for button in ET.parse(path).iter('object'):
            if button.get('class') not in ('GtkButton', 'GtkMenuButton', 'GtkToggleButton'):
                continue
            label = button.find("property[@name='label']")
            if label is None:
                label = button.find("child/object[@class='GtkLabel']/property[@name='label']")
            name = button.find(".//property[@name='AtkObject::accessible-name']")
            assert (label is not None and label.text) or name is not None, f'{path}: {button.get("id")}'


def test_visible_text_is_marked(t):
    "No label, title, tooltip or name in a template escapes translation."
    read = {'label', 'title', 'subtitle', 'description', 'tooltip-text', 'placeholder-text',
            'AtkObject::accessible-name', 'AtkObject::accessible-description'}
    for path in glob.glob(os.path.join(ROOT, 'data', 'ui', '*.ui')):
        for item in ET.parse(path).iter():
            if item.tag in ('property', 'attribute') and item.get('name') in read and item.text:
                assert item.get('translatable') == 'yes', f'{path}: {item.text}'


def test_potfiles_are_complete(t):
    "Every file with a string for people is listed, and every file listed is there."
    marked = re.compile(r'\b(N?_|C_|ngettext) ?\("')
    listed = potfiles()
    for name in listed:
        assert os.path.exists(os.path.join(ROOT, name)), f'{name} is gone'
    for folder in ('gui', 'cli', 'shared', 'server'):
        for path in glob.glob(os.path.join(ROOT, folder, '**', '*.c'), recursive=True):
            name = os.path.relpath(path, ROOT)
            with open(path, encoding='utf-8') as file:
                if marked.search(file.read()):
                    assert name in listed, f'{name} is not in po/POTFILES'
    for path in glob.glob(os.path.join(ROOT, 'data', 'ui', '*.ui')):
        with open(path, encoding='utf-8') as file:
            if 'translatable="yes"' in file.read():
                assert os.path.relpath(path, ROOT) in listed, f'{path} is not in po/POTFILES'


def test_catalogues_are_valid(t):
    "The languages we promise, each with its own number of plural forms."
    forms = {'ar': 6, 'de': 2, 'es': 2, 'fr': 2, 'zh_CN': 1}
    assert set(languages()) == set(forms), languages()
    for language, n in forms.items():
        with open(os.path.join(ROOT, 'po', f'{language}.po'), encoding='utf-8') as file:
            assert f'"Plural-Forms: nplurals={n};' in file.read(), language


def test_catalogues_are_complete(t):
    """Every string of today's sources is translated in every language, none of them by guess, with its placeholders;
    and nothing is left of yesterday's."""
    pot = os.path.join(t.dir, 'sotto.pot')
    names = os.path.join(t.dir, 'names')
    with open(names, 'w', encoding='utf-8') as file:
        file.write('\n'.join(sorted(potfiles())) + '\n')
    run('xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2',
        '--keyword=ngettext:1,2', '-o', pot, '-f', names)
    for language in languages():
        merged = os.path.join(t.dir, f'{language}.po')
        run('msgmerge', '--quiet', '--no-fuzzy-matching', '-o', merged, f'po/{language}.po', pot)
        run('msgfmt', '--check', '-o', os.devnull, merged)
        for kind in ('--untranslated', '--only-fuzzy', '--only-obsolete'):
            left = run('msgattrib', kind, '--no-wrap', merged)
            strings = [line for line in left.splitlines() if line.startswith(('msgid ', '#~ msgid '))][1:]  # the head
            assert not strings, f'{language}: {kind}: {strings}'


if __name__ == '__main__':
    main(globals())
