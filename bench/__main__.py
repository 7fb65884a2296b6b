"""`python -m bench`: start, turns and memory of the whole bot, beside a stock Rasa bot; one table.

In: options. Out: the table on the terminal and in bench/out/bench.json; with --docs in docs/evaluation.md. Both bots answer over
HTTP on this machine, one after the other, never at once.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.commands import command_times
from bench.server import BenchError, Server, free_port, running
from bench.stock import ENV, stock_bot
from bench.talk import Say, one_long_conversation, timed_turns, with_rootline, with_stock_rasa
from evaluation.document import fill
from evaluation.metrics import percentile
from evaluation.peers.environment import FOLDER, Unavailable
from evaluation.tables import number, table

ROOT = Path(__file__).resolve().parent.parent
OUT = Path(__file__).resolve().parent / "out"
NAN = float("nan")


@dataclass
class Figures:
    """One bot. Seconds, milliseconds, megabytes."""

    starts_s: list[float] = field(default_factory=list)
    turns_ms: list[float] = field(default_factory=list)
    long_ms: list[float] = field(default_factory=list)
    after_start_mb: float = NAN
    after_turns_mb: float = NAN

    @property
    def growth(self) -> float:
        """The last tenth of the long conversation against its second tenth: 1 is flat."""
        tenth = len(self.long_ms) // 10
        return statistics.median(self.long_ms[-tenth:]) / statistics.median(self.long_ms[tenth : 2 * tenth]) if tenth else NAN


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    options = _options(arguments)
    started = time.monotonic()
    try:
        _say("==> the model")
        subprocess.run([sys.executable, "-m", "bot", "train"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        _say("==> Rootline")
        ours = _measure(_our_bot, with_rootline, options)
        theirs, missing = None, "not asked for"
        if not options.no_stock:
            _say("==> stock Rasa")
            theirs, missing = _stock(options)
        _say("==> the command line")
        commands = command_times(options.starts)
    except (BenchError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    text = _report(ours, theirs, missing, commands)
    print(f"\n{text}\n")
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(
        json.dumps({"rootline": vars(ours), "stock": theirs and vars(theirs), "commands": commands}) + "\n", encoding="utf-8"
    )
    if options.docs:
        fill(ROOT / "docs" / "evaluation.md", {"bench": text})
    print(f"took {time.monotonic() - started:.0f} s")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure start, turns and memory, beside a stock Rasa bot."
    )
    parser.add_argument("--starts", type=int, default=3, help="how often each bot is started (the median counts)")
    parser.add_argument("--turns", type=int, default=120, help="turns in short conversations")
    parser.add_argument("--long", type=int, default=100, help="turns of one long conversation")
    parser.add_argument("--no-stock", action="store_true", help="leave the stock bot out")
    parser.add_argument("--docs", action="store_true", help="put the table into docs/evaluation.md")
    return parser.parse_args(arguments)


#: Starts a bot on a port, with a folder of its own for what it writes; gives (command, path that answers, folder, environment).
Bot = Callable[[int, Path], tuple[list[str], str, Path, dict[str, str]]]


def _our_bot(port: int, var: Path) -> tuple[list[str], str, Path, dict[str, str]]:
    return [sys.executable, "-m", "bot", "serve", "--port", str(port)], "/health", ROOT, {"ROOTLINE_VAR": str(var)}


def _stock(options: argparse.Namespace) -> tuple[Figures | None, str]:
    try:
        rasa, folder = stock_bot(_say)
    except Unavailable as reason:
        _say(f"    left out: {reason}")
        return None, str(reason)

    def bot(port: int, var: Path) -> tuple[list[str], str, Path, dict[str, str]]:
        return [str(rasa), "run", "--port", str(port), "--interface", "127.0.0.1"], "/", folder, ENV

    return _measure(bot, with_stock_rasa, options), ""


def _measure(bot: Bot, talk_with: Callable[[int], Say], options: argparse.Namespace) -> Figures:
    figures = Figures()
    for last in [False] * (options.starts - 1) + [True]:
        with tempfile.TemporaryDirectory(prefix="rootline-bench-") as name:
            port = free_port()
            command, path, folder, environment = bot(port, Path(name))
            with running(command, path, port, FOLDER / "bench.log", folder=folder, env=environment) as server:
                figures.starts_s.append(server.ready_s)
                _say(f"    ready in {server.ready_s:.1f} s")
                if last:
                    _talk(figures, server, talk_with, options)
    return figures


def _talk(figures: Figures, server: Server, talk_with: Callable[[int], Say], options: argparse.Namespace) -> None:
    talk_with(server.port)("hello")
    figures.after_start_mb = server.memory_mb()
    figures.turns_ms = timed_turns(lambda: talk_with(server.port), options.turns)
    figures.long_ms = one_long_conversation(lambda: talk_with(server.port), options.long)
    figures.after_turns_mb = server.memory_mb()
    _say(f"    {len(figures.turns_ms) + len(figures.long_ms)} turns, median {statistics.median(figures.turns_ms):.0f} ms")


def _report(ours: Figures, theirs: Figures | None, missing: str, commands: dict[str, list[float]]) -> str:
    def line(name: str, value: Callable[[Figures], float], digits: int) -> list[str]:
        return [name, number(value(ours), digits), number(value(theirs), digits) if theirs else "left out"]

    turns = len(ours.turns_ms) + len(ours.long_ms)
    rows = [
        line("start to first answer, s (median)", lambda f: statistics.median(f.starts_s), 1),
        line("turn, ms (median)", lambda f: statistics.median(f.turns_ms), 0),
        line("turn, ms (95 of 100 are faster)", lambda f: percentile(f.turns_ms, 0.95), 0),
        line(f"last turns of a conversation of {len(ours.long_ms)} against its first ones", lambda f: f.growth, 2),
        line("memory after the first turn, MB", lambda f: f.after_start_mb, 0),
        line(f"memory after {turns} turns, MB", lambda f: f.after_turns_mb, 0),
    ]
    text = f"Run on {date.today().isoformat()} with `make bench`.\n\n" + table(
        ["whole bot over HTTP", "Rootline", "stock Rasa"], rows
    )
    alone, analyse = statistics.median(commands["import spacy"]), statistics.median(commands["analyse"])
    text += f"\n\n`python -m bot analyse` takes {analyse:.2f} s, `import spacy` alone {alone:.2f} s: {analyse / alone:.2f} times"
    text += f" (median of {len(commands['analyse'])})."
    if theirs is None:
        text += f"\n\nStock Rasa: {missing}."
    return text


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
