"""The training data stays clean: one text one intent, nothing unused, no test sentence in it, Rasa's own check passes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from bot.knowledge.load import load
from bot.turn import ACT_OF_INTENT

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "data" / "dialogue" / "rules.yml").read_text(encoding="utf-8"))["rules"]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())


def _examples() -> list[tuple[str, str]]:
    found = []
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            found += [(entry["intent"], line[2:]) for line in entry["examples"].splitlines()]
    found += [("ask_faq", question) for topic in load().faq.values() for question in topic.questions]
    return found


def _test_sentences() -> set[str]:
    cases = yaml.safe_load((ROOT / "tests" / "cases" / "intents.yml").read_text(encoding="utf-8"))["cases"]
    topics = yaml.safe_load((ROOT / "tests" / "cases" / "topics.yml").read_text(encoding="utf-8"))["cases"]
    vignettes = yaml.safe_load((ROOT / "tests" / "cases" / "vignettes.yml").read_text(encoding="utf-8"))["vignettes"]
    sentences = [case["text"] for case in cases if not case.get("put")] + [case["text"] for case in topics]
    return {_plain(text) for text in sentences + [vignette["text"] for vignette in vignettes]} - {""}


def test_no_text_has_two_intents():
    homes = defaultdict(set)
    for intent, text in _examples():
        homes[_plain(text)].add(intent)
    assert {text: intents for text, intents in homes.items() if len(intents) > 1} == {}


def test_no_text_stands_twice():
    texts = [_plain(text) for _, text in _examples()]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_no_test_sentence_is_in_the_training_data():
    assert sorted(_test_sentences() & {_plain(text) for _, text in _examples()}) == []


def test_every_intent_has_ten_real_examples_or_a_reason():
    counts = defaultdict(int)
    for intent, _ in _examples():
        counts[intent] += 1
    few = {"confirm_erase": 5, "ask_about_scan": 8}
    assert {intent: count for intent, count in counts.items() if count < few.get(intent, 10)} == {}


def test_every_intent_is_trained_and_answered():
    declared = set(DOMAIN["intents"])
    trained = {intent for intent, _ in _examples()}
    routed = {rule["steps"][0]["intent"] for rule in RULES}
    assert trained | {"nlu_fallback"} == declared
    assert routed == declared


def test_every_action_is_used_and_exists():
    declared = set(DOMAIN["actions"])
    routed = {rule["steps"][1]["action"] for rule in RULES}
    by_policy = {"action_give_emergency_advice"}
    by_rasa = {"action_validate_slot_mappings"}
    assert routed | by_policy | by_rasa == declared
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "actions").glob("*.py"))
    assert set(re.findall(r'return "(action_\w+)"', source)) == declared


def test_every_slot_is_set_and_read():
    source = "".join(file.read_text(encoding="utf-8") for folder in ("actions", "bot") for file in (ROOT / folder).rglob("*.py"))
    for slot in DOMAIN["slots"]:
        assert re.search(rf'SlotSet\("{slot}"', source), f"no action sets {slot}"
        assert DOMAIN["slots"][slot]["influence_conversation"] is False


def test_the_domain_holds_no_wording():
    assert not DOMAIN.get("responses")
    assert not DOMAIN.get("forms")


def test_what_an_intent_does_is_known_to_the_replies():
    from bot.replies.acts import ACTS

    assert set(ACT_OF_INTENT) <= set(DOMAIN["intents"])
    assert set(ACT_OF_INTENT.values()) <= set(ACTS)


def test_rules_are_one_intent_one_action():
    for rule in RULES:
        assert [next(iter(step)) for step in rule["steps"]] == ["intent", "action"], rule["rule"]
    names = [rule["rule"] for rule in RULES]
    assert len(names) == len(set(names))


@pytest.mark.rasa
def test_rasa_data_validate_passes():
    rasa = Path(sys.executable).with_name("rasa")
    done = subprocess.run(
        [str(rasa), "data", "validate", "--fail-on-warnings"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
