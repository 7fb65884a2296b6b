"""Makes any incoming text safe to handle without moving a character.

In: raw text of a channel. Out: text of the same length as far as it is kept. Called by `bot.runtime.conversation`.
"""

from __future__ import annotations

import re

#: Read in full up to here; what is beyond is not read, and the person is told.
MAX_CHARACTERS = 100_000
#: From here on the person is told that short messages work better.
LONG_CHARACTERS = 5_000

#: Stands for a leading "/", which Rasa would take as a command ("/restart" wipes the case).
SLASH = "\u2215"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without what breaks databases, terminals or Rasa; offsets stay as they are.

    Control characters become blanks, half characters become U+FFFD, a leading "/" becomes a look-alike.
    """
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).strip()
    return SLASH + text[1:] if text.startswith("/") else text


def shown(text: str) -> str:
    """What was typed, for the person's own history."""
    return "/" + text[1:] if text.startswith(SLASH) else text
