"""How the questions read: plain, kind, complete, for the person and for a helper, in both countries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.findings.case import Case
from bot.knowledge.load import load
from bot.triage.assess import assess
from bot.triage.phrasing import Voice, concept_label, voice
from bot.triage.questions import questions_for_item
from tests.replies.reading import grade, longest_sentence, words
from tests.triage.interview import begin

KNOWLEDGE = load()
QUESTIONS = list(KNOWLEDGE.questions.values())
LOCALES = ("en-GB", "en-US")
PEOPLE: dict[str, dict[str, Any]] = {
    "self": {},
    "mother": {"subject": "other", "relation": "mother"},
    "father": {"subject": "other", "relation": "father"},
    "patient": {"subject": "other", "relation": "patient"},
    "nobody named": {"subject": "other"},
}
#: Reading age 11 to 12.
GRADE = 7.0
LONGEST_SENTENCE = 21
#: Shorter texts have no meaningful grade: "Does the patient have diabetes?" scores 7.6.
ENOUGH_WORDS = 6
JARGON = re.compile(
    r"incontinen|saddle an|perine|bilateral|\bacute|an(a)?esthesia|retention|unilateral|faec|defaec|urinat|stool|genital|"
    r"anal\b|anus|rectal|lumbar|motor|sensory|neurolog|symptom|deficit|triage|emergency department",
    re.IGNORECASE,
)
FALSE_COMFORT = re.compile(r"you do not have|you don't have|nothing serious|you are safe|don't worry|—|\bmg\b", re.IGNORECASE)
#: "she need", "they needs", "does they"
_AFTER_HELPING_VERB = "".join(f"(?<!{verb} )" for verb in ("can", "could", "would", "did", "does"))
WRONG_VERB = re.compile(
    _AFTER_HELPING_VERB + r"\b(?:she|he) (?:need|walk|stand|sit|get|fight|do|have|are|were)\b|"
    r"\bthey (?:needs|walks|stands|sits|gets|is|has|was|does)\b|"
    r"\b(?:does|is|has|was) they\b|\b(?:do|are|have|were) (?:she|he)\b",
    re.IGNORECASE,
)


def voices() -> Iterator[tuple[str, str, Voice]]:
    for locale in LOCALES:
        for name, profile in PEOPLE.items():
            yield locale, name, voice(Case(locale=locale, profile=profile), KNOWLEDGE)


VOICES = list(voices())


def concepts_of(question: Any) -> list[str | None]:
    if question.kind == "confirm":
        return list(KNOWLEDGE.questions.confirm)
    return list(question.about) or (["urinary_incontinence_new"] if question.per_concept else [None])


def texts_of(question: Any, said: Voice) -> Iterator[str]:
    for concept in concepts_of(question):
        label = concept_label(KNOWLEDGE, concept)
        yield said.text(question, KNOWLEDGE, concept)
        yield said.say(question.rephrase, label=label)
        yield said.fill(question.why, label=label)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_every_question_is_complete(question: Any) -> None:
    assert set(question.text) == set(question.rephrase) == {"self", "helper"}
    for said in (question.text, question.rephrase):
        assert all(text.strip() for text in said.values())
    assert question.text["self"] != question.rephrase["self"]
    assert question.why.strip().endswith(".")
    assert question.options or question.card


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_every_text_reads_easily(question: Any) -> None:
    for locale, who, said in VOICES:
        for text in texts_of(question, said):
            where = f"{locale}, {who}: {text}"
            assert "{" not in text, where
            assert not JARGON.search(text), where
            assert not FALSE_COMFORT.search(text), where
            assert longest_sentence(text) <= LONGEST_SENTENCE, where
            if len(words(text)) >= ENOUGH_WORDS:
                assert grade(text) <= GRADE, f"grade {grade(text):.1f}: {where}"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_every_button_reads_easily(question: Any) -> None:
    for locale, who, said in VOICES:
        labels = [said.label(option) for option in question.options]
        assert len(labels) == len(set(labels)), labels
        for label in labels:
            assert "{" not in label, f"{locale}, {who}: {label}"
            assert not JARGON.search(label), label
            assert len(label) <= 72, label


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_helper_is_not_addressed_as_the_patient(question: Any) -> None:
    """ "Is she able to ...", never "your leg", and the verbs agree."""
    for _, who, said in VOICES:
        if who == "self":
            continue
        name = said.words["name"]
        spoken = [*texts_of(question, said)] + [said.label(option) for option in question.options]
        for concept_text in (text for text in spoken if "own normal" not in text):
            rest = concept_text.replace(name, "").replace(name.capitalize(), "")
            assert not WRONG_VERB.search(rest), concept_text
        for concept in concepts_of(question):
            for text in (said.text(question, KNOWLEDGE, concept), said.say(question.rephrase, label="x")):
                rest = re.sub(r"your own words|on your mind", "", text.replace(name, ""))
                assert not re.search(r"\byour\b", rest, re.IGNORECASE), text


#: What a helper says of themselves, on a button.
_HELPER_SPEAKS = re.compile(r"I'd rather not|I can't ask|I can ask|I am asking")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_helper_buttons_do_not_say_i(question: Any) -> None:
    said = voice(Case(profile=PEOPLE["mother"]), KNOWLEDGE)
    for option in question.options:
        label = _HELPER_SPEAKS.sub("", said.label(option))
        assert not re.search(r"\b(?:I|I'm|I've|my|me|mine)\b", label), label


def test_helper_words_follow_relation_and_sex() -> None:
    question = KNOWLEDGE.questions["Q6a"]
    mother = voice(Case(profile=PEOPLE["mother"]), KNOWLEDGE).say(question.text)
    patient = voice(Case(profile=PEOPLE["patient"]), KNOWLEDGE).say(question.text)
    woman = voice(Case(profile={"subject": "other", "relation": "friend", "sex": "female"}), KNOWLEDGE).say(question.text)
    assert mother == "Can your mum feel it when her bladder is full and she needs a pee?"
    assert patient == "Can the patient feel it when their bladder is full and they need a pee?"
    assert "your friend" in woman
    assert "her bladder" in woman


def test_country_words_differ() -> None:
    control = KNOWLEDGE.questions["Q8b"]
    seen = KNOWLEDGE.questions["Q21"]
    british, american = (voice(Case(locale=locale), KNOWLEDGE) for locale in LOCALES)
    assert "wind" in british.say(control.text)
    assert "gas" in american.say(control.text)
    assert "physio " in british.say(seen.text)
    assert "physical therapist" in american.say(seen.text)
    mum, mom = (voice(Case(locale=locale, profile=PEOPLE["mother"]), KNOWLEDGE) for locale in LOCALES)
    assert (mum.words["name"], mom.words["name"]) == ("your mum", "your mom")
    unknown = voice(Case(locale="fr-FR"), KNOWLEDGE)
    assert unknown.say(control.text) == british.say(control.text)


def test_next_question_speaks_the_language_of_the_case() -> None:
    start = {
        "present": {"low_back_pain": {}},
        "person": "other",
        "locale": "en-US",
        "profile": PEOPLE["mother"],
    }
    question = assess(begin(KNOWLEDGE, start), KNOWLEDGE).next_question
    assert question is not None
    assert question.text == "Before anything else: does your mom have any of these right now? Tick all that fit."
    assert "Sudden, tearing pain in the back or belly" in [option.label for option in question.options]


def test_every_concept_can_be_confirmed() -> None:
    assert set(KNOWLEDGE.questions.confirm) == set(KNOWLEDGE.concepts)
    assert all("?" in text for texts in KNOWLEDGE.questions.confirm.values() for text in texts.values())


def test_names_of_concepts_and_items_are_plain() -> None:
    labels = [c.label for c in KNOWLEDGE.concepts.values()] + [i.label for i in KNOWLEDGE.items.values()]
    assert not [label for label in labels if JARGON.search(label) or FALSE_COMFORT.search(label)]


@pytest.mark.parametrize("item", KNOWLEDGE.items)
def test_agent_can_read_out_every_item(item: str) -> None:
    wordings = questions_for_item(item, KNOWLEDGE)
    assert wordings
    for question in wordings:
        assert question.item == item
        assert question.text
        assert question.why
        assert question.rephrase
    probe = KNOWLEDGE.items[item].probe
    assert probe is None or wordings[-1].id == probe


def test_private_questions_ask_one_thing_each() -> None:
    """Feeling and function are never put in one question (clinical.md 9.11)."""
    private = [q for q in QUESTIONS if q.private and q.kind == "step"]
    assert {q.id for q in private} >= {"Q4", "Q5a", "Q5b", "Q6a", "Q6b", "Q7", "Q8a", "Q8b"}
    for question in private:
        assert len(question.items) == 1
        assert not question.multiple
        assert question.option("skip") is not None or question.id == "Q9_detail"
        assert question.option("unsure") is not None
