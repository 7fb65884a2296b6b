"""The drawing: valid, safe, legible when small, and right about left and right."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from bot.knowledge.load import Knowledge
from bot.replies.drawing import SIDES
from bot.replies.picture import named_picture, picture_for, picture_png, picture_svg
from bot.replies.words import Words
from bot.triage.assessment import Assessment
from tests.replies.samples import case, load

NS = "{http://www.w3.org/2000/svg}"
KEYS = [f"{path.id}-{side}" for path in load().explanations.paths.values() for side in (["both"] if path.both_sides else SIDES)]
#: Smallest text at the width of a phone (320 of 480 units) in CSS pixels.
SMALLEST_PX = 10.5


def svg(key: str, **options: bool) -> str:
    return picture_svg(key, load(), Words(load(), "en-GB"), **options)


def tree(key: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg(key))


@pytest.mark.parametrize("key", KEYS)
def test_is_valid_and_harmless(key: str) -> None:
    root = tree(key)
    assert root.tag == NS + "svg"
    tags = {element.tag.removeprefix(NS) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "clipPath", "pattern", "path", "rect", "circle", "g", "text"}
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert "href" not in name
            assert "http" not in value or name == "xmlns"
            assert "url(#" in value or "url(" not in value


@pytest.mark.parametrize("key", KEYS)
def test_has_a_name_an_alternative_text_and_unique_ids(key: str) -> None:
    root = tree(key)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert all(name.startswith(key) for name in ids)
    assert root.attrib["role"] == "img"
    assert set(root.attrib["aria-labelledby"].split()) <= set(ids)
    assert len(root.findtext(NS + "desc") or "") > 60


@pytest.mark.parametrize("key", KEYS)
def test_text_stays_legible_on_a_phone_and_inside_the_page(key: str) -> None:
    root = tree(key)
    width = float(root.attrib["viewBox"].split()[2])
    for text in root.iter(NS + "text"):
        size = float(text.attrib["font-size"])
        assert size * 320 / width >= SMALLEST_PX, text.text
        half = len(text.text or "") * size * 0.62
        x, anchor = float(text.attrib["x"]), text.attrib["text-anchor"]
        if x < 0:  # inside the close-up, whose middle is the middle of the page
            x += width / 2
        right = {"start": x + half, "middle": x + half / 2, "end": x}[anchor]
        assert right <= width + 6, text.text


@pytest.mark.parametrize("key", KEYS)
def test_does_not_speak_through_colour_alone(key: str) -> None:
    """Each lit thing has a number in the drawing that the legend explains, and areas have patterns."""
    text = svg(key)
    path = load().explanations.paths[key.rsplit("-", 1)[0]]
    numbers = [t.text for t in tree(key).iter(NS + "text") if (t.text or "").isdigit()]
    rows = [name for name in (path.root, path.nerve, path.muscle, path.skin) if name]
    for number in range(1, len(rows) + 1):
        assert numbers.count(str(number)) >= 2, f"number {number} is not both in the drawing and in the legend"
    if path.draw["skin"]:
        assert f"url(#{key}-dots)" in text
    if path.draw["muscles"]:
        assert f"url(#{key}-stripes)" in text


def lit_halves(key: str, fill: str) -> set[tuple[str, int]]:
    """(view, sign of the half) of every half figure that holds this fill."""
    found = set()
    for group in tree(key).iter(NS + "g"):
        match = re.fullmatch(r"translate\((\d+),[\d.]+\) scale\((-?1),1\)", group.attrib.get("transform", ""))
        if match and any(element.attrib.get("fill") == f"url(#{key}-{fill})" for element in group.iter()):
            found.add(("front" if int(match[1]) < 240 else "back", int(match[2])))
    return found


@pytest.mark.parametrize(
    ("key", "fill", "halves"),
    [
        ("L4-left", "stripes", {("front", 1)}),  # seen from the front, the person's left is on the viewer's right
        ("L4-right", "stripes", {("front", -1)}),
        ("S1-left", "stripes", {("back", -1)}),  # seen from the back, left is left
        ("S1-right", "stripes", {("back", 1)}),
        ("L5-right", "stripes", {("front", -1), ("back", 1)}),
        ("L5-left", "stripes", {("front", 1), ("back", -1)}),
        ("saddle-both", "dots", {("front", 1), ("front", -1), ("back", 1), ("back", -1)}),
        ("knee-either", "stripes", {("front", -1), ("back", 1)}),
    ],
)
def test_left_and_right(key: str, fill: str, halves: set[tuple[str, int]]) -> None:
    assert lit_halves(key, fill) == halves


@pytest.mark.parametrize("key", ["L4-left", "L5-right"])
def test_both_sides_are_labelled_where_they_are(key: str) -> None:
    places: dict[str, list[float]] = {"Left": [], "Right": []}
    for text in tree(key).iter(NS + "text"):
        if text.text in places:
            places[text.text].append(float(text.attrib["x"]))
    spine_left, front_left, back_left = places["Left"]
    spine_right, front_right, back_right = places["Right"]
    assert spine_left < spine_right
    assert front_left > front_right
    assert back_left < back_right


def test_the_root_is_lit_on_the_right_side_of_the_spine() -> None:
    for side, sign in (("left", -1), ("right", 1)):
        lit = re.findall(r'<g transform="scale\((-?1),1\)"><g [^>]*><path [^>]*/><path [^>]*stroke="#b34700"', svg(f"L4-{side}"))
        assert lit == [str(sign)]


def test_the_caption_says_when_nobody_told_the_side() -> None:
    assert "did not say" in svg("knee-either")
    assert "did not say" not in svg("knee-left")
    assert "did not say" not in svg("knee-either", general=True)


@pytest.mark.parametrize(
    "key", ["", "L4", "L4-up", "L9-left", "../etc-left", "L4-left.svg", "<script>-left", "L4-left\n", "a" * 99 + "-left"]
)
def test_a_key_from_the_web_is_checked(key: str) -> None:
    with pytest.raises(ValueError, match="no such picture"):
        svg(key)


def test_picture_of_a_case_and_its_alternative_text(knowledge: Knowledge) -> None:
    from bot.replies.heard import hear

    told = case("my right foot slaps", ("foot_drop", "right foot slaps", {"laterality": "right"}))
    picture = picture_for(hear(Assessment("incomplete", False), told, knowledge, "en-GB"), knowledge)
    assert picture is not None
    assert picture.key == "L5-right"
    for words in ("On the right side", "L5", "sciatic nerve", "lift the foot", "outer shin"):
        assert words in picture.alt


def test_alternative_text_differs_by_side(knowledge: Knowledge) -> None:
    path, words = knowledge.explanations.paths["L4"], Words(knowledge, "en-GB")
    assert len({named_picture(path, side, words).alt for side in SIDES}) == len(SIDES)


@pytest.mark.parametrize("key", ["L4-left", "saddle-both"])
def test_png(key: str) -> None:
    pytest.importorskip("resvg_py")
    png = picture_png(svg(key), width=480)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 480
    assert len(png) > 40_000


def test_png_shows_its_words_without_any_font_on_the_machine() -> None:
    """Only the shipped font is used, so taking the words away must change the picture."""
    pytest.importorskip("resvg_py")
    text = svg("L4-left")
    assert picture_png(text, width=240) != picture_png(re.sub(r"<text.*?</text>", "", text), width=240)
