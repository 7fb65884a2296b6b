"""The result card as PDF: one or two pages, to print or hand over.

In: `Card`. Out: bytes. Called through `Card.pdf`. Needs fpdf2 and resvg-py; fonts are shipped with Rootline, so any
name or quote in Latin, Greek or Cyrillic letters prints. Letters the font lacks become a question mark.
"""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache
from io import BytesIO
from typing import Any

from bot.replies.card import Card, Section
from bot.replies.picture import FONTS, picture_png

_BAND = {"emergency_now": (164, 22, 26), "urgent_same_day": (154, 74, 0), "incomplete": (154, 74, 0), "soon": (29, 90, 138)}
_CALM = (47, 93, 80)
_INK, _SOFT, _LINK = (27, 36, 48), (241, 244, 246), (11, 79, 138)
_MARGIN = 16.0
_FAMILY = "DejaVu"
#: The file carries no clock of its own; the card says when it was made.
_NO_DATE = datetime(2000, 1, 1, tzinfo=timezone.utc)
_PICTURE_HEIGHT = 200.0
_PICTURE_PX = 720
#: Sizes tried in turn, so that what must be read stands on one page. At the last one letters still have 9 points; a longer
#: card takes two pages.
_SIZES = (1.0, 0.95, 0.9, 0.86)


def card_pdf(card: Card) -> bytes:
    """Print the card on A4, or on letter paper in the US."""
    for size in _SIZES:
        pdf = _text(card, size)
        if pdf.page == 1:
            break
    if card.picture_svg:
        _picture(pdf, card)
    return bytes(pdf.output())


def _text(card: Card, size: float) -> Any:
    """Everything but the drawing, with all letters and gaps scaled by `size`."""
    from fpdf import FPDF  # only needed here; the rest of the core works without

    pdf: Any = FPDF(format="letter" if card.locale == "en-US" else "a4", unit="mm")
    pdf.set_creation_date(_NO_DATE)
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, margin=_MARGIN)
    pdf.set_lang(card.locale)
    pdf.set_title(card.title)
    pdf.add_font(_FAMILY, "", str(FONTS / "DejaVuSans.ttf"))
    pdf.add_font(_FAMILY, "B", str(FONTS / "DejaVuSans-Bold.ttf"))
    pdf.add_page()
    _write(pdf, card.title, size=14 * size, bold=True)
    pdf.ln(1)
    pdf.set_fill_color(*_BAND.get(card.urgency, _CALM))
    pdf.set_text_color(255, 255, 255)
    pdf.set_font(_FAMILY, "B", 16 * size)
    pdf.multi_cell(0, 11 * size, _printable("  " + card.level), fill=True, new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(*_INK)
    for section in card.sections:
        _section(pdf, section, size)
    pdf.ln(3 * size)
    for line in (card.made, card.status, card.privacy):
        if line:
            _write(pdf, line, size=8.5)
    return pdf


def _section(pdf: Any, section: Section, size: float) -> None:
    pdf.ln(2.5 * size)
    if pdf.will_page_break(18 * size):  # a heading never stays alone at the foot of a page
        pdf.add_page()
    _write(pdf, section.title, size=11.5 * size, bold=True)
    strong = section.kind == "action"
    if section.text:
        _write(pdf, section.text, size=(12.5 if strong else 10.5) * size, bold=strong)
    for line in section.lines:
        if section.kind in ("quote", "desk"):
            pdf.set_fill_color(*_SOFT)
            _write(pdf, line, size=(11.5 if section.kind == "desk" else 10.5) * size, fill=True, indent=3)
        elif section.kind == "list":
            _bullet(pdf, line, size)
        else:
            _write(pdf, line, size=10.5 * size)
    for link in section.links:
        pdf.set_text_color(*_LINK)
        _bullet(pdf, link.plain_text(), size, link=link.href)
        pdf.set_text_color(*_INK)


def _bullet(pdf: Any, text: str, size: float, *, link: str = "") -> None:
    """A line of a list; its second row stands under the first letter, not under the bullet."""
    pdf.set_font(_FAMILY, "", 10.5 * size)
    if pdf.will_page_break(12 * size):
        pdf.add_page()
    pdf.set_x(_MARGIN + 1)
    pdf.cell(4, 5.5 * size, "•")
    pdf.multi_cell(0, 5.5 * size, _printable(text), link=link, new_x="LMARGIN", new_y="NEXT", align="L")


def _write(pdf: Any, text: str, *, size: float, bold: bool = False, fill: bool = False, indent: float = 0.0) -> None:
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.set_x(_MARGIN + indent)
    pdf.multi_cell(0, size * 0.52, _printable(text), fill=fill, new_x="LMARGIN", new_y="NEXT", align="L")


def _picture(pdf: Any, card: Card) -> None:
    """The drawing on a page of its own, as large as its height allows."""
    pdf.add_page()
    _write(pdf, card.picture_title, size=11.5, bold=True)
    png = picture_png(card.picture_svg, width=_PICTURE_PX)
    height = min(_PICTURE_HEIGHT, pdf.h - 2 * _MARGIN - 16)
    pdf.image(BytesIO(png), x="C", y=pdf.get_y() + 2, h=height, alt_text=card.picture_alt)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Letters the shipped font can draw."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # comes with fpdf2

    with TTFont(FONTS / "DejaVuSans.ttf") as font:
        return frozenset(font.getBestCmap())


def _printable(text: str) -> str:
    return "".join(ch if ord(ch) in _letters() else "?" for ch in text)
