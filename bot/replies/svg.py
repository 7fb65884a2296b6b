"""Small pieces of SVG text: colours, a nerve line, a label, a numbered circle, line breaks.

In: numbers and words. Out: SVG text, with words escaped. Called by `bot.replies.drawing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from textwrap import wrap

INK, PAPER, PANEL = "#1f2933", "#ffffff", "#f1f4f6"
SKIN_TONE, SKIN_EDGE, BONE, BONE_EDGE = "#efe5da", "#85796d", "#fffdf7", "#a89d8e"
QUIET_NERVE, QUIET_MUSCLE = "#bfa76f", "#cdb9ae"
NERVE, MUSCLE, AREA = "#b34700", "#8f2d4f", "#0b5fa5"
FONT = "'DejaVu Sans', Verdana, Arial, sans-serif"


def nerve_lines(lines: Iterable[str], colour: str, width: float, *, casing: bool = False) -> str:
    path = " ".join(lines)
    if not path:
        return ""
    under = f'<path d="{path}" stroke="{PAPER}" stroke-width="{width + 2.4}"/>' if casing else ""
    over = f'<path d="{path}" stroke="{colour}" stroke-width="{width}"/>'
    return f'<g fill="none" stroke-linecap="round" stroke-linejoin="round">{under}{over}</g>'


def label(x: float, y: float, text: str, *, size: float, anchor: str = "middle", bold: bool = False, halo: str = "") -> str:
    weight = ' font-weight="bold"' if bold else ""
    outline = f' paint-order="stroke" stroke="{halo}" stroke-width="4" stroke-linejoin="round"' if halo else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:g}" text-anchor="{anchor}"{weight}{outline}>{escape(text)}</text>'


def number_mark(x: float, y: float, label_x: float, label_y: float, number: int) -> str:
    return (
        f'<path d="M{x:.0f},{y:.0f} L{label_x:.0f},{label_y:.0f}" stroke="{INK}" stroke-width="1.5"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="2.6"/>'
        f'<circle cx="{label_x:.0f}" cy="{label_y:.0f}" r="13" fill="{PAPER}" stroke="{INK}" stroke-width="2"/>'
        + label(label_x, label_y + 6.5, str(number), size=18, bold=True)
    )


def break_lines(text: str, limit: int) -> list[str]:
    """Break text into as few lines as `limit` letters allow, of about equal length (no lonely last word)."""
    lines = wrap(text, limit)
    for width in range(limit - 1, 0, -1):
        tighter = wrap(text, width)
        if len(tighter) > len(lines) or any(len(line) > width for line in tighter):
            break
        lines = tighter
    return lines
