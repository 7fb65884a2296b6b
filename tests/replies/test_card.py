"""The result card as text, page and PDF: complete, printable, and safe against what people type."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction.mention import Mention
from bot.findings.case import Case
from bot.knowledge.load import Knowledge
from bot.replies.card import Card, Section, make_card
from bot.replies.card_html import card_html
from bot.replies.forbidden import forbidden_in
from bot.replies.heard import clean
from tests.replies.reading import grade
from tests.replies.samples import LOCALES, PEOPLE, all_no, case, emergency, finished, load, rule

TOLD = case(
    "my left foot slaps and i can't feel it when i wipe",
    ("foot_drop", "left foot slaps", {"laterality": "left"}),
    ("saddle_numbness", "can't feel it when i wipe", {"onset_days": 1.0}),
)
HOSTILE = "</blockquote><script>alert(1)</script><img src=x onerror=alert(1)>\"' & {ed} javascript:alert(1)"


class Page(HTMLParser):
    """Collects tags, attributes and text; complains when a tag is not closed."""

    VOID = {"meta", "br", "img", "path", "rect", "circle"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data


def emergency_card(locale: str = "en-GB", told: Case = TOLD) -> Card:
    return make_card(emergency(rule("C1", 1), rule("W1", 0)), told, load(), locale=locale, made="3 May 2025, 14:05")


def soon_card(locale: str = "en-GB") -> Card:
    told = case("tingly down my left leg", ("leg_pins_needles", "tingly down my left leg", {"laterality": "left"}))
    decision = finished("soon", rule("N2", 0), checklist={**all_no(), "sexual_change": "skipped"})
    return make_card(decision, told, load(), locale=locale)


def hostile_card(words: str = HOSTILE) -> Card:
    said = Mention("saddle_numbness", "present", "self", "current", 0, 0, len(words), words)
    return make_card(emergency(rule("C1", 0)), Case(turns=1, mentions=(said,)), load(), made=words[:80])


@pytest.mark.parametrize("locale", LOCALES)
def test_emergency_card_has_all_parts(locale: str) -> None:
    text = emergency_card(locale).text
    for part in (
        "What to do now:",
        "How soon:",
        "Where:",
        "What to say:",
        "Because you said:",
        "Why:",
        "Until then:",
        "Numbers:",
        "“can't feel it when i wipe”",
        "cauda equina syndrome",
        "not a diagnosis",
        "Made on 3 May 2025, 14:05.",
    ):
        assert part in text
    assert not forbidden_in(text.replace("“can't feel it when i wipe”", ""))


@pytest.mark.parametrize("locale", LOCALES)
def test_other_card_has_all_parts(locale: str) -> None:
    card = soon_card(locale)
    for part in (
        "What to do now:",
        "How soon:",
        "Where:",
        "Because you said:",
        "What would make it more urgent:",
        "Questions left out:",
        "a change with sex",
        "creeps up towards your bottom",
        "I found no red flag in the answers you gave.",
    ):
        assert part in card.text
    assert card.urgency == "soon"
    assert card.picture_svg.startswith("<svg")
    assert not forbidden_in(card.text)


def test_where_depends_on_the_country() -> None:
    assert "A&E" in emergency_card("en-GB").text
    assert "emergency room" in emergency_card("en-US").text
    assert "112" in emergency_card("fr-FR").text


@pytest.mark.parametrize("person", PEOPLE)
def test_reads_at_age_eleven_to_twelve(person: str | None) -> None:
    told = case("my leg is tingly", ("leg_pins_needles", "leg is tingly", {}), person=person)
    card = make_card(finished("soon", rule("N2", 0)), told, load())
    said = " ".join([s.text for s in card.sections] + [f"{line}." for s in card.sections for line in s.lines])
    assert grade(said) <= 7


def test_stopping_early_makes_an_incomplete_card() -> None:
    from bot.triage.assessment import Assessment

    card = make_card(Assessment("soon", False, fired=(rule("N2", 0),), floor=True), replace(TOLD, stopped=True), load())
    assert card.urgency == "incomplete"
    assert "You stopped before I could ask everything" in card.text
    assert "this week" not in card.text


def test_page_is_whole_and_self_contained() -> None:
    page = Page(emergency_card().html)
    assert page.open == []
    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert ("html", "lang", "en-GB") in page.attributes
    outside = [value for _, name, value in page.attributes if name in ("src", "href", "xlink:href") and value.startswith("http")]
    assert outside == []
    hrefs = {value for tag, name, value in page.attributes if tag == "a" and name == "href"}
    assert "tel:999" in hrefs


def test_page_headings_are_in_order_and_sections_are_named() -> None:
    page = Page(soon_card().html)
    headings = [tag for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    named = [value for tag, name, value in page.attributes if tag == "section" and name == "aria-labelledby"]
    assert named
    assert set(named) <= set(ids)


def test_page_escapes_what_people_type() -> None:
    card = hostile_card()
    html = card.html
    page = Page(html)
    assert page.open == []
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert(1)</script>" in page.text


def test_nonce_is_escaped_too() -> None:
    html = card_html(soon_card(), nonce='x"><script>')
    assert "<script>" not in html
    assert Page(html).open == []


def test_page_has_print_and_dark_styles_and_no_colour_only_level() -> None:
    html = emergency_card().html
    assert "@media print" in html
    assert "prefers-color-scheme:dark" in html
    assert "Get emergency help now" in Page(html).text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_survived(words: str) -> None:
    line = clean(words)
    assert len(line) <= 141
    assert not re.search(r"[\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]", line)
    card = Card("en-GB", "t", "soon", "l", (Section("quote", words, words, (words,)),), "", "", "", words, "s", "p")
    page = Page(card_html(card))
    assert page.open == []
    assert "script" not in page.tags


@pytest.mark.parametrize("make", [emergency_card, soon_card, hostile_card])
def test_pdf(make: object) -> None:
    pytest.importorskip("fpdf")
    pytest.importorskip("resvg_py")
    card = make()  # type: ignore[operator]
    pdf = card.pdf
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == (2 if card.picture_svg else 1)
    assert card.pdf == pdf, "the same card must print the same file"


@pytest.mark.parametrize("words", ["naïve Zoë Łódź Ωμέγα Привет", "😭😭 help", "العربية 中文", "a" * 139, "(\\) %PDF"])
def test_pdf_survives_letters_of_the_world(words: str) -> None:
    pytest.importorskip("fpdf")
    pytest.importorskip("resvg_py")
    assert hostile_card(words).pdf.startswith(b"%PDF-")


def test_card_of_a_crisis_quotes_nothing(knowledge: Knowledge) -> None:
    told = case("i want to end it", ("mental_health_crisis", "i want to end it", {}))
    text = make_card(emergency(rule("L8", 0)), told, knowledge).text
    assert "end it" not in text
    assert "116 123" in text
    assert "What to say" not in text


def _what_to_say(card: Card) -> str:
    return " ".join(line for section in card.sections if section.kind == "desk" for line in section.lines)


def test_a_card_that_is_no_emergency_says_what_to_say_when_booking(knowledge: Knowledge) -> None:
    told = case(
        "my right foot slaps, back pain, and i take steroids",
        ("foot_drop", "right foot slaps", {"laterality": "right", "onset_days": 21.0}),
        ("low_back_pain", "back pain", {}),
        ("steroid_use", "take steroids", {}),
    )
    said = _what_to_say(make_card(finished("urgent_same_day", rule("W2", 0)), told, knowledge))
    assert "right foot" in said
    assert "for 3 weeks" in said
    assert "low back pain" in said
    assert "I take steroids." in said
    assert said.endswith("Can someone see me today?”")
    assert _what_to_say(soon_card()).endswith("Can someone see me this week?”")
    hers = case("her left leg tingles", ("leg_pins_needles", "left leg tingles", {}), person="she")
    said = _what_to_say(make_card(finished("soon", rule("N2", 0)), hers, knowledge))
    assert said.startswith("“I am asking for my mother. She has")
    assert said.endswith("Can someone see her this week?”")


def test_a_card_for_home_asks_nobody_and_says_the_emergency_number(knowledge: Knowledge) -> None:
    told = case("my back is stiff", ("low_back_pain", "back is stiff", {}))
    for locale, number in (("en-GB", "999"), ("en-US", "911"), ("fr-FR", "112")):
        card = make_card(finished("self_care", rule("N4", 0)), told, knowledge, locale=locale)
        assert not _what_to_say(card)
        assert number in card.text


def test_a_long_card_still_prints_its_words_on_one_page(knowledge: Knowledge) -> None:
    pytest.importorskip("fpdf")
    pytest.importorskip("resvg_py")
    told = case(
        "my left knee gave way last week, it is weak to straighten, the front of my thigh is numb, and i take steroids",
        ("knee_giving_way", "left knee gave way", {"laterality": "left", "count": 1, "onset_days": 7.0}),
        ("knee_extension_weakness", "weak to straighten", {"laterality": "left", "onset_days": 21.0}),
        ("front_thigh_numbness", "front of my thigh is numb", {"laterality": "left"}),
        ("steroid_use", "take steroids", {}),
    )
    for locale in ("en-GB", "en-US"):
        card = make_card(finished("urgent_same_day", rule("W2", 1), rule("K2", 0)), told, knowledge, locale=locale, made="today")
        assert card.picture_svg
        assert len(re.findall(rb"/Type /Page\b", card.pdf)) == 2
