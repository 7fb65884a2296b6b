"""Words that go back to a sign told before: "it went again", "it's back", "now the other one too"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.analysis import analyse_turns
from bot.desk.listening import Listener, Spoken
from bot.findings.case import Case
from bot.findings.view import findings
from bot.knowledge.load import load
from bot.triage.assess import assess
from bot.turn import read_message, take

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "again.yml").read_text(encoding="utf-8"))["cases"]


def _chat(texts: list[str]) -> Case:
    """As a chat: each message answers the question that was put."""
    case, put = Case(), None
    for text in texts:
        case = take(case, read_message(case, text, load(), put=put), load(), put=put)
        question = assess(case, load()).next_question
        put = question.id if question is not None else None
    return case


def _messages(texts: list[str]) -> Case:
    return analyse_turns([{"speaker": "patient", "text": text} for text in texts], load()).case


def _call(texts: list[str]) -> Case:
    """As a call: the handler only listens."""
    listener = Listener(load())
    for number, text in enumerate(texts):
        listener.put(Spoken(f"c{number}", "caller", text))
        listener.put(Spoken(f"a{number}", "agent", "Okay, thank you for telling me."))
    return listener.heard.case


@pytest.mark.parametrize("hear", [_chat, _messages, _call])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['told'][0][:25]} > {case['then'][:45]}")
def test_what_goes_back_to_a_sign_told_before_counts_for_it(case: dict[str, Any], hear: Callable[[list[str]], Case]) -> None:
    heard = hear([*case["told"], case["then"]])
    fired = {rule.id for rule in assess(heard, load()).fired}
    assert set(case.get("fires", ())) <= fired
    assert not fired & set(case.get("silent", ()))
    held = findings(heard, load())
    for concept, wanted in case.get("finds", {}).items():
        assert {name: held[concept].attributes.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("case", [case for case in CASES if case.get("fires")], ids=lambda case: case["then"][:45])
def test_the_words_that_counted_stand_in_the_message(case: dict[str, Any]) -> None:
    heard = _messages([*case["told"], case["then"]])
    last = heard.turns - 1
    for mention in heard.mentions:
        if mention.turn == last and not mention.pieces:
            assert mention.text == case["then"][mention.start : mention.end]


def test_a_turn_that_is_put_right_later_is_heard_again_with_what_it_goes_back_to() -> None:
    listener = Listener(load())
    listener.put(Spoken("c0", "caller", "my neighbour gave way"))
    listener.put(Spoken("a0", "agent", "Pardon?"))
    listener.put(Spoken("c1", "caller", "it went again this morning"))
    assert "K1" not in {rule.id for rule in assess(listener.heard.case, load()).fired}
    listener.put(Spoken("c0", "caller", "my knee gave way yesterday"), 0)
    assert "K1" in {rule.id for rule in assess(listener.heard.case, load()).fired}


def test_an_emergency_after_calmer_advice_says_that_the_advice_changes() -> None:
    turns = [{"speaker": "patient", "text": text} for text in ("my knee gave way yesterday", "it went again this morning")]
    reply = analyse_turns(turns, load()).reply.plain_text()
    assert "changes my advice" in reply
    assert "changes my advice" not in analyse_turns(turns[:1], load()).reply.plain_text()
