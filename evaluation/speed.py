"""How fast Rootline reads, on one core: `python -m evaluation.speed job.json answer.json` in a process of its own.

In: {"texts", "passes", "second_look": bool, "decide": bool}. Out: seconds of import, load and first message (cold), and
CPU and wall seconds of each pass (warm), a list of milliseconds a message. Called by `evaluation.peers.run`, in the
same run and on the same core as the peers.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

STARTED = time.perf_counter()


def main() -> None:
    """Do the job."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    from bot.extraction import extract
    from bot.extraction.second_look import SecondLook
    from bot.findings.case import Case
    from bot.findings.update import update
    from bot.knowledge.load import load
    from bot.triage.assess import assess
    from evaluation.systems import TODAY

    imported = time.perf_counter()
    knowledge = load()
    second_look = SecondLook.load() if job["second_look"] else None
    ready = second_look is None or second_look.ready
    loaded = time.perf_counter()
    answer: dict[str, Any] = {"ready": ready, "import_s": imported - STARTED, "load_s": loaded - imported, "passes": []}
    if ready:
        extract(job["texts"][0], knowledge, today=TODAY, second_look=second_look)
        answer["first_s"] = time.perf_counter() - loaded
        answer["messages_ms"] = []
        for number in range(job["passes"] + 1):
            cpu, wall = time.process_time(), time.perf_counter()
            for text in job["texts"]:
                before = time.perf_counter()
                extraction = extract(text, knowledge, today=TODAY, second_look=second_look)
                if job["decide"]:
                    assess(update(Case(), extraction, knowledge), knowledge)
                if number:
                    answer["messages_ms"].append((time.perf_counter() - before) * 1000)
            if number:  # the first pass warms up
                answer["passes"].append({"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall})
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main()
