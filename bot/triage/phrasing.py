"""Puts a question into words for this person: self or helper, "she" or "they", A&E or the ER.

In: a template of bot/knowledge/questions, a `Case`, the `Knowledge`. Out: plain text. Called by
`bot.triage.questions` and `bot.triage.answering`; knows nothing about which question comes when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.findings.case import Case
from bot.findings.view import standing_mentions, subject
from bot.knowledge.load import Knowledge
from bot.knowledge.sections.questions import Question, QuestionOption

_FALLBACK_LOCALE = "en-GB"
_PRONOUN_OF_SEX = {"female": "she", "male": "he"}
_SEX_OF_PRONOUN = {pronoun: sex for sex, pronoun in _PRONOUN_OF_SEX.items()}


@dataclass(frozen=True)
class Voice:
    """How to speak in one conversation.

    Attributes:
        form: "self" when the writer is the person with the symptoms, else "helper".
        words: Placeholder -> word ("they" -> "she", "name" -> "your mum", "physio" -> ...).
    """

    form: str
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, templates: Mapping[str, str], **more: str) -> str:
        """The template of this form, filled."""
        return self.fill(templates[self.form], **more)

    def fill(self, template: str, **more: str) -> str:
        """One template, filled."""
        return template.format_map({**self.words, **more}) if "{" in template else template

    def label(self, option: QuestionOption) -> str:
        """What a button says to this person."""
        return self.fill(option.helper_label if self.form == "helper" else option.label)

    def text(self, question: Question, knowledge: Knowledge, concept: str | None) -> str:
        """The question itself; CONFIRM has a text of its own for each concept."""
        if concept is not None and question.kind == "confirm" and concept in knowledge.questions.confirm:
            return self.say(knowledge.questions.confirm[concept])
        return self.say(question.text, label=concept_label(knowledge, concept))


def voice(case: Case, knowledge: Knowledge, locale: str | None = None) -> Voice:
    """The voice for a case.

    Args:
        case: Gives the locale, whom it is about, the relation and the sex.
        knowledge: Holds the words.
        locale: Overrides the locale of the case; an unknown one reads as en-GB.
    """
    questions = knowledge.questions
    where = locale or case.locale
    if where not in questions.terms:
        where = _FALLBACK_LOCALE
    words = dict(questions.terms.get(where, {}))
    entry = questions.relations.get(relation(case), questions.relations["other"])
    words |= questions.pronouns[_PRONOUN_OF_SEX.get(str(sex(case, knowledge)), "they")]
    words["name"] = entry["name"].get(where) or entry["name"][_FALLBACK_LOCALE]
    words |= {word[0].upper() + word[1:]: form[:1].upper() + form[1:] for word, form in words.items()}
    return Voice("helper" if subject(case) == "other" else "self", words)


def sex(case: Case, knowledge: Knowledge) -> str | None:
    """Female or male for the person with the symptoms, None when nobody said.

    For somebody else the word for them decides ("my husband"); what the writer says of themselves never counts for them.
    """
    stated = case.profile.get("sex")
    if subject(case) == "self":
        found = case.profile.get("writer_sex") or stated
    else:
        relations = knowledge.questions.relations
        pronoun = relations.get(relation(case), relations["other"])["pronoun"]
        found = _SEX_OF_PRONOUN.get(pronoun) or stated
    return str(found) if found else None


def relation(case: Case) -> str:
    """Who the person is to the writer ("mother", "patient", ...), "other" when not said."""
    stated = case.profile.get("relation")
    if stated:
        return str(stated)
    for mention in standing_mentions(case).values():
        if mention.experiencer == "other" and mention.attributes.get("relation"):
            return str(mention.attributes["relation"])
    return "other"


def concept_label(knowledge: Knowledge, concept: str | None) -> str:
    """The friendly name of a concept, to stand inside a sentence."""
    if concept is None or concept not in knowledge.concepts:
        return ""
    label: str = knowledge.concepts[concept].label
    return label[0].lower() + label[1:]
