"""Wrong demo logins in a row: slowed down, then locked for a while, per name and per address.

In: a name and an address. Out: seconds to wait, 0 when the login may be tried. Called by the login route. Kept in memory: a
restart forgets it, and no name is written anywhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

#: Wrong ones in a row that cost nothing: for one name from one address, and for one address whatever the names.
FREE_FOR_NAME = 5
FREE_FOR_ADDRESS = 30
#: The first wait; every further wrong one doubles it, up to the longest.
FIRST_SECONDS = 5.0
LONGEST_SECONDS = 900.0
#: Entries kept; the oldest go first.
KEPT = 2000

_Key = tuple[str, str]


class Attempts:
    """Counts of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[_Key, tuple[int, float]] = {}

    def begin(self, name: str, address: str) -> int:
        """Count a try as wrong until `succeeded` says otherwise, so that tries sent at once do not slip through.

        Returns:
            Seconds to wait (nothing is counted then), or 0 when the login may be checked.
        """
        now, keys = self._clock(), self._keys(name, address)
        wait = max(self._until(key, free) - now for key, free in keys)
        if wait > 0:
            return math.ceil(wait)
        for key, _ in keys:
            count, last = self._wrong.pop(key, (0, now))
            self._wrong[key] = (1 if now - last > LONGEST_SECONDS else count + 1, now)
        while len(self._wrong) > KEPT:
            del self._wrong[next(iter(self._wrong))]
        return 0

    def succeeded(self, name: str, address: str) -> None:
        """The login was right: the name starts afresh, and this try does not count for the address."""
        (own, _), (place, _) = self._keys(name, address)
        self._wrong.pop(own, None)
        count, last = self._wrong.get(place, (1, 0.0))
        self._wrong[place] = (max(count - 1, 0), last)

    def _until(self, key: _Key, free: int) -> float:
        count, last = self._wrong.get(key, (0, 0.0))
        if count < free:
            return -math.inf
        return last + min(FIRST_SECONDS * 2.0 ** min(count - free, 30), LONGEST_SECONDS)

    @staticmethod
    def _keys(name: str, address: str) -> tuple[tuple[_Key, int], tuple[_Key, int]]:
        return ((name[:100], address), FREE_FOR_NAME), (("", address), FREE_FOR_ADDRESS)
