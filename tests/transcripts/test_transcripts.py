"""Golden conversations through the real Rasa agent: every .yml file of this folder is one test.

A file holds what the person does (`turns`) and what must hold after each turn (`then`): disposition, rules, question, findings
and the kinds of blocks, never the wording. `pytest tests/transcripts --update-golden` writes `then` anew; the difference is
reviewed like code, by a clinician where a disposition or a rule changes. `intent` stands where the classifier had a say that
the words alone do not give: `python -m bot replay --golden` has no classifier and reads it from there.
"""

from __future__ import annotations

import itertools
import secrets
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.findings.finding import Presence
from bot.findings.view import findings
from bot.golden import effects, recorded, replayed, without_action
from bot.replies.forbidden import forbidden_in_reply

pytestmark = pytest.mark.rasa

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yml"))
KEYS = {"name", "about", "locale", "turns"}
TURN_KEYS = {"say", "choose", "hours_later", "intent", "then"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_golden_conversation(file, talk, clock, request):
    conversation = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert set(conversation) <= KEYS
    clock.start_a_week()
    await talk.greet(locale=conversation.get("locale"))
    now, intents = [], []
    for number, turn in enumerate(conversation["turns"]):
        assert set(turn) <= TURN_KEYS, f"turn {number}"
        clock.now += 20 + 3600 * turn.get("hours_later", 0)
        reply = await _take(talk, turn)
        assert not forbidden_in_reply(reply), f"turn {number}"
        now.append(await _state(talk, reply))
        intents.append(await _intent(talk))
    if request.config.getoption("--update-golden"):
        conversation["turns"] = [
            {**{key: value for key, value in turn.items() if key not in ("intent", "then")}, "then": state}
            for turn, state in zip(conversation["turns"], now, strict=True)
        ]
        _name_intents(conversation, intents, talk.service.knowledge)
        file.write_text(_written(conversation), encoding="utf-8")
        return
    for number, (turn, state) in enumerate(zip(conversation["turns"], now, strict=True)):
        assert state == turn["then"], f"turn {number}: {turn.get('say') or turn.get('choose')}"
        assert intents[number] == turn.get("intent", intents[number]), f"turn {number}"
    assert _differing_turns(conversation, talk.service.knowledge) == [], "write the intents with --update-golden"


async def _take(talk: Any, turn: dict[str, Any]) -> Any:
    if "choose" in turn:
        offered = {option.value for option in talk.reply.options}
        assert set(turn["choose"]) <= offered, f"no such button: {turn['choose']} of {sorted(offered)}"
        return await talk.choose(*turn["choose"], message_id=secrets.token_hex(4))
    return await talk.say(turn["say"], message_id=secrets.token_hex(4))


async def _intent(talk: Any) -> str | None:
    tracker = await talk.service.agent.tracker_store.retrieve(talk.id)
    return None if tracker is None else (tracker.latest_message.intent or {}).get("name")


def _differing_turns(conversation: dict[str, Any], knowledge: Any) -> list[int]:
    """Turns at which the replay without Rasa comes to something else."""
    found = effects("", conversation, recorded(conversation), without_action(replayed(conversation, knowledge)))
    return [effect.turns[0] for effect in found]


def _name_intents(conversation: dict[str, Any], intents: list[str | None], knowledge: Any) -> None:
    """Name the intents without which the words alone lead elsewhere, and no other."""

    def with_intents(named: dict[int, str | None]) -> list[dict[str, Any]]:
        turns = []
        for number, turn in enumerate(plain):
            said = {key: value for key, value in turn.items() if key != "then"}
            turns.append({**said, **({"intent": named[number]} if named.get(number) else {}), "then": turn["then"]})
        return turns

    plain = conversation["turns"]
    if not _differing_turns(conversation, knowledge):
        return
    named = dict(enumerate(intents))
    for number in list(named):
        fewer = {key: value for key, value in named.items() if key != number}
        if not _differing_turns({**conversation, "turns": with_intents(fewer)}, knowledge):
            named = fewer
    conversation["turns"] = with_intents(named)


async def _state(talk: Any, reply: Any) -> dict[str, Any]:
    """What is held: the decision and its evidence, the next question, the kinds of blocks."""
    case = await talk.case()
    if case is None:
        return {"erased": True, "blocks": _kinds(reply)}
    assessment = await talk.assessment()
    held = findings(case, talk.service.knowledge)
    return {
        "disposition": reply.urgency,
        "rules": sorted(rule.id for rule in assessment.fired),
        "question": reply.question,
        "findings": {
            concept: finding.presence.value
            for concept, finding in sorted(held.items())
            if finding.presence in (Presence.PRESENT, Presence.UNCERTAIN)
        },
        "blocks": _kinds(reply),
    }


def _kinds(reply: Any) -> list[str]:
    """Kinds of blocks in order, neighbours of one kind counted once: how it is said may change freely."""
    return [kind for kind, _ in itertools.groupby(block.kind for block in reply.blocks)]


def _written(conversation: dict[str, Any]) -> str:
    """The file again: one key a line, short lists in one line."""

    class Dumper(yaml.SafeDumper):
        pass

    def flat(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.Node:
        plain = all(not isinstance(item, (dict, list)) for item in items)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)

    Dumper.add_representer(list, flat)
    return yaml.dump(conversation, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=130)


def test_there_are_golden_conversations():
    assert len(FILES) >= 80
    names = [yaml.safe_load(file.read_text(encoding="utf-8"))["name"] for file in FILES]
    assert len(names) == len(set(names))


def test_every_turn_has_its_expectation():
    missing = []
    for file in FILES:
        for number, turn in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))["turns"]):
            if not turn.get("then"):
                missing.append(f"{file.name} turn {number}")
    assert missing == []
