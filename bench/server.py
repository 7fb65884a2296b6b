"""A bot in a process of its own: started, timed until it answers, weighed, stopped.

In: a command. Out: `Server`. Called by `bench.__main__` and `bench.commands`.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: A bot that has not answered by then is given up.
MOST_SECONDS = 180


class BenchError(Exception):
    """Something could not be measured; the text says what and where to look."""


@dataclass(frozen=True)
class Server:
    """A running bot. `ready_s` is from the start of the process to the first answer."""

    pid: int
    port: int
    ready_s: float

    def memory_mb(self) -> float:
        """Resident memory of the process and its children, in MB."""
        lines = subprocess.run(["ps", "-axo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout.splitlines()
        rows = [tuple(map(int, line.split())) for line in lines]
        family = {self.pid}
        for _ in range(4):  # children of children
            family |= {pid for pid, parent, _ in rows if parent in family}
        return sum(rss for pid, _, rss in rows if pid in family) / 1024


@contextlib.contextmanager
def running(command: Sequence[str], path: str, port: int, log: Path, *, folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start a bot, wait for it, stop it at the end.

    Args:
        command: What to start; it must listen on `port` of 127.0.0.1.
        path: Answers 200 when the bot is ready.
        log: Takes everything the bot writes.
        folder: Where it runs.
        env: Added to the environment.

    Raises:
        BenchError: It ended, or did not answer in time.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=folder, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            while not _answers(port, path):
                if process.poll() is not None:
                    raise BenchError(f"{command[0]} ended with exit code {process.returncode}; log: {log}")
                if time.perf_counter() - started > MOST_SECONDS:
                    raise BenchError(f"{command[0]} did not answer within {MOST_SECONDS} s; log: {log}")
                time.sleep(0.05)
            yield Server(process.pid, port, time.perf_counter() - started)
        finally:
            _stop(process)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: its own session holds nothing else."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
