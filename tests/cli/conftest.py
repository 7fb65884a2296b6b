"""Runs `python -m bot …` as people do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bot():
    """Call the command line; returns the finished process."""

    def run(*arguments: str, stdin: str | bytes = "", env: dict[str, str] | None = None, timeout: float = 120):
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=data,
            capture_output=True,
            cwd=ROOT,
            timeout=timeout,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "ascii", **(env or {})},
        )
        done.stdout, done.stderr = done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run
