"""How every script of this folder speaks: what it does, how long it took, one sentence when it fails.

Standard library only, Python 3.8 or newer: set-up runs before anything is installed.
"""

import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, Iterator, List, NoReturn, Optional

ROOT = Path(__file__).resolve().parent.parent

_HEARTBEAT_SECONDS = 10


class Failure(Exception):
    """Ends a script: what happened and what to do, in one sentence, and where to read more."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


def say(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def took(seconds: float) -> str:
    """Write a duration the way people say it: `0.4 s`, `12 s`, `3 min 05 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a piece of work, and say how long it took when it is done."""
    say(f"==> {title}")
    started = time.monotonic()
    yield
    say(f"    done in {took(time.monotonic() - started)}")


def run_quietly(command: List[str], log: Path, env: Optional[Dict[str, str]] = None) -> bool:
    """Run a command with its output in `log`; print a sign of life every ten seconds.

    Returns:
        Whether the command succeeded. `tail(log)` tells the rest.
    """
    started = time.monotonic()
    next_sign = started + _HEARTBEAT_SECONDS
    with log.open("a", encoding="utf-8") as out:
        out.write(f"\n$ {' '.join(command)}\n")
        out.flush()
        try:
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env, stdin=subprocess.DEVNULL)
        except OSError as error:
            out.write(f"{error}\n")
            return False
        try:
            while child.poll() is None:
                time.sleep(0.05)
                if time.monotonic() >= next_sign:
                    say(f"    ... {took(time.monotonic() - started)}")
                    next_sign += _HEARTBEAT_SECONDS
        except BaseException:
            child.terminate()
            child.wait()
            raise
    return child.returncode == 0


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, indented, to stand under a failure."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
    except OSError:
        return ""
    return "\n".join("    | " + line[:200] for line in text[-lines:])


def main_guard(main) -> NoReturn:  # type: ignore[no-untyped-def]
    """Run a script's `main` so that a person never meets a stack trace for something foreseeable."""
    try:
        sys.exit(main() or 0)
    except Failure as failure:
        if failure.details:
            print(failure.details, file=sys.stderr)
        print(f"error: {failure.sentence}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nstopped; run the same command again to go on", file=sys.stderr, flush=True)
        sys.exit(130)
    except PermissionError as error:
        print(
            f"error: {error.filename or 'a file'} may not be written; "
            f"give yourself write access to {ROOT}, or copy the project to a folder of your own.",
            file=sys.stderr,
        )
        sys.exit(1)
    except OSError as error:
        print(f"error: {error}; free the cause and run the same command again.", file=sys.stderr)
        sys.exit(1)


def venv_python(venv: Path) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / "bin" / "python"
