#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conversation between two real windows: what can be done with words, and what is said of them."""

import desk
from desk import Client, wait_until


def talk(t, **more):
    """Two people whose windows show each other."""
    server = t.server()
    alice, bob = Client(t, server, 'alice', **more), Client(t, server, 'bob', place=1)
    alice.sign_up('alice', 'correct horse')
    bob.sign_up('bob', 'battery staple')
    for client, other in ((alice, 'bob'), (bob, 'alice')):
        open_chat(client, other)
    return alice, bob


def open_chat(client, name):
    client.double_click(client.person(name))
    wait_until(lambda: 'Message' in focused(client), 'the entry to have the keyboard')


def focused(client):
    state = desk.atspi().StateType.FOCUSED
    return [node.get_name() for node in client.matches(None, None) if node.get_state_set().contains(state)]


def say(client, text):
    write(client, text)
    client.press('Send')


def write(client, text):
    client.find('text', 'Message').get_editable_text_iface().set_text_contents(text)


def written(client):
    return client.find('text', 'Message').get_text_iface().get_text(0, -1)


class Listener:
    """Hears what a screen reader would."""

    def __init__(self, t, *events):
        self.heard = []
        self.listener = desk.atspi().EventListener.new(self._on_event)
        for event in events:
            self.listener.register(event)
        t.defer(lambda: [self.listener.deregister(event) for event in events])

    def _on_event(self, event, *_):
        self.heard.append(str(event.any_data))

    def hears(self, words):
        context = desk.glib().MainContext.default()

        def look():
            while context.iteration(False):
                pass
            return any(words in said for said in self.heard)
        wait_until(look, f'{words!r} to be announced, of {self.heard}')


def marked(client):
    """The words that are marked as wrong."""
    text = client.find('text', 'Message').get_text_iface()
    runs = [text.get_attribute_run(i, False) for i in range(text.get_character_count())]
    return sorted({text.get_text(run[1], run[2]) for run in runs if 'underline' in run[0]})


def loaded(client, library):
    with open(f'/proc/{client.program.process.pid}/maps', encoding='utf-8') as file:
        return library in file.read()


def test_announced(t):
    "What arrives is said to who looks at it: in one sentence, once, and not what one writes oneself."
    alice, bob = talk(t)
    alice.focus()
    listener = Listener(t, 'object:announcement')
    say(bob, 'the first words')
    alice.message('bob, the first words, ')
    listener.hears('bob, the first words, ')
    say(alice, 'an answer')
    bob.message('alice, an answer, ')
    say(bob, 'the last words')
    listener.hears('bob, the last words, ')
    t.equal([said for said in listener.heard if 'an answer' in said], [], 'own words announced')
    t.equal(len(listener.heard), 2, f'announcements: {listener.heard}')


def test_spelling(t):
    "Off, nothing of it is loaded; on, a wrong word is marked, and off again no more."
    server = t.server()
    alice = Client(t, server, 'alice', env={'LANGUAGE': 'en_US', 'LC_ALL': 'C.UTF-8'})
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    open_chat(alice, 'bob')
    alice.menu('Preferences')
    alice.find('toggle button', 'What you have read')
    if not alice.matches(None, 'Check spelling'):
        raise desk.Skip('made without gspell')
    switch = alice.find('toggle button', 'Check spelling')
    switch.get_action_iface().do_action(0)
    say(alice, 'the weather is wonderfull today')
    alice.message('You, the weather is wonderfull today, ')
    t.check(not loaded(alice, 'libgspell'), 'loaded though it is off')
    switch.get_action_iface().do_action(0)
    write(alice, 'the weather is wonderfull today')
    wait_until(lambda: marked(alice) == ['wonderfull'], 'the wrong word to be marked')
    switch.get_action_iface().do_action(0)
    wait_until(lambda: marked(alice) == [], 'nothing to be marked')


def height(client):
    return desk.box_of(client.find('text', 'Message')).height


def runs(label, attribute):
    """The parts of a label that have an attribute, with its value."""
    text = label.get_text_iface()
    found = [text.get_attribute_run(i, False) for i in range(text.get_character_count())]
    return sorted({(text.get_text(run[1], run[2]), run[0][attribute]) for run in found if attribute in run[0]})


def test_written_and_copied(t):
    "Several lines, up to six in sight; links that are links; a row copied by key and by menu; Esc lets go of an answer."
    alice, bob = talk(t)
    alice.focus()
    alice.type('first')
    one = height(alice)
    alice.key('shift+Return')
    alice.type('second')
    wait_until(lambda: height(alice) > one, 'the entry to grow')
    t.equal(written(alice), 'first\nsecond')
    two = height(alice)
    write(alice, '\n'.join('123456'))
    wait_until(lambda: height(alice) >= one + 4 * (two - one), 'six lines')
    six = height(alice)
    write(alice, '\n'.join('123456789'))
    desk.time.sleep(0.5)
    t.equal(height(alice), six, 'height of nine lines')
    write(alice, 'first\nsecond')
    alice.key('Return')
    bob.message('alice, first\nsecond, ')

    say(alice, 'see https://example.org/a, mailto:bob@example.org, javascript:alert(1) and *bold* `code`')
    bob.message('alice, see https://')
    label = bob.find('label', lambda name: name.startswith('see https://'), bob.find('list box', 'Conversation'))
    links = label.get_hypertext_iface()
    t.equal([links.get_link(i).get_uri(0) for i in range(links.get_n_links())],
            ['https://example.org/a', 'mailto:bob@example.org'], 'links')
    t.equal(label.get_name(), 'see https://example.org/a, mailto:bob@example.org, javascript:alert(1) and bold code', 'shown')
    t.check(('bold', '700') in runs(label, 'weight'), f'emphasis: {runs(label, "weight")}')
    t.equal([part for part, family in runs(label, 'family-name') if family == 'Monospace'], ['code'], 'code')
    # What is said at once stands together: under the last of it is when.
    alice.message('You, see https://', ', delivered')
    under = alice.matches('label', lambda name: name.startswith('Delivered '), alice.find('list box', 'Conversation'))
    t.equal(len(under), 1, 'times under two messages')

    alice.message('You, first').get_component_iface().grab_focus()
    alice.key('ctrl+c')
    alice.find('text', 'Message').get_component_iface().grab_focus()
    alice.key('ctrl+v')
    wait_until(lambda: written(alice) == 'first\nsecond', 'the copied row')
    write(alice, '')
    alice.message('You, see').get_action_iface().do_action(0)
    alice.find(None, 'Copy').get_action_iface().do_action(0)
    alice.find('text', 'Message').get_component_iface().grab_focus()
    alice.key('ctrl+v')
    wait_until(lambda: '*bold* `code`' in written(alice), 'what the menu copied')
    write(alice, '')
    alice.message('You, first').get_action_iface().do_action(0)
    alice.find(None, 'Reply').get_action_iface().do_action(0)
    alice.says('Reply to: first')
    alice.key('Escape')
    alice.gone('label', lambda name: 'Reply to: first' in name)


def pick(client, word):
    """By keyboard. The chooser fills itself little by little, and what is looked for before is not found later either."""
    before = written(client)
    wait_until(lambda: 'Message' not in focused(client), 'the chooser to have the keyboard')

    def search():
        desk.xdotool('key', 'ctrl+a', 'type', '--delay', '15', word)
        desk.time.sleep(1)
        return not client.matches('label', 'No Results Found')
    wait_until(search, f'{word} to be found')
    desk.xdotool('key', 'Tab', 'Return')
    wait_until(lambda: written(client) != before and 'Message' in focused(client), f'{word} in the entry')


def test_emoji(t):
    "The chooser by its button and by Ctrl+.; what is picked stands where the cursor is, and arrives."
    server = t.server()
    # GTK's chooser leaks a little of each emoji it shows; with whole stacks, which could tell, it takes too long to fill.
    alice, bob = Client(t, server, 'alice', env={'ASAN_OPTIONS': 'detect_leaks=0'}), t.cli(server, 'bob')
    alice.sign_up('alice', 'correct horse')
    bob.sign('bob', 'staple')
    open_chat(alice, 'bob')
    alice.type('well done ! ')
    alice.key('Left', 'Left')
    alice.press('Insert an emoji')
    pick(alice, 'thumbs up')
    alice.key('ctrl+period')
    pick(alice, 'party popper')
    # GTK asks for the coloured form of each.
    t.equal(written(alice).replace('\ufe0f', ''), 'well done 👍🎉! ')
    alice.key('Return')
    t.equal(bob.expect('message')['text'].replace('\ufe0f', ''), 'well done 👍🎉! ')
    alice.message('You, well done 👍', ', delivered')


def test_typing_and_read(t):
    "They see that one types and what one read, until it is switched off."
    alice, bob = talk(t)
    say(alice, 'hello')
    bob.message('alice, hello, ')
    bob.focus()
    alice.focus()
    alice.type('hm')
    bob.says('alice is typing')
    alice.key('BackSpace', 'BackSpace')
    bob.gone('label', lambda name: 'alice is typing' in name)
    say(bob, 'did you see this?')
    bob.message('You, did you see this?, ', ', read')
    alice.menu('Preferences')
    for name in ('That you are typing', 'What you have read'):
        alice.find('toggle button', name).get_action_iface().do_action(0)
    alice.key('Escape')
    alice.gone('dialog', 'Preferences')
    alice.focus()
    write(alice, 'hm')
    say(bob, 'and this?')
    alice.message('bob, and this?, ')
    bob.message('You, and this?, ', ', delivered')
    desk.time.sleep(1)
    t.equal(bob.matches('label', lambda name: 'alice is typing' in name), [], 'typing')
    bob.message('You, and this?, ', ', delivered')


def test_anchored(t):
    "Who reads further up stays there when something arrives; the button leads down again."
    alice, bob = talk(t)
    for i in range(6):
        say(alice, f'part {i}' + '\n and more' * 12)
    bob.message('alice, part 5')
    bob.focus()
    box = desk.box_of(bob.find('list box', 'Conversation'))
    desk.xdotool('mousemove', str(box.x + box.width // 2), '300', 'click', '--repeat', '4', '--delay', '50', '4')
    bob.find('push button', 'Go to the newest message')
    row = bob.message('alice, part ')
    before = top(row)
    say(alice, 'something new')
    bob.find('label', lambda name: 'something new' in name, bob.find('list box', 'People'))
    desk.time.sleep(0.5)
    t.equal(top(row), before, 'place of the row')
    bob.press('Go to the newest message')
    bob.gone('push button', 'Go to the newest message')


def top(node):
    return desk.box_of(node).y


if __name__ == '__main__':
    desk.main(globals())
