"""Knowledge YAML -> the compiled lexicon: words, terms and frames.

In: `Knowledge.language` and the phrases of `Knowledge.concepts`. Out: `Lexicon`. Built once a process by
`bot.extraction.pipeline`, read by every extraction stage.

Three layers, all data (bot/knowledge/language/):
  words   which surface forms are one word (felt, feels -> feel), which words carry no meaning (my, the)
  terms   named groups of phrases that mean one thing ("saddle_site": between my legs, down below ...)
  frames  how terms combine to a concept ("saddle_numbness: numb_state ~ saddle_site")
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_SPLIT = re.compile(r"[^\w'%=]+")
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Term:
    """A named group of phrases.

    Attributes:
        name: Group name as frames use it.
        kind: site (a body part), state (what is wrong with it), act (a doing), cue or plain.
        region: Body region of a site (saddle, genital, anal, buttock, leg, foot ...), else "".
        weak: Dropped where a longer term covers the same words.
    """

    name: str
    kind: str = "plain"
    region: str = ""
    weak: bool = False


@dataclass(frozen=True)
class Slot:
    """One place of a frame: any of `names`, at most `gap` meaningful words from the slot before."""

    names: frozenset[str]
    gap: int = 6
    ordered: bool = False
    before: bool = False


@dataclass(frozen=True)
class Frame:
    """A combination of terms that means something.

    Attributes:
        concepts: Concept ids it speaks of (several only for absent frames such as "bladder fine").
        says: present, absent or uncertain, before negation and doubt are weighed.
        slots: First slot, then each next one with its distance rule.
        attributes: Attributes that the words imply.
        unless: Term names that, found in the same segment, switch the frame off.
        wide: How many neighbouring segments the slots may lie apart; 0 = all in one segment.
        rest: The slots after the first.
        needs: What each of `rest` may be filled with.
    """

    concepts: tuple[str, ...]
    says: str
    slots: tuple[Slot, ...]
    attributes: tuple[tuple[str, Any], ...] = ()
    unless: frozenset[str] = frozenset()
    wide: int = 0
    rest: tuple[Slot, ...] = field(init=False)
    needs: tuple[frozenset[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rest", self.slots[1:])
        object.__setattr__(self, "needs", tuple(slot.names for slot in self.rest))


class Trie:
    """Phrases as sequences of word keys; the longest ones are found first."""

    __slots__ = ("root",)

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}

    def add(self, keys: Iterable[str], term: str) -> None:
        """Let `keys` stand for `term`."""
        node = self.root
        for key in keys:
            node = node.setdefault(key, {})
        names = node.setdefault("", [])
        if term not in names:
            names.append(term)


@dataclass
class Lexicon:
    """Compiled language knowledge (see the module note)."""

    skip: frozenset[str]
    soft: frozenset[str]
    forms: dict[str, tuple[str, ...]]
    terms: dict[str, Term]
    trie: Trie
    frames_by_term: dict[str, list[Frame]]
    wide_frames_by_term: dict[str, list[Frame]]
    cues: dict[str, Any]
    settings: dict[str, Any]
    vocabulary: frozenset[str] = field(default_factory=frozenset)

    def keys_of(self, low: str) -> tuple[str, ...]:
        """Normal forms of one lower-case word."""
        return self.forms.get(low) or (low,)


def inflect(verb: str) -> list[str]:
    """Regular -s, -ing, -ed forms of an English verb, with g-dropping ("wipin")."""
    if verb.endswith("e") and not verb.endswith("ee"):
        stem = verb[:-1]
        return [verb + "s", stem + "ing", stem + "in", verb + "d"]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return [verb[:-1] + "ies", verb + "ing", verb + "in", verb[:-1] + "ied"]
    last3 = verb[-3:]
    double = (
        len(verb) >= 3
        and last3[2] not in _VOWELS + "wxy"
        and last3[1] in _VOWELS
        and last3[0] not in _VOWELS
        and sum(ch in _VOWELS for ch in verb) == 1
    )
    stem = verb + verb[-1] if double else verb
    plural = verb + "es" if verb.endswith(("s", "sh", "ch", "x", "z")) else verb + "s"
    return [plural, stem + "ing", stem + "in", stem + "ed"]


class Builder:
    """Collects words, terms and frames of all language files into one `Lexicon`."""

    def __init__(self, language: Mapping[str, Any]) -> None:
        self.language = language
        self.forms: dict[str, list[str]] = {}
        self.terms: dict[str, Term] = {}
        self.trie = Trie()
        self.frames_by_term: dict[str, list[Frame]] = {}
        self.wide_frames_by_term: dict[str, list[Frame]] = {}
        self.vocabulary: set[str] = set()
        words = language["words"]
        self.joins: Mapping[str, str] = words["joins"]
        self.join_firsts = frozenset(pair.split(" ", 1)[0] for pair in self.joins)
        self.skip = frozenset(words["skip"])
        for verb in words["verbs"]:
            for surface in inflect(verb):
                self._form(surface, verb)
        for base, surfaces in words["forms"].items():
            for surface in surfaces:
                self._form(surface, base)

    def _form(self, surface: str, base: str) -> None:
        self.vocabulary.add(surface)
        known = self.forms.setdefault(surface, [])
        if base not in known:
            known.append(base)

    def keys(self, phrase: str, *, literal: bool = False) -> list[str]:
        """Word keys of a phrase; meaningless words are left out unless `literal`."""
        low = phrase.lower()
        words = low.split(" ") if low.replace(" ", "").isalpha() else [w for w in _SPLIT.split(low.replace("’", "'")) if w]
        out: list[str] = []
        joins, firsts, forms, skip, add = self.joins, self.join_firsts, self.forms, self.skip, self.vocabulary.add
        index, total = 0, len(words)
        while index < total:
            word = words[index]
            index += 1
            if word in firsts and index < total and f"{word} {words[index]}" in joins:
                word = joins[f"{word} {words[index]}"]
                index += 1
            if word[0] == "=":  # "=gone": this very form and no other of "go"
                add(word[1:])
                out.append(word[1:])
            elif literal or word not in skip:
                add(word)
                known = forms.get(word)
                out.append(known[0] if known else word)
        return out

    def term(
        self,
        name: str,
        phrases: Iterable[str],
        *,
        kind: str = "plain",
        region: str = "",
        weak: bool = False,
        literal: bool = False,
    ) -> None:
        """Add a named group of phrases."""
        self.terms[name] = Term(name, kind, region, weak)
        for phrase in phrases:
            # Cues live on little words ("used to", "lack of"); symptoms do not.
            keys = self.keys(phrase, literal=literal or kind in ("cue", "attribute"))
            if keys:
                self.trie.add(keys, name)

    def frame(self, frame: Frame) -> None:
        """Add one frame, found by any term of its first slot."""
        table = self.wide_frames_by_term if frame.wide else self.frames_by_term
        for name in frame.slots[0].names:
            table.setdefault(name, []).append(frame)

    def slots(self, text: str) -> tuple[Slot, ...]:
        """Parse "a|b ~ c >2 d <3 e": ~ any order, > after, < before, a number = at most that many words between.

        The first slot carries the claim: denial and doubt must reach it.
        """
        parts = re.split(r"\s*([~<>]\d*)\s*", text.strip())
        slots: list[Slot] = []
        ordered, before, gap = False, False, 6
        for index, part in enumerate(parts):
            if index % 2:
                ordered, before = part[0] == ">", part[0] == "<"
                gap = int(part[1:]) if part[1:] else (4 if ordered or before else 6)
                continue
            names = set()
            for name in re.findall(r'"[^"]+"|[\w:]+', part):
                if name.startswith('"'):
                    literal = "words:" + name.strip('"')
                    if literal not in self.terms:
                        self.term(literal, [name.strip('"')])
                    names.add(literal)
                else:
                    names.add(name)
            slots.append(Slot(frozenset(names), gap, ordered, before))
        return tuple(slots)

    def build(self, concepts: Mapping[str, Any]) -> Lexicon:
        """All of it, ready to match."""
        language = self.language
        # Words that switch a frame off are taken to the letter: "is it cancer" is not "cancer".
        # `unless` also guards the phrases of the concept, `unless_here` this one frame.
        guards = ("unless", "unless_here")
        switches = {name for entry in language["frames"] for guard in guards for name in entry.get(guard, ())}
        for name, spec in language["terms"].items():
            self.term(
                name,
                spec["phrases"],
                kind=spec.get("kind", "plain"),
                region=spec.get("region", ""),
                weak=spec.get("weak", False),
                literal=spec.get("literal", False) or name in switches,
            )
        groups = language.get("groups", {})
        for entry in language["frames"]:
            says = entry.get("says", "present")
            ids = tuple(entry["concepts"]) if "concepts" in entry else (entry["concept"],)
            expanded: list[str] = []
            for one in ids:
                expanded.extend(groups.get(one, [one]))
            attributes = tuple((entry.get("attributes") or {}).items())
            unless = frozenset(name for guard in guards for name in entry.get(guard, ()))
            for text in entry["match"]:
                self.frame(Frame(tuple(expanded), says, self.slots(text), attributes, unless, entry.get("wide", 0)))
        vague = frozenset(language["settings"]["vague_phrases"])
        for concept_id, phrases in concepts.items():
            name = f"concept:{concept_id}"
            self.term(name, [p for p in phrases if p not in vague])
            unless = frozenset(
                name
                for entry in language["frames"]
                if entry.get("concept") == concept_id and entry.get("says", "present") == "present"
                for name in entry.get("unless", ())
            )
            self.frame(Frame((concept_id,), "present", (Slot(frozenset([name])),), (), unless))
        return Lexicon(
            skip=self.skip,
            soft=frozenset(language["words"]["soft"]),
            forms={surface: tuple(bases) for surface, bases in self.forms.items()},
            terms=self.terms,
            trie=self.trie,
            frames_by_term=self.frames_by_term,
            wide_frames_by_term=self.wide_frames_by_term,
            cues=dict(language["cues"]),
            settings=dict(language["settings"]),
            vocabulary=frozenset(w for w in self.vocabulary if len(w) > 3 and w.isalpha()),
        )
