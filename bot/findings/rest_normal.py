"""A case as if every open question had been answered "no, normal": for evaluation only.

In: a case. Out: a case. Called by `analyse --rest-normal` and tests; never on the way to a patient.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.extraction.mention import Mention
from bot.findings.case import Case, GivenAnswer
from bot.findings.view import checklist
from bot.knowledge.load import Knowledge

#: "How many times?" has no normal answer, and the age gets one of its own.
_NOT_YES_OR_NO = frozenset({"age", "buckling_count"})


def rest_normal(case: Case, knowledge: Knowledge) -> Case:
    """Answer what was never asked with "no, normal", and unconfirmed suggestions with "no".

    What the person said stays as it is: "not sure" and "rather not say" are answers. Attributes nobody spoke of
    stay unknown, except that a normal answer to "is it changing?" means a stable course. The age, when
    unknown, is that of an adult under 50, the answer without consequence; how often a knee gave way stays unknown.
    """
    turn = max(case.turns - 1, 0)
    states = checklist(case, knowledge)
    answers = tuple(
        GivenAnswer(item, "no", turn, case.now_hours, "rest_normal")
        for item, state in states.items()
        if state == "not_asked" and item not in _NOT_YES_OR_NO
    )
    profile = dict(case.profile)
    if states.get("age") == "not_asked":
        profile["age_band"] = "18-49"
    return replace(
        case,
        answers=case.answers + answers,
        mentions=tuple(_stable(mention) for mention in case.mentions),
        profile=profile,
        suggestions=(),
    )


def _stable(mention: Mention) -> Mention:
    attributes: dict[str, Any] = dict(mention.attributes)
    if mention.presence != "present" or mention.temporality != "current" or "course" in attributes:
        return mention
    if attributes.get("new") is True and attributes.get("unchanged") is False:
        return mention
    attributes["course"] = "stable"
    return replace(mention, attributes=attributes)
