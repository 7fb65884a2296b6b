"""The 30 vignettes through the real Rasa agent, answered by a person to whom nothing else is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.replies.forbidden import forbidden_in_reply

pytestmark = pytest.mark.rasa

VIGNETTES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "vignettes.yml").read_text(encoding="utf-8"))["vignettes"]
#: More screens than any interview has.
MOST_QUESTIONS = 40


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette["id"])
async def test_vignette_ends_right_through_the_real_agent(talk, vignette):
    await talk.greet()
    reply = await talk.say(vignette["text"])
    if vignette["expected"] == "emergency_now":
        assert reply.urgency == "emergency_now"
        assert reply.blocks[0].kind == "emergency"
        assert not reply.question
        return
    asked = []
    while reply.question:
        assert reply.urgency not in ("routine", "self_care") or (await talk.assessment()).complete
        asked.append(reply.question)
        assert len(asked) <= MOST_QUESTIONS, asked
        reply = await talk.choose(_nothing_wrong(talk, reply))
    assert (await talk.assessment()).disposition == vignette["expected"], asked
    assert len(asked) == len(set(asked)), "a question was asked twice"
    assert not [found for one in talk.replies for found in forbidden_in_reply(one)]


def _nothing_wrong(talk, reply):
    """The option that says "nothing wrong"; an adult under 50 where the age is asked."""
    question, _ = talk.service.knowledge.questions.resolve(reply.question)
    offered = [option.value for option in reply.options]
    for value in (question.normal, "age_18_49", "none", "no", "nothing", "skip"):
        if value in offered:
            return value
    raise AssertionError(f"{reply.question} has no harmless answer: {offered}")
