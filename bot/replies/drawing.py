"""Draws the body picture as SVG text: lower spine, roots, nerves, muscles and skin, one path highlighted.

In: what to light up (a `Scene`) and the words for it. Out: one SVG document as text, without scripts, links or outside
files. Called by `bot.replies.picture`.

It reads without colour: each highlighted thing has its own pattern and a number that the legend explains.
It reads in dark mode: the drawing brings its own light ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from bot.replies import anatomy
from bot.replies.svg import (
    AREA,
    BONE,
    BONE_EDGE,
    FONT,
    INK,
    MUSCLE,
    NERVE,
    PANEL,
    PAPER,
    QUIET_MUSCLE,
    QUIET_NERVE,
    SKIN_EDGE,
    SKIN_TONE,
    break_lines,
    label,
    nerve_lines,
    number_mark,
)

WIDTH = 480
#: Side of the path -> body halves to light up. A side nobody named is shown on one leg, and the caption says so.
SIDES: Mapping[str, tuple[str, ...]] = {"left": ("left",), "right": ("right",), "both": ("left", "right"), "either": ("right",)}


@dataclass(frozen=True)
class Scene:
    """One picture.

    Attributes:
        key: Prefix of the ids inside the SVG, so that two pictures can stand on one page.
        side: left | right | both | either.
        roots, trunks, nerves, muscles, skin: Names of bot.replies.anatomy to light up.
        title, alt, caption: Words of the whole picture.
        legend: Rows (kind, text); kind is root, nerve, muscle or skin. The row number is the number in the drawing.
        words: front, back, spine, left, right.
    """

    key: str
    side: str
    roots: tuple[str, ...]
    trunks: tuple[str, ...]
    nerves: tuple[str, ...]
    muscles: tuple[str, ...]
    skin: tuple[str, ...]
    title: str
    alt: str
    caption: str
    legend: tuple[tuple[str, str], ...]
    words: Mapping[str, str]


def draw(scene: Scene) -> str:
    """The whole picture as one SVG document."""
    title_lines = break_lines(scene.title, 34)
    top = 22 + 26 * len(title_lines)
    spine_top, figures_top = top + 8, top + 400
    legend_top = figures_top + 588
    legend, bottom = _legend(scene, legend_top)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" width="{WIDTH}" height="{bottom}" '
        f'role="img" aria-labelledby="{scene.key}-t {scene.key}-d" font-family="{FONT}" fill="{INK}">',
        f'<title id="{scene.key}-t">{escape(scene.title)}</title><desc id="{scene.key}-d">{escape(scene.alt)}</desc>',
        _definitions(scene.key),
        f'<rect width="{WIDTH}" height="{bottom}" rx="12" fill="{PAPER}"/>',
        *(label(WIDTH / 2, 36 + 26 * row, line, size=21, bold=True) for row, line in enumerate(title_lines)),
        _close_up(scene, spine_top),
        f'<rect x="8" y="{figures_top}" width="{WIDTH - 16}" height="574" rx="10" fill="{PANEL}"/>',
        _figure(scene, "front", 122, figures_top),
        _figure(scene, "back", 358, figures_top),
        legend,
        "</svg>",
    ]
    return "".join(parts)


def _definitions(key: str) -> str:
    clips = "".join(
        f'<clipPath id="{key}-{view}"><path d="M0,-44 L{edge[1:]}{anatomy.BODY_CLOSE}"/></clipPath>'
        for view, edge in anatomy.BODY.items()
    )
    return (
        f"<defs>{clips}"
        f'<pattern id="{key}-dots" width="7" height="7" patternUnits="userSpaceOnUse">'
        f'<rect width="7" height="7" fill="#cfe3f5"/><circle cx="2" cy="2" r="1.35" fill="{AREA}"/>'
        f'<circle cx="5.5" cy="5.5" r="1.35" fill="{AREA}"/></pattern>'
        f'<pattern id="{key}-stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(10)">'
        f'<rect width="6" height="6" fill="#dd9bb0"/><path d="M1.5,0 V6" stroke="{MUSCLE}" stroke-width="1.6"/></pattern></defs>'
    )


def _close_up(scene: Scene, top: float) -> str:
    """The lower spine seen from the back, so that left is left."""
    lit = SIDES[scene.side]
    always = [trunk for trunk in anatomy.TRUNKS if trunk not in anatomy.LIT_ONLY]
    quiet = [*anatomy.ROOT_STARTS.values(), *(anatomy.TRUNKS[trunk] for trunk in always)]
    quiet += [line for trunk in (*always, "saddle") for line in anatomy.ROOT_ENDS[trunk].values()]
    strong = [anatomy.ROOT_STARTS[name] for name in scene.roots]
    for trunk in scene.trunks:
        strong += [line for name, line in anatomy.ROOT_ENDS[trunk].items() if name in scene.roots]
        strong.append(anatomy.TRUNKS[trunk])
    spurs = "".join(f'<path transform="translate(0,{y})" d="{anatomy.SIDE_SPUR}"/>' for y in anatomy.LEVELS.values())
    under, over = [], []
    for sign in (1, -1):
        mirror = f'<g transform="scale({sign},1)">'
        under.append(f'{mirror}<g fill="{BONE}" stroke="{BONE_EDGE}" stroke-width="1.5">{spurs}</g></g>')
        over.append(f"{mirror}{nerve_lines(quiet, QUIET_NERVE, 2.6)}</g>")
    over += [
        f'<g transform="scale({-1 if side == "left" else 1},1)">{nerve_lines(strong, NERVE, 5, casing=True)}</g>' for side in lit
    ]
    return (
        f'<rect x="8" y="{top}" width="{WIDTH - 16}" height="384" rx="10" fill="{PANEL}"/>'
        + label(WIDTH / 2, top + 25, scene.words["spine"], size=18)
        + label(20, top + 25, scene.words["left"], size=18, anchor="start", bold="left" in lit)
        + label(WIDTH - 20, top + 25, scene.words["right"], size=18, anchor="end", bold="right" in lit)
        + f'<g transform="translate({WIDTH / 2:.0f},{top + 54})">'
        + "".join([*under, _bones(scene), *over, _spine_labels(scene, lit)])
        + "</g>"
    )


def _bones(scene: Scene) -> str:
    vertebrae = "".join(f'<path transform="translate(0,{y})" d="{anatomy.VERTEBRA}"/>' for y in anatomy.LEVELS.values())
    discs = "".join(
        f'<rect x="-43" y="{y + 34}" width="86" height="10" rx="5" fill="#cfdde6" stroke="#8fa5b3"/>'
        for y in anatomy.LEVELS.values()
    )
    holes = "".join(
        f'<circle cx="{sign * x}" cy="{y}" r="4" fill="#ddd3c4" stroke="{BONE_EDGE}"/>'
        for x, y in anatomy.SACRAL_HOLES.values()
        for sign in (1, -1)
    )
    bundle = nerve_lines(anatomy.BUNDLE, NERVE if "saddle" in scene.trunks else QUIET_NERVE, 2.4)
    return (
        f'<g fill="{BONE}" stroke="{BONE_EDGE}" stroke-width="1.5">{vertebrae}<path d="{anatomy.CLOSE_UP_SACRUM}"/></g>'
        f"{discs}{holes}"
        f'<path d="M-13,-12 C-15,60 -14,150 -6,232 L6,232 C14,150 15,60 13,-12 Z" fill="#fbf3dc" stroke="{QUIET_NERVE}"/>{bundle}'
    )


def _spine_labels(scene: Scene, lit: tuple[str, ...]) -> str:
    """Names of the roots on the bones, the number of the root row, the names of the lit nerves."""
    parts = [
        label(sign * 33, y + 17, name, size=16, bold=name in scene.roots, halo=BONE)
        for name, y in anatomy.LEVELS.items()
        for sign in (1, -1)
    ]
    parts += [label(sign * 44, 204, "S1", size=16, bold="S1" in scene.roots, halo=BONE) for sign in (1, -1)]
    sign = -1 if lit[0] == "left" else 1
    for trunk in (name for name in scene.trunks if name in anatomy.TRUNK_NAMES):
        x, y = anatomy.TRUNK_NAMES[trunk]
        for row, word in enumerate(scene.words.get(trunk, "").split()):
            parts.append(label(sign * x, y + 20 * row, word, size=17))
    if scene.legend and scene.legend[0][0] == "root":
        x, y, label_x, label_y = anatomy.TRUNK_MARKS[scene.trunks[0]]
        parts.append(number_mark(sign * x, y, sign * label_x, label_y, 1))
    return "".join(parts)


def _figure(scene: Scene, view: str, centre: float, top: float) -> str:
    """One whole figure. From the front the person's left is on the viewer's right; from the back it is not."""
    origin, lit, words = top + 82, SIDES[scene.side], scene.words
    sides = {1: "left", -1: "right"} if view == "front" else {1: "right", -1: "left"}
    halves = [
        f'<g transform="translate({centre},{origin}) scale({sign},1)">{_half(scene, view, lit=side in lit)}</g>'
        for sign, side in sides.items()
    ]
    spine = "".join(f'<rect x="-8" y="{y}" width="16" height="11" rx="3"/>' for y in anatomy.SMALL_VERTEBRAE)
    place = {side: centre + sign * 62 for sign, side in sides.items()}
    return "".join([
        *halves,
        f'<g transform="translate({centre},{origin})" fill="{BONE}" stroke="{BONE_EDGE}">{spine}<path d="{anatomy.SACRUM}"/></g>',
        _numbers(scene, view, centre, origin, sides),
        label(centre, top + 24, words[view], size=18),
        *(label(place[side], top + 564, words[side], size=18, bold=side in lit) for side in ("left", "right")),
    ])  # fmt: skip


def _half(scene: Scene, view: str, *, lit: bool) -> str:
    """One half of a figure, from the skin outwards to the numbers: ground, areas, muscles, nerves, edge."""
    edge = anatomy.BODY[view]
    muscles = {name: shape for name, (seen, shape, _) in anatomy.MUSCLES.items() if seen == view}
    nerves = {name: line for name, (seen, line) in anatomy.NERVES.items() if seen == view}
    parts = [f'<path d="M0,-44 L{edge[1:]}{anatomy.BODY_CLOSE}" fill="{SKIN_TONE}"/>']
    parts += [f'<path d="{shape}" fill="none" stroke="{QUIET_MUSCLE}" stroke-width="1.2"/>' for shape in muscles.values()]
    parts.append(f'<path d="{anatomy.PELVIS}" fill="{BONE}" stroke="{BONE_EDGE}" opacity="0.75"/>')
    if lit:
        parts += [_lit_skin(scene, view, name) for name in scene.skin if view in anatomy.SKIN[name]]
        parts += [_lit_muscle(scene, name) for name in scene.muscles if name in muscles]
    parts.append(f'<path d="{anatomy.DETAIL[view]}" fill="none" stroke="{SKIN_EDGE}" stroke-width="1.2" opacity="0.8"/>')
    parts.append(nerve_lines([line for name, line in nerves.items() if name not in anatomy.LIT_ONLY], QUIET_NERVE, 1.6))
    if lit:
        parts.append(nerve_lines([nerves[name] for name in scene.nerves if name in nerves], NERVE, 3.4, casing=True))
    parts.append(f'<path d="{edge}" fill="none" stroke="{SKIN_EDGE}" stroke-width="2"/>')
    return "".join(parts)


def _lit_skin(scene: Scene, view: str, name: str) -> str:
    return (
        f'<g clip-path="url(#{scene.key}-{view})"><path d="{anatomy.SKIN[name][view]}" fill="url(#{scene.key}-dots)" '
        f'stroke="{AREA}" stroke-width="1.6" stroke-dasharray="4 2.5"/></g>'
    )


def _lit_muscle(scene: Scene, name: str) -> str:
    _, shape, bellies = anatomy.MUSCLES[name]
    lines = f'<path d="{bellies}" fill="none" stroke="{PAPER}" stroke-width="1.8"/>' if bellies else ""
    return f'<path d="{shape}" fill="url(#{scene.key}-stripes)" stroke="{MUSCLE}" stroke-width="1.8"/>{lines}'


def _numbers(scene: Scene, view: str, centre: float, origin: float, sides: Mapping[int, str]) -> str:
    """Numbered circles that tie the drawing to the legend: one per legend row and view that shows it."""
    lit = SIDES[scene.side]
    sign = next((s for s, side in sides.items() if side == lit[0]), 1)
    shown: Mapping[str, tuple[str, ...]] = {"nerve": scene.nerves, "muscle": scene.muscles, "skin": scene.skin}
    marks = []
    for number, (kind, _) in enumerate(scene.legend, start=1):
        anchors = [anatomy.ANCHORS[name] for name in shown.get(kind, ()) if name in anatomy.ANCHORS]
        anchor = next((a for a in anchors if a[0] == view), None)
        if anchor is not None:
            _, x, y, label_x, label_y = anchor
            marks.append(number_mark(centre + sign * x, origin + y, centre + sign * label_x, origin + label_y, number))
    return "".join(marks)


def _legend(scene: Scene, top: float) -> tuple[str, int]:
    parts, y = [], top + 24
    swatches = {
        "root": f'stroke="{NERVE}" stroke-width="5.5"',
        "nerve": f'stroke="{NERVE}" stroke-width="3.4"',
    }
    for number, (kind, text) in enumerate(scene.legend, start=1):
        parts.append(f'<circle cx="28" cy="{y}" r="13" fill="{PAPER}" stroke="{INK}" stroke-width="2"/>')
        parts.append(label(28, y + 6.5, str(number), size=18, bold=True))
        if kind in swatches:
            parts.append(f'<path d="M50,{y} h34" stroke-linecap="round" {swatches[kind]}/>')
        else:
            fill = "stripes" if kind == "muscle" else "dots"
            edge = f'stroke="{MUSCLE}"' if kind == "muscle" else f'stroke="{AREA}" stroke-dasharray="4 2.5"'
            box = f'<rect x="50" y="{y - 11}" width="34" height="22" rx="4" stroke-width="1.8"'
            parts.append(f'{box} fill="url(#{scene.key}-{fill})" {edge}/>')
        lines = break_lines(text, 34)
        for row, line in enumerate(lines):
            parts.append(label(96, y + 6.5 + 23 * row, line, size=18, anchor="start"))
        y += 23 * len(lines) + 13
    for line in break_lines(scene.caption, 44):
        parts.append(label(16, y + 6, line, size=17, anchor="start"))
        y += 23
    return "".join(parts), int(y + 4)
