"""The picture for this case: which nerve path, which side, as SVG, as PNG, in words.

In: `Heard` and the knowledge, or a picture key. Out: key, alt text, SVG text, PNG bytes. `explain`, `card` and the FAQ name
pictures by key; channels fetch them by key, so a reply stays plain data.

A key is "<path>-<side>", for example "L4-left", "saddle-both", "knee-either".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from bot.knowledge.sections.explanations import Evidence, Path
from bot.replies.drawing import SIDES, Scene, draw
from bot.replies.heard import Heard, is_present, side_of
from bot.replies.words import Words, sentence

#: Fonts shipped with Rootline: a server without any font must not draw pictures without words.
FONTS = File(__file__).parent / "fonts"
PNG_WIDTH = 960
_VIEW = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_KEY = re.compile(r"([A-Za-z0-9_]{1,40})-(left|right|both|either)")


@dataclass(frozen=True)
class Picture:
    """A picture by name: `key` is file-safe, `alt` says in words what it shows."""

    key: str
    alt: str


def choose_path(heard: Heard, knowledge: Any) -> tuple[Path, str] | None:
    """The nerve path that fits the findings best, and its side; None when nothing points to a path."""
    for path in knowledge.explanations.paths.values():
        for evidence in path.evidence:
            if _fits(heard, evidence):
                return path, _side(heard, path, evidence.concept)
    return None


def _fits(heard: Heard, evidence: Evidence) -> bool:
    finding = heard.findings.get(evidence.concept)
    if finding is None or not is_present(finding):
        return False
    if not evidence.sites and not evidence.words:
        return True
    if finding.attributes.get("site") in evidence.sites:
        return True
    said = " ".join(heard.case.mentions[i].text.lower() for i in finding.mentions if i < len(heard.case.mentions))
    return any(re.search(rf"\b{re.escape(word)}\b", said) for word in evidence.words)


def _side(heard: Heard, path: Path, concept: str) -> str:
    """Side of the finding itself, else of anything else they have on one side; "either" when nobody said."""
    if path.both_sides:
        return "both"
    order = [concept, *heard.present()]
    sides = [side_of(heard.findings[c].attributes) for c in order if c in heard.findings]
    return next((side for side in sides if side), "either")


def picture_for(heard: Heard, knowledge: Any) -> Picture | None:
    """The picture of this case, or None when no nerve path fits."""
    chosen = choose_path(heard, knowledge)
    return named_picture(chosen[0], chosen[1], heard.words) if chosen else None


def named_picture(path: Path, side: str, words: Words) -> Picture:
    """Key and alt text of one path on one side."""
    return Picture(f"{path.id}-{side}", _alt(path, side, words))


def picture_svg(key: str, knowledge: Any, words: Words, *, general: bool = False) -> str:
    """The drawing behind a key.

    Args:
        key: "<path>-<side>".
        knowledge: Loaded knowledge.
        words: Texts for the reader.
        general: No person is meant (FAQ), so nobody "did not say which side".

    Raises:
        ValueError: Not a key of a known path. Keys reach us through web addresses, so they are checked here.
    """
    match = _KEY.fullmatch(key)
    path = knowledge.explanations.paths.get(match[1]) if match else None
    if match is None or path is None:
        known = ", ".join(knowledge.explanations.paths)
        raise ValueError(f"no such picture. Keys are <path>-<side>; paths: {known}; sides: {', '.join(SIDES)}.")
    return draw(_scene(path, match[2], words, general))


def picture_png(svg: str, width: int = PNG_WIDTH, *, side: int = 0) -> bytes:
    """The same drawing as PNG, for channels and documents without SVG.

    Args:
        svg: A drawing of ours.
        width: Width in pixels.
        side: Most pixels of the longer side; 0 for any.
    """
    view = _VIEW.search(svg)
    if side and view:
        wide, high = int(view[1]), int(view[2])
        width = min(width, side, side * wide // high)
    import resvg_py  # only some channels need it, and the pure core must work without

    fonts = [str(file) for file in sorted(FONTS.glob("*.ttf"))]
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, font_files=fonts, skip_system_fonts=True, background="#ffffff")
    return bytes(png)


def _scene(path: Path, side: str, words: Words, general: bool) -> Scene:
    names = (("root", path.root), ("nerve", path.nerve), ("muscle", path.muscle), ("skin", path.skin))
    caption = words.text("picture.either_general" if general else "picture.either") if side == "either" else ""
    return Scene(
        key=f"{path.id}-{side}",
        side=side,
        roots=path.draw["roots"],
        trunks=path.draw["trunks"],
        nerves=path.draw["nerves"],
        muscles=path.draw["muscles"],
        skin=path.draw["skin"],
        title=_title(path, side, words),
        alt=_alt(path, side, words),
        caption=caption,
        legend=tuple((kind, words.text(f"picture.{kind}", name=name)) for kind, name in names if name),
        words={
            name: words.text(f"picture.{name}")
            for name in ("front", "back", "spine", "left", "right", "femoral", "sciatic", "outer_thigh")
        },
    )


def _title(path: Path, side: str, words: Words) -> str:
    if side == "either" or path.both_sides:
        return path.title
    if side == "both":
        return words.text("picture.title_both", title=path.title)
    return words.text("picture.title_side", title=path.title, side=words.text(f"picture.{side}").lower())


def _alt(path: Path, side: str, words: Words) -> str:
    names = (("root", path.root), ("nerve", path.nerve), ("muscle", path.muscle), ("skin", path.skin))
    what = ". ".join(words.text(f"picture.{kind}", name=name) for kind, name in names if name) + "."
    what = what[:1].lower() + what[1:]
    if side in ("left", "right"):
        what = words.text("picture.alt_side", side=words.text(f"picture.{side}").lower(), what=what)
    else:
        what = words.text(f"picture.alt_{side}", what=what)
    return words.text("picture.alt", what=sentence(what))
