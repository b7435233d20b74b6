# SPDX-License-Identifier: GPL-3.0-or-later
"""One server for all cases of a test program: making its key is what takes long.

Cases use names of their own. The last case of a program should be `test_the_server_ends_well`.
"""

import atexit
import itertools

from harness import Server
from sotto_client import User


class Shared:
    """`shared()` is the server, started when first asked for."""

    def __init__(self, **config):
        self.config, self.server = config, None
        self.numbers = itertools.count()

    def __call__(self):
        if not self.server:
            self.server = Server(**self.config)
            atexit.register(self.end)
        return self.server

    def user(self, start='u'):
        """A user that no other case has."""
        return User(f'{start}{next(self.numbers)}')

    def end(self):
        """SIGTERM: exit 0, nothing from a sanitizer in the log."""
        if self.server:
            server, self.server = self.server, None
            server.close()
