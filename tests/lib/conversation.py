# SPDX-License-Identifier: GPL-3.0-or-later
"""Two terminal clients that talk while something happens to the way between them. In the end each has
heard what the other said: all of it, once, in order."""

import time

from harness import Failure

PASSWORD = 'a-quiet-word'


class Conversation:
    """places: {name: where it runs} of two people. drivers: {name: program in front of the client};
    hidden: names who do not show their address, which takes a driver; pause: seconds before they
    talk, in which the server gets their BINDs."""

    def __init__(self, t, server, places, drivers={}, hidden=(), pause=1):  # pylint: disable=dangerous-default-value
        self.t, self.names = t, list(places)
        self.people = {name: t.cli(server, name, within=[*place.within, *drivers.get(name, ())], args=['--timeout', '60'])
                       for name, place in places.items()}
        self.said = {name: [] for name in self.names}
        for name in hidden:
            self.people[name].send('hide')
        for name in self.names:
            self.people[name].sign(name, PASSWORD)
        time.sleep(pause)

    def other(self, name):
        return self.names[1 - self.names.index(name)]

    def say(self, name, more=''):
        """Hands one message over; waits for nothing."""
        text = f'{name} says {len(self.said[name])}{more}'
        self.said[name].append(text)
        self.people[name].send(f'send {self.other(name)} {text}')
        return text

    def heard(self, name):
        return [event['text'] for event in self.people[name].every('message')]

    def check(self):
        """Nothing came twice, out of order or made up; what is missing may be on its way."""
        for name in self.names:
            heard, said = self.heard(name), self.said[self.other(name)]
            self.t.equal(heard, said[:len(heard)], f'what {name} heard')

    def settle(self, timeout=60):
        """Waits until both heard everything and know that they were heard."""
        deadline = time.monotonic() + timeout
        for name in self.names:
            person, n = self.people[name], len(self.said[self.other(name)])
            while len(self.heard(name)) < n:
                self._wait(person, deadline, f'{n} messages')
            while len(person.every('delivered')) < len(self.said[name]):
                self._wait(person, deadline, 'the ticks')
        self.check()

    def _wait(self, person, deadline, what):
        if time.monotonic() > deadline:
            self._fail(f'{person.profile} waited in vain for {what}')
        time.sleep(0.02)

    def exchange(self, n, timeout=60):
        """n messages each way, one after the other."""
        for _ in range(n):
            for name in self.names:
                self.say(name)
        self.settle(timeout)

    def chatter(self, seconds, until=None):
        """Both speak for so long without waiting for anything, or until something is true, which must
        be so by then; returns the seconds."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            for name in self.names:
                self.say(name)
            self.check()
            if until and until():
                return time.monotonic() - began
            time.sleep(0.2)
        if until:
            self._fail(f'{seconds} s were not enough')
        return seconds

    def _fail(self, what):
        ways = [f"{p.profile}: {[(e['state'], e['path']) for e in p.every('channel')]}" for p in self.people.values()]
        raise Failure('\n'.join([what, *ways, *(person.program.story() for person in self.people.values())]))

    def paths(self):
        """What the last `channel` event of each said."""
        last = {name: self.people[name].every('channel')[-1] for name in self.names}
        self.t.equal({e['state'] for e in last.values()}, {'open'}, 'states')
        return {name: event['path'] for name, event in last.items()}

    def went_through(self, *paths):
        """Whether both end on these paths, one after the other."""
        every = [[e['path'] for e in self.people[name].every('channel') if e['state'] == 'open'] for name in self.names]
        return all(tuple(way[-len(paths):]) == paths for way in every)

    def wait_for_path(self, path, timeout, who=None):
        """Seconds until they say so."""
        began = time.monotonic()
        while True:
            ways = self.paths()
            if all(ways[name] == path for name in who or self.names):
                return time.monotonic() - began
            if time.monotonic() > began + timeout:
                self._fail(f'not {path} after {timeout} s: {ways}')
            time.sleep(0.02)
