"""Runs a worker on one core in its own process, and turns a peer's answer into mentions.

In: texts, knowledge. Out: `PeerResult`s, `Speed`. Called by `evaluation.run`; `run_worker` also by bench.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.extraction.mention import Mention
from bot.knowledge.load import Knowledge
from evaluation.peers.environment import FOLDER, ROOT, Unavailable, ready_python
from evaluation.peers.keywords import Keywords
from evaluation.systems import peer_mention

HERE = Path(__file__).resolve().parent
NAMES = ("medspacy", "rasa", "keywords")
TITLES = {"medspacy": "medspaCy", "rasa": "Rasa DIET", "keywords": "keywords"}

#: The template of `rasa init` says 100; by 30 the training loss has settled on these phrases. The run states what was used.
EPOCHS = 30
#: A peer that is not done by then is ended and named in the table.
MOST_SECONDS = 1500

_ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)


@dataclass(frozen=True)
class Speed:
    """One system on one core. Seconds; `cold` = import + load + first message. NaN where it was not measured.

    Attributes:
        cpu_s: CPU seconds of the best pass over all texts: on a core of its own this is wall time, and on a shared
            machine it does not count what the neighbours take.
        wall_s: Wall seconds of the best pass.
        median_ms, p95_ms: Wall milliseconds a message over all passes.
    """

    cold_s: float
    cpu_s: float
    wall_s: float
    median_ms: float = float("nan")
    p95_ms: float = float("nan")


@dataclass(frozen=True)
class PeerResult:
    """What a peer said; `missing` tells why it said nothing."""

    title: str
    mentions: tuple[tuple[Mention, ...], ...] = ()
    spans: tuple[tuple[Mapping[str, str], ...], ...] = ()
    speed: Speed | None = None
    about: str = ""
    missing: str | None = None


def ask(
    peer: str,
    texts: Sequence[str],
    knowledge: Knowledge,
    say: Callable[[str], None],
    *,
    spans: Sequence[Mapping[str, Any]] = (),
    timed: int = 0,
    passes: int = 1,
) -> PeerResult:
    """Let one peer read all texts.

    Args:
        peer: One of NAMES.
        say: Takes lines about what is going on.
        spans: {"text", "spans"} to be judged for negation, person and time.
        timed: How many of the texts, from the first on, the speed figure is about.
        passes: Passes over them.
    """
    title = TITLES[peer]
    phrases = {name: list(concept.phrases) for name, concept in knowledge.concepts.items()}
    started = time.monotonic()
    if peer == "keywords":
        reader = Keywords(phrases)
        answer: dict[str, Any] = {
            "mentions": [reader.read(text) for text in texts],
            "spans": [],
            "about": "word by word, no context",
        }
    else:
        say(f"==> {title}")
        job = {"phrases": phrases, "texts": list(texts), "spans": list(spans), "timed": timed, "passes": passes}
        if peer == "rasa":
            job |= {"others": other_intents(), "epochs": EPOCHS, "folder": str(FOLDER / "rasa-models"), "core": last_core()}
        try:
            # Training may use all cores; that worker pins itself before it reads.
            answer = run_worker([str(ready_python(peer, say)), str(HERE / f"{peer}_worker.py")], job, pinned=peer != "rasa")
        except Unavailable as reason:
            say(f"    left out: {reason}")
            return PeerResult(title, missing=str(reason))
        say(f"    done in {time.monotonic() - started:.0f} s ({answer['about']})")
    mentions = tuple(
        tuple(peer_mention(found, text) for found in row) for row, text in zip(answer["mentions"], texts, strict=True)
    )
    return PeerResult(title, mentions, tuple(tuple(row) for row in answer["spans"]), speed_of(answer), answer["about"])


def own_speed(texts: Sequence[str], *, passes: int, second_look: bool, decide: bool = False) -> Speed | None:
    """Our own speed on the same core; None when the second look has no model.

    Args:
        decide: Include the case, the rules and the next question, not the reading alone.
    """
    job = {"texts": list(texts), "passes": passes, "second_look": second_look, "decide": decide}
    answer = run_worker([sys.executable, "-m", "evaluation.speed"], job)
    return speed_of(answer) if answer["ready"] else None


def speed_of(answer: Mapping[str, Any]) -> Speed | None:
    """From a worker's answer; None for a peer without."""
    if not answer.get("passes"):
        return None
    from evaluation.metrics import percentile

    cold = answer["import_s"] + answer["load_s"] + answer["first_s"]
    times = answer.get("messages_ms", [])
    return Speed(
        cold,
        min(each["cpu_s"] for each in answer["passes"]),
        min(each["wall_s"] for each in answer["passes"]),
        percentile(times, 0.5),
        percentile(times, 0.95),
    )


def run_worker(command: Sequence[str], job: Mapping[str, Any], *, pinned: bool = True) -> dict[str, Any]:
    """One process, on one core with one thread if pinned; its answer.

    Raises:
        Unavailable: It failed or took too long; what it wrote is in a log beside its environment.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = FOLDER / f"{Path(command[-1]).stem}.log"
    with tempfile.TemporaryDirectory(prefix="rootline-evaluation-") as name:
        folder = Path(name)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")}
        environment |= {
            "PYTHONUTF8": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "LOG_LEVEL": "INFO",
            **(_ONE_THREAD if pinned else {}),
        }
        environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        try:
            with log.open("w", encoding="utf-8") as out:
                done = subprocess.run(
                    [*command, str(folder / "job.json"), str(folder / "answer.json")],
                    cwd=ROOT if command[0] == sys.executable else folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    timeout=MOST_SECONDS,
                    check=False,
                    preexec_fn=_one_core if pinned else None,  # the parent has no threads of its own
                )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"it was not done after {MOST_SECONDS // 60} minutes") from None
        if done.returncode != 0:
            raise Unavailable(f"it failed with exit code {done.returncode}; log: {log.relative_to(ROOT)}")
        answer: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        return answer


def last_core() -> int | None:
    """The last core this process may use, always the same one within a run; None where the system cannot say."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _one_core() -> None:
    core = last_core()
    if core is not None:
        os.sched_setaffinity(0, {core})


def other_intents() -> dict[str, list[str]]:
    """The intents a stock bot has besides symptoms: our own small talk and requests, plain lists of examples."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu", []):
            if "intent" in block and isinstance(block["examples"], str) and block["intent"] != "report_symptom":
                lines = (line.strip().removeprefix("- ") for line in block["examples"].splitlines())
                found.setdefault(block["intent"].replace("/", "_"), []).extend(line for line in lines if line)
    return found
