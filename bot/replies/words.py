"""Finds a text by key and fills its gaps: person, country, country words.

In: the knowledge, a locale, whether someone writes for another person. Out: finished text. Used by every module of this
room, so that no sentence stands in code and no locale is decided twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.knowledge.sections.services import Country, country_for

_SELF: Mapping[str, str] = {
    "you": "you", "your": "your", "yourself": "yourself", "them": "you", "have": "have", "are": "are", "do": "do", "s": "",
    "i": "I", "my": "my", "me": "me", "am": "am",
}  # fmt: skip
#: Words for the person someone else writes about, by the pronoun the questions use for them.
_OTHER: Mapping[str, Mapping[str, str]] = {
    "they": {"you": "they", "your": "their", "yourself": "themselves", "them": "them",
             "have": "have", "are": "are", "do": "do", "s": ""},
    "she": {"you": "she", "your": "her", "yourself": "herself", "them": "her",
            "have": "has", "are": "is", "do": "does", "s": "s"},
    "he": {"you": "he", "your": "his", "yourself": "himself", "them": "him",
           "have": "has", "are": "is", "do": "does", "s": "s"},
}  # fmt: skip
#: Names of symptoms are written as for the hospital desk ("numbness between my legs"); this turns them to the reader.
_TO_READER = {"i": "you", "my": "your", "me": "you", "am": "are"}
SIDES = {"left": "left ", "right": "right "}


class Words:
    """Texts of one locale for one reader.

    Attributes:
        locale: As asked for, for example en-GB.
        country: Services of that locale (international numbers when we have none).
        pronoun: they, she or he when someone writes for another person; None when the reader is the patient.
        helper: Someone writes for another person.
    """

    def __init__(self, knowledge: Any, locale: str, *, pronoun: str | None = None) -> None:
        self.locale = locale
        self.helper = pronoun is not None
        self.country: Country = country_for(knowledge.services, locale)
        self._texts: dict[str, str | tuple[str, ...]] = dict(knowledge.wording["en"])
        for override in (locale.split("-")[0], locale):
            if override != "en":
                self._texts.update(knowledge.wording.get(override, {}))
        self._gaps = {**self.country.terms, **_person(pronoun)}
        self._items = knowledge.items

    def all_keys(self) -> list[str]:
        """Every key of this locale, helper versions left out (`text` chooses them by itself)."""
        return [key for key in self._texts if not key.endswith("@helper")]

    def has(self, key: str) -> bool:
        """Whether a text stands under this key."""
        return key in self._texts

    def text(self, key: str, **gaps: str) -> str:
        """One finished text; the first one of a list.

        Raises:
            KeyError: No such key, or a gap that nobody fills (both are found by tests over every key).
        """
        value = self._value(key)
        return self.fill(value if isinstance(value, str) else value[0], **gaps)

    def vary(self, key: str, turn: int, **gaps: str) -> str:
        """One of several variants, by turn: varied for people, the same every time for tests and replay."""
        value = self._value(key)
        return self.fill(value if isinstance(value, str) else value[turn % len(value)], **gaps)

    def lines(self, key: str, **gaps: str) -> tuple[str, ...]:
        """All lines of a list."""
        value = self._value(key)
        return tuple(self.fill(line, **gaps) for line in ((value,) if isinstance(value, str) else value))

    def fill(self, template: str, **gaps: str) -> str:
        """Fill the gaps of any knowledge text. Values are inserted as they are, never read as templates."""
        return " ".join(template.format_map({**self._gaps, **gaps}).split())

    def first(self, *keys: str) -> str:
        """The first of several keys that exists.

        Raises:
            KeyError: None of them does.
        """
        for key in keys:
            if self.has(key):
                return key
        raise KeyError(f"no wording under any of {', '.join(keys)}")

    def sign(self, concept: str, side: str = "", *, desk: bool = False) -> str:
        """Name of a finding inside a sentence, or "" when there is none.

        Args:
            concept: Concept id.
            side: left or right; anything else leaves the side out.
            desk: In the patient's own mouth ("my legs") instead of ours ("your legs").
        """
        key = f"sign.{concept}"
        if not self.has(key):
            return ""
        person = {} if desk or self.helper else _capitals(_TO_READER)
        return self.text(key, side=SIDES.get(side, ""), **person)

    def item(self, item: str) -> str:
        """Name of a checklist item inside a sentence."""
        if self.has(f"item.{item}"):
            return self.text(f"item.{item}")
        known = self._items.get(item) if isinstance(self._items, Mapping) else None
        return str(known.label)[:1].lower() + str(known.label)[1:] if known is not None else self.text("item.other")

    def join(self, parts: tuple[str, ...] | list[str]) -> str:
        """a, b and c."""
        parts = [part for part in parts if part]
        return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""

    def _value(self, key: str) -> str | tuple[str, ...]:
        if self.helper and f"{key}@helper" in self._texts:
            return self._texts[f"{key}@helper"]
        return self._texts[key]


def _person(pronoun: str | None) -> dict[str, str]:
    """Gaps for the reader, or for the person they write about; at the desk the helper speaks of them too."""
    if pronoun is None:
        return _capitals(_SELF)
    other = _OTHER.get(pronoun, _OTHER["they"])
    return _capitals({**other, "i": other["you"], "my": other["your"], "me": other["them"], "am": other["are"]})


def _capitals(gaps: Mapping[str, str]) -> dict[str, str]:
    """The same gaps with their capital forms: {You}, {Your}, {I}, {My}."""
    return {**gaps, **{name.capitalize(): sentence(word) for name, word in gaps.items()}}


def sentence(text: str) -> str:
    """Capital letter first."""
    return text[:1].upper() + text[1:]
