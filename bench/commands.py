"""How long the command line takes, beside `import spacy` alone.

In: nothing. Out: seconds. Called by `bench.__main__`. Runs alternate, so that a busy machine slows both alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from bench.server import BenchError

ROOT = Path(__file__).resolve().parent.parent
MESSAGE = "my left knee keeps giving way on the stairs and it feels numb when I wipe"
COMMANDS = {
    "import spacy": [sys.executable, "-c", "import spacy"],
    "analyse": [sys.executable, "-m", "bot", "analyse", MESSAGE],
}


def command_times(repeats: int) -> dict[str, list[float]]:
    """Wall seconds of each command, process start included.

    Raises:
        BenchError: A command failed.
    """
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(repeats):
        for name, command in COMMANDS.items():
            before = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
            times[name].append(time.perf_counter() - before)
            if done.returncode != 0:
                raise BenchError(f"`{' '.join(command[1:4])}` failed: {done.stderr.strip().splitlines()[-1:] or done.returncode}")
    return times
