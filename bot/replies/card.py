"""The result card: everything a person needs on one page, to print, save or show at the desk.

In: `Assessment`, `Case`, `Knowledge`. Out: `Card` (plain values), `card_text`. `card_html` and `card_pdf` print the same
card. Called by the channels and the agent desk. No clock: whoever wants a date on the card passes it as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.findings.case import Case
from bot.replies.desk import booking_sentence
from bot.replies.emergency import action_of, emergency_rules, plan
from bot.replies.heard import Heard, because, hear, reasons
from bot.replies.picture import picture_for, picture_svg
from bot.replies.reply import Link
from bot.replies.result import deciding_rules, left_out, no_red_flag
from bot.replies.safety import links_for, net_lines, personal_lines
from bot.triage.assessment import Assessment


@dataclass(frozen=True)
class Section:
    """One part of the card.

    Attributes:
        kind: action | text | list | quote | desk | links.
        title: Heading.
        text: A paragraph, or "".
        lines: Lines of a list or quotes; always data, never markup.
        links: Of kind links.
    """

    kind: str
    title: str
    text: str = ""
    lines: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Card:
    """A result card in the reader's words.

    Attributes:
        locale: For the language tag and the paper size.
        title: Of the page.
        urgency: Disposition.
        level: The disposition in plain words.
        sections: In reading order.
        picture_title, picture_alt, picture_svg: The drawing of the nerve path, "" when none fits.
        made: "Made on ...", or "".
        status, privacy: The small print.
    """

    locale: str
    title: str
    urgency: str
    level: str
    sections: tuple[Section, ...]
    picture_title: str
    picture_alt: str
    picture_svg: str
    made: str
    status: str
    privacy: str

    @property
    def text(self) -> str:
        """The card as plain text."""
        return card_text(self)

    @property
    def html(self) -> str:
        """The card as one self-contained page."""
        from bot.replies.card_html import card_html

        return card_html(self)

    @property
    def pdf(self) -> bytes:
        """The card as PDF."""
        from bot.replies.card_pdf import card_pdf

        return card_pdf(self)


def make_card(assessment: Assessment, case: Case, knowledge: Any, *, locale: str | None = None, made: str | None = None) -> Card:
    """Put the card together.

    Args:
        assessment: The decision it shows.
        case: The story it quotes.
        knowledge: Loaded knowledge.
        locale: The case's own when None.
        made: When it was made, as people write it ("3 May 2025, 14:05"), or None.
    """
    heard = hear(assessment, case, knowledge, locale or case.locale)
    words = heard.words
    urgency = _urgency(assessment, case)
    sections = _emergency(heard, knowledge) if urgency == "emergency_now" else _other(heard, knowledge, urgency)
    picture = picture_for(heard, knowledge)
    return Card(
        locale=words.locale,
        title=words.text(words.first("card.title_helper") if heard.helper else "card.title"),
        urgency=urgency,
        level=words.text(f"level.title.{urgency}"),
        sections=tuple(sections),
        picture_title=words.text("card.picture") if picture else "",
        picture_alt=picture.alt if picture else "",
        picture_svg=picture_svg(picture.key, knowledge, words) if picture else "",
        made=words.text("card.made", when=made) if made else "",
        status=words.text("card.status"),
        privacy=words.text("card.privacy"),
    )


def _urgency(assessment: Assessment, case: Case) -> str:
    """Like the reply: whoever stops early keeps a same-day level, and gets no level below it."""
    level = assessment.disposition
    if level in ("emergency_now", "urgent_same_day", "info_only") or (assessment.complete and not case.stopped):
        return level
    return level if assessment.complete else "incomplete"


def _emergency(heard: Heard, knowledge: Any) -> list[Section]:
    words, part = heard.words, plan(heard)
    uses = [action_of(rule) for rule in emergency_rules(heard.assessment.fired)] or [part.action]
    sections = [
        Section("action", words.text("card.do_now"), part.lead, part.also),
        Section("text", words.text("card.how_soon"), words.text("level.how_soon.emergency_now")),
        Section("text", words.text("card.where"), words.fill(words.country.contacts["emergency_now"])),
    ]
    if part.desk:
        sections.append(Section("desk", words.text("card.desk"), lines=(f"“{part.desk}”",)))
    if part.quotes:
        sections.append(Section("quote", words.text("card.because"), lines=part.quotes))
    sections.append(Section("text", words.text("card.reason"), part.worry, part.reasons))
    home = (part.sent_home,) if part.sent_home else ()
    sections.append(Section("list", words.text("card.meanwhile"), lines=(*part.meanwhile, *home)))
    return [*sections, *_closing(heard, knowledge, tuple(uses))]


def _other(heard: Heard, knowledge: Any, urgency: str) -> list[Section]:
    words, deciding = heard.words, deciding_rules(heard)
    quotes, why = because(heard, deciding), reasons(deciding)
    cleared = no_red_flag(heard, knowledge)
    first = words.text("result.stopped") if urgency == "incomplete" else words.text(f"level.title.{urgency}") + "."
    sections = [
        Section("action", words.text("card.do_now"), first),
        Section("text", words.text("card.how_soon"), words.text(f"level.how_soon.{urgency}")),
        Section("text", words.text("card.where"), words.fill(words.country.contacts[urgency])),
    ]
    say = booking_sentence(heard, deciding, urgency)
    if say:
        sections.append(Section("desk", words.text("card.desk"), lines=(f"“{say}”",)))
    if quotes:
        sections.append(Section("quote", words.text("card.because"), lines=quotes))
    reason = " ".join(part for part in (cleared, words.text("result.examine")) if part)
    sections.append(Section("text", words.text("card.reason"), reason, why))
    net = (*personal_lines(heard, knowledge), *net_lines(heard, knowledge))
    sections.append(Section("list", words.text("card.urgent_if"), words.text("card.net"), net))
    return [*sections, *_closing(heard, knowledge, (urgency,))]


def _closing(heard: Heard, knowledge: Any, uses: tuple[str, ...]) -> list[Section]:
    words, sections = heard.words, []
    skipped = left_out(heard, knowledge)
    if skipped:
        sections.append(Section("list", words.text("card.skipped"), lines=skipped))
    links = links_for(heard, uses)
    if links:
        sections.append(Section("links", words.text("card.contacts"), words.fill(words.country.interpreter), links=links))
    return sections


def card_text(card: Card) -> str:
    """The card as plain text: headings on their own line, lists with dashes."""
    parts = [f"{card.title}\n{card.level}"]
    for section in card.sections:
        lines = [f"{section.title}:"]
        lines += [section.text] if section.text else []
        lines += [f"- {line}" for line in section.lines]
        lines += [f"- {link.plain_text()}" for link in section.links]
        parts.append("\n".join(lines))
    if card.picture_alt:
        parts.append(f"{card.picture_title}:\n{card.picture_alt}")
    parts.append("\n".join(line for line in (card.made, card.status, card.privacy) if line))
    return "\n\n".join(parts) + "\n"
