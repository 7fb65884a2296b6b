"""Why this happens, told for this person: two sentences first, the rest behind "tell me more".

In: `Heard` and the knowledge, or an entry of explanations/findings.yml when nobody has symptoms. Out: blocks. Called by
`compose`, `result` and the FAQ.

It explains, it never diagnoses: every text says "can" or "may", and the closing line says so once more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.knowledge.sections.explanations import GENERAL, Explained, Path
from bot.replies.heard import Heard, is_present, side_of
from bot.replies.picture import choose_path, named_picture
from bot.replies.reply import Block

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MOST_SIGNS = 3


def chosen(heard: Heard, knowledge: Any) -> Explained | None:
    """The entry for their findings: the first in file order with a concept that is present."""
    entries: Mapping[str, Explained] = knowledge.explanations.findings
    for entry in entries.values():
        if any(is_present(heard.findings.get(concept)) for concept in entry.concepts):
            return entry
    return None


def explanation(heard: Heard, knowledge: Any, *, about: str | None = None, opened: bool = False) -> list[Block]:
    """The whole explanation.

    Args:
        heard: What they told us; may be empty.
        knowledge: Loaded knowledge.
        about: Entry of findings.yml to use when they have no finding of their own ("why does a knee buckle?").
        opened: Show what is behind "tell me more" as plain text.

    Returns:
        No block at all when there is neither a finding nor `about`.
    """
    entry = knowledge.explanations.findings[about] if about is not None else chosen(heard, knowledge)
    if entry is None:
        return []
    words = heard.words
    blocks = [Block("text", short(entry, heard, knowledge))]
    path = None if entry.no_path else choose_path(heard, knowledge) or _general_path(entry, knowledge)
    for title, lines in _layers(heard, knowledge, entry, path):
        if opened:
            blocks += [Block("heading", title), *(Block("text", line) for line in lines)]
        else:
            blocks.append(Block("details", title, items=lines))
    if path is not None:
        picture = named_picture(*path, words)
        blocks.append(Block("picture", picture.alt, picture=picture.key))
    blocks.append(Block("text", words.text("explain.no_diagnosis")))
    return blocks


def short(entry: Explained, heard: Heard, knowledge: Any) -> str:
    """Two sentences: the entry's own, or the first two of the mechanism of the concept they have."""
    return heard.words.fill(entry.short) if entry.short else " ".join(_mechanism(entry, heard, knowledge)[:2])


def _mechanism(entry: Explained, heard: Heard, knowledge: Any) -> list[str]:
    """Sentences of the first of the entry's concepts that they have and that has a text."""
    there = [c for c in entry.concepts if is_present(heard.findings.get(c))] or list(entry.concepts)
    text = next((knowledge.concepts[c].mechanism for c in there if knowledge.concepts[c].mechanism), "")
    return _SENTENCE_END.split(text)


def _layers(heard: Heard, knowledge: Any, entry: Explained, path: tuple[Path, str] | None) -> list[tuple[str, tuple[str, ...]]]:
    """Title and lines of each layer, in the order a person would ask."""
    words, known = heard.words, knowledge.explanations
    layers: list[tuple[str, tuple[str, ...]]] = []
    signs = _signs(heard, entry)
    if signs and any(is_present(heard.findings.get(concept)) for concept in entry.concepts):
        layers.append((words.text("explain.you_said_title"), (words.text("explain.you_said", signs=signs),)))
    if not entry.no_path:
        rest = () if entry.short else (" ".join(_mechanism(entry, heard, knowledge)[2:]),)
        says = (words.fill(path[0].says),) if path is not None else ()
        taught = tuple(line for name in entry.teach for line in _block(words, known, name))
        layers.append((words.text("explain.path_title"), (*says, *taught, *filter(None, rest))))
    if entry.knee and (path is None or path[0].id != "knee"):
        layers.append((words.text("explain.muscles_title"), _block(words, known, "teams")))
    if entry.moment:
        layers.append((words.text("explain.moment_title"), _moments(heard, known, entry)))
    layers.append((words.text("explain.typical_title"), tuple(words.fill(line) for line in entry.typical)))
    layers.append((words.text("explain.worrying_title"), tuple(words.fill(line) for line in entry.worrying)))
    if entry.knee:
        layers.append((words.text("explain.joint_title"), _block(words, known, "joint")))
    operations = () if entry.no_path else _block(words, known, "next_nerve")
    layers.append((words.text("explain.next_title"), (*_block(words, known, "next"), *operations)))
    return layers


def _block(words: Any, known: Any, name: str) -> tuple[str, ...]:
    return tuple(words.fill(line) for line in known.blocks[name])


def _moments(heard: Heard, known: Any, entry: Explained) -> tuple[str, ...]:
    """Why at that moment: for the triggers they named, else stairs and kerbs in general."""
    named: list[str] = []
    for concept in (*entry.concepts, "knee_giving_way", "falls"):
        finding = heard.findings.get(concept)
        if finding is not None and is_present(finding):
            triggers = finding.attributes.get("trigger") or ()
            named += [t for t in ([triggers] if isinstance(triggers, str) else triggers) if t in known.moments]
    texts = [known.moments[name] for name in dict.fromkeys(named)] or [known.moments[GENERAL]]
    return tuple(heard.words.fill(text) for text in texts[:2])


def _signs(heard: Heard, entry: Explained) -> str:
    """Names of their findings, those the entry is about first."""
    order = [c for c in entry.concepts if is_present(heard.findings.get(c))]
    order += [c for c in heard.present() if c not in order]
    names = [heard.words.sign(c, side_of(heard.findings[c].attributes)) for c in order]
    return heard.words.join([name for name in names if name][:_MOST_SIGNS])


def _general_path(entry: Explained, knowledge: Any) -> tuple[Path, str] | None:
    """Without findings of their own: the first path that the entry's concepts point to, on no particular side."""
    for path in knowledge.explanations.paths.values():
        if any(not e.sites and not e.words and e.concept in entry.concepts for e in path.evidence):
            return path, "both" if path.both_sides else "either"
    return None
