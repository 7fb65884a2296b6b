"""`analyse` stays quick: nothing heavy is imported on its way, and it costs little more than spaCy alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import ROOT

#: Never needed to read one message.
HEAVY = ("rasa", "rasa_sdk", "sanic", "sklearn", "jsonschema", "yaml", "matplotlib", "fpdf", "pandas", "structlog")
#: Times the cost of `import spacy` (issue "FIRST", done when).
LIMIT = 1.5


def test_nothing_heavy_is_imported_on_the_way_of_analyse():
    call = "from bot.__main__ import main; main(['analyse', 'my knee keeps giving way'])"
    code = f"import sys; {call}; print(*sys.modules, file=sys.stderr)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)  # fills the knowledge cache
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert loaded & set(HEAVY) == set()


@pytest.mark.slow
def test_analyse_costs_at_most_half_more_than_spacy():
    """The fastest of several runs each, in turn, so that a busy machine hits both alike."""
    # Compiled as on any machine: an environment that forbids it would have our modules compiled anew, and spaCy's not.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    best = {"spacy": float("inf"), "analyse": float("inf")}
    commands = {"spacy": ["-c", "import spacy"], "analyse": ["-m", "bot", "analyse", "my knee keeps giving way"]}
    for _ in range(5):
        for name, arguments in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True, env=env)
            best[name] = min(best[name], time.perf_counter() - started)
    assert best["analyse"] <= LIMIT * best["spacy"], best
