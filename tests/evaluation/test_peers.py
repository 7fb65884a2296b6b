"""Peers stay outside the product, and a peer that fails is named instead of ending the run."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from bot.knowledge.load import load
from evaluation.peers import environment, run
from evaluation.peers.environment import Unavailable
from evaluation.peers.keywords import Keywords
from evaluation.systems import peer_mention, read_as, read_ourselves

HERE = Path(run.__file__).parent


def test_keywords_find_whole_phrases_where_they_stand():
    reader = Keywords({"urinary_retention": ["can't pee", "no wee"], "falls": ["fell"], "diabetes": []})
    text = "I fell  and CAN’T\npee; fellow travellers"
    assert [(m["concept"], text[m["start"] : m["end"]]) for m in reader.read(text)] == [
        ("falls", "fell"),
        ("urinary_retention", "CAN’T\npee"),
    ]
    assert reader.read("a fellow") == []
    assert reader.read("İ no wee")[0]["concept"] == "urinary_retention"


@pytest.mark.parametrize("name", ["medspacy_worker.py", "rasa_worker.py"])
def test_workers_import_nothing_of_ours(name):
    tree = ast.parse((HERE / name).read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {module.split(".")[0] for module in modules} & {"bot", "evaluation", "bench", "actions", "yaml"}


def test_peers_never_live_in_the_products_environment():
    assert environment.FOLDER == environment.ROOT / ".cache" / "peers"
    assert not {module.split(".")[0] for module in sys.modules} & {"medspacy", "tensorflow_text"}
    for lock, _, _ in environment.PEERS.values():
        assert (environment.ROOT / "requirements" / lock).exists()


def test_a_peer_without_room_is_named_in_the_table(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    monkeypatch.setitem(environment.PEERS, "medspacy", ("peers-medspacy.lock", 10**9, "pass"))
    said: list[str] = []
    result = run.ask("medspacy", ["x"], load(), said.append)
    assert "MB on disk" in (result.missing or "")
    assert result.mentions == ()
    assert any("left out" in line for line in said)


def worker(tmp_path, code):
    path = tmp_path / "worker.py"
    path.write_text(code, encoding="utf-8")
    return [sys.executable, "-S", str(path)]


def test_a_worker_gets_a_job_and_gives_an_answer_on_one_core(tmp_path):
    code = (
        "import json, os, sys\n"
        "job = json.load(open(sys.argv[1]))\n"
        "cores = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else 1\n"
        "json.dump({'job': job, 'cores': cores, 'threads': os.environ['OMP_NUM_THREADS']}, open(sys.argv[2], 'w'))\n"
    )
    assert run.run_worker(worker(tmp_path, code), {"texts": ["é"]}) == {"job": {"texts": ["é"]}, "cores": 1, "threads": "1"}


def test_a_worker_that_fails_is_unavailable_and_says_where_its_log_is(tmp_path):
    with pytest.raises(Unavailable, match=r"exit code 3; log: .*worker\.log"):
        run.run_worker(worker(tmp_path, "import sys; sys.exit(3)"), {})


def test_a_worker_that_takes_too_long_is_unavailable(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "MOST_SECONDS", 0.5)
    with pytest.raises(Unavailable, match="not done"):
        run.run_worker(worker(tmp_path, "import time; time.sleep(20)"), {})


def test_peers_get_our_rules_on_top_of_what_they_read():
    text = "cannot pee at all"
    found = peer_mention({"concept": "urinary_retention", "start": 0, "end": len(text)}, text)
    (reading,) = read_as([[found]], load())
    assert reading.disposition == "emergency_now"
    assert ("C2", "emergency_now") in reading.rules
    absent = peer_mention({"concept": "urinary_retention", "start": 0, "end": 6, "presence": "absent"}, text)
    assert read_as([[absent]], load())[0].disposition != "emergency_now"


def test_the_second_look_is_asked_only_when_it_is_given():
    class Model:
        asked = 0

        def suggest(self, text, without=()):
            self.asked += 1
            return [("saddle_numbness", 0.9, 0, len(text))]

    model = Model()
    text = "the bicycle pump of my aunt"
    (without,) = read_ourselves([text], load(), None)
    (with_model,) = read_ourselves([text], load(), model)
    assert model.asked == 1
    assert without.suggestions == ()
    assert with_model.confirms == "saddle_numbness"
    assert with_model.kind == "confirm"


def test_a_message_is_a_fresh_case_each_time():
    knowledge = load()
    first, second = read_ourselves(["cannot pee at all", "hello"], knowledge, None)
    assert first.disposition == "emergency_now"
    assert second.disposition != "emergency_now"


def test_speed_takes_the_best_pass():
    answer = {
        "import_s": 1.0,
        "load_s": 2.0,
        "first_s": 0.5,
        "passes": [{"cpu_s": 3.0, "wall_s": 9.0}, {"cpu_s": 4.0, "wall_s": 5.0}],
        "messages_ms": [1, 2, 30],
    }
    speed = run.speed_of(json.loads(json.dumps(answer)))
    assert speed is not None
    assert (speed.cold_s, speed.cpu_s, speed.wall_s, speed.median_ms, speed.p95_ms) == (3.5, 3.0, 5.0, 2, 30)
    assert run.speed_of({"passes": []}) is None


def test_other_intents_are_plain_examples():
    others = run.other_intents()
    assert "greet" in others
    assert "report_symptom" not in others
    assert all(isinstance(example, str) and example for examples in others.values() for example in examples)
