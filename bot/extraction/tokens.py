"""Text -> words with exact offsets and a normal form each.

In: raw text of one message. Out: `Word` rows. Called by the pipeline before anything else.

spaCy's tokenizer keeps the offsets; contractions stay whole ("can't" is one word here, because
"ca" + "n't" would hide the negated ability), and hyphens, slashes and dots split words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokenizer import Tokenizer
from spacy.vocab import Vocab

_PUNCT = r"""[\[\](){}<>"“”„«»‘’'`´.,;:!?…*~_|/\\–—\-+=#&•·]"""
_PREFIX = re.compile(rf"^{_PUNCT}+")
_SUFFIX = re.compile(rf"{_PUNCT}+$")
# A dot inside a number (1.5) stays; an apostrophe inside a word (can't) stays.
_INFIX = re.compile(r"""[\[\](){}<>"“”„«»,;:!?…*~_|/\\–—\-+=#&•·]+|\.{2,}|(?<=[A-Za-z])\.(?=[A-Za-z])|(?<=[A-Za-z])\.(?=\d)""")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})


@dataclass(slots=True)
class Word:
    """One word or mark of a text.

    Attributes:
        start, end: Character offsets into the raw text.
        low: Lower-case form with straight apostrophes.
        keys: Normal forms the lexicon knows it by (usually one).
        mark: True for punctuation, emoji and the like.
        skip: True for words that carry no meaning for phrase matching (my, the, is).
        soft: True for fillers that may stand inside a phrase (just, really).
        gap_before: True when a line break or several marks separate it from the word before.
    """

    start: int
    end: int
    low: str
    keys: tuple[str, ...] = ()
    mark: bool = False
    skip: bool = False
    soft: bool = False
    gap_before: bool = False


def build_tokenizer(vocab: Vocab) -> Tokenizer:
    """A spaCy tokenizer without contraction splitting (see the module note)."""
    return Tokenizer(
        vocab,
        rules={},
        prefix_search=_PREFIX.search,
        suffix_search=_SUFFIX.search,
        infix_finditer=_INFIX.finditer,
    )


def lower(text: str) -> str:
    """Lower case with straight apostrophes; same length as `text` where the text is ASCII."""
    return text.translate(_APOSTROPHES).lower()
