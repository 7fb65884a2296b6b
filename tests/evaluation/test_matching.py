"""Labels and readings find each other one to one, and what attributes say plays no part."""

from __future__ import annotations

from bot.extraction.mention import Mention
from evaluation.matching import distinct, match
from evaluation.metrics import Share
from evaluation.rows import Label, Row
from evaluation.systems import Reading
from evaluation.understanding import measure, strict


def label(concept, presence="present", experiencer="self", time="current", at=(None, None)):
    return Label((concept,) if isinstance(concept, str) else concept, presence, experiencer, (time,), *at)


def mention(concept, presence="present", experiencer="self", time="current", at=(0, 1)):
    return Mention(concept, presence, experiencer, time, 0, *at, "x" * (at[1] - at[0]))


def reading(*mentions):
    return Reading(mentions, (), "incomplete", (), None, "", None, "incomplete", ())


def test_the_closest_words_pair_even_when_the_others_agree_better():
    labels = [label("leg_numbness", "absent", at=(0, 10))]
    far, near = mention("leg_numbness", "absent", at=(40, 50)), mention("leg_numbness", "present", at=(2, 8))
    found = match(labels, [far, near], presence=False, group=False)
    assert found.pairs == ((labels[0], near),)
    assert found.extra == (far,)


def test_pairs_are_one_to_one():
    labels = [label("foot_drop", at=(0, 5)), label("foot_drop", "absent", at=(10, 15))]
    found = match(labels, [mention("foot_drop", at=(0, 5))], presence=False, group=False)
    assert len(found.pairs) == 1
    assert found.missed == (labels[1],)


def test_presence_must_agree_when_asked():
    labels, mentions = [label("foot_drop", "absent")], [mention("foot_drop", "present")]
    assert match(labels, mentions, presence=False, group=False).pairs
    assert not match(labels, mentions, presence=True, group=False).pairs


def test_the_four_saddle_concepts_count_as_one_only_in_the_group():
    labels, mentions = [label("genital_numbness")], [mention("saddle_numbness")]
    assert not match(labels, mentions, presence=True, group=False).pairs
    assert match(labels, mentions, presence=True, group=True).pairs
    assert not match([label("leg_numbness")], mentions, presence=True, group=True).pairs


def test_the_same_said_twice_counts_once():
    twice = [mention("falls", at=(0, 5)), mention("falls", at=(20, 25)), mention("falls", "absent", at=(30, 35))]
    assert distinct(twice) == [twice[0], twice[2]]


def test_measure_counts_by_concept_and_over_matched_attributes():
    row = Row(
        "1",
        "x" * 60,
        "other",
        (label("falls", at=(0, 5)), label("fever_unwell", "absent", at=(10, 15)), label("diabetes", at=(20, 25))),
    )
    read = measure(
        [row],
        [
            reading(
                mention("falls", experiencer="other", at=(0, 5)),
                mention("fever_unwell", at=(10, 15)),
                mention("dysuria", at=(30, 35)),
            )
        ],
    )
    assert (read.mentions.right, read.mentions.extra, read.mentions.missed) == (1, 2, 2)
    assert read.concepts["fever_unwell"].extra == read.concepts["fever_unwell"].missed == 1
    assert read.presence.table == {("present", "present"): 1, ("absent", "present"): 1}
    assert read.experiencer.plain.hits == 1
    assert read.labels == 3
    assert read.whole["presence"].by_class == {"absent": Share(0, 1), "present": Share(1, 2)}
    assert read.presence.by_class == {"absent": Share(0, 1), "present": Share(1, 1)}


def test_a_coarse_file_shares_a_reading_and_forgives_what_it_could_not_name():
    row = Row("1", "x" * 60, "real", (label(("leg_numbness", "bilateral_leg_numbness")), label(("leg_numbness",))))
    found = strict(
        row, reading(mention("leg_numbness"), mention("bilateral_leg_numbness"), mention("diabetes"), mention("foot_drop"))
    )
    assert len(found.pairs) == 2
    assert [extra.concept for extra in found.extra] == ["foot_drop"]
