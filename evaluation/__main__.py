"""`python -m evaluation`: run, print the tables, list every error.

In: options or the environment (make passes DATA=, CONTEXT=, CALLS=, PEERS= on). Out: tables on the terminal; in evaluation/out/
(git-ignored) report.md, results.json and one listing of every error a set: errors-development.md to work on, errors-test.md
and errors-given.md. Exit code 2 for a file that cannot be measured on, and with
--strict 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import date
from pathlib import Path

from bot.errors import RootlineError
from evaluation import calls
from evaluation.document import fill
from evaluation.listing import errors
from evaluation.peers.run import NAMES
from evaluation.report import Section, sections
from evaluation.rows import DataError
from evaluation.run import OURS, Result, run
from evaluation.targets import Target, targets

ROOT = Path(__file__).resolve().parent.parent
OUT = Path(__file__).resolve().parent / "out"


def main(arguments: list[str] | None = None) -> int:
    """Measure and report."""
    options = _options(arguments)
    started = time.monotonic()
    try:
        result = run(
            data=options.data, context=options.context, calls=options.calls, peers=options.peers, passes=options.passes, say=_say
        )
    except (DataError, RootlineError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    parts, wanted = sections(result), targets(result)
    head = _head(result)
    text = "\n\n".join([head, *(f"## {part.title}\n\n{part.text}" for part in parts), _verdict(wanted)])
    print(f"\n{text}\n")
    _write(result, parts, wanted, text)
    if options.docs:
        fill(ROOT / "docs" / "evaluation.md", {part.id: part.text for part in parts} | {"run": head})
        print("docs/evaluation.md holds these figures now")
    print(f"every error: {OUT.relative_to(ROOT)}/errors-*.md; took {time.monotonic() - started:.0f} s")
    return 1 if options.strict and any(target.missed for target in wanted) else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description="Measure understanding and triage, beside three peers."
    )
    parser.add_argument("--data", metavar="FILE", default=os.environ.get("DATA"), help="a further labelled .jsonl (make: DATA=)")
    parser.add_argument(
        "--context", metavar="FILE", default=os.environ.get("CONTEXT"), help="a .jsonl of given spans (make: CONTEXT=)"
    )
    parser.add_argument(
        "--calls", metavar="FILE", default=os.environ.get("CALLS"), help="calls beside our own, .jsonl or .yml (make: CALLS=)"
    )
    parser.add_argument(
        "--peers",
        metavar="NAMES",
        default=os.environ.get("PEERS", ",".join(NAMES)),
        help=f"comma list of {', '.join(NAMES)}; none (make: PEERS=)",
    )
    parser.add_argument("--passes", type=int, default=3, help="passes for the speed figures; 0 leaves them out")
    parser.add_argument("--docs", action="store_true", help="put the figures into docs/evaluation.md")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a target is missed")
    options = parser.parse_args(arguments)
    options.data = Path(options.data) if options.data else None
    options.context = Path(options.context) if options.context else None
    options.calls = Path(options.calls) if options.calls else None
    options.peers = [name for name in options.peers.replace("none", "").split(",") if name]
    unknown = sorted(set(options.peers) - set(NAMES))
    if unknown:
        parser.error(f"no peer is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return options


def _head(result: Result) -> str:
    command = " ".join(
        [
            "make evaluate",
            *[f"{name}={os.environ[name]}" for name in ("DATA", "CONTEXT", "CALLS", "PEERS") if os.environ.get(name)],
        ]
    )
    model = "second look on" if result.second_look else "second look off: no model is there, so Rootline is the rules alone"
    return f"Run on {date.today().isoformat()} with `{command}`, knowledge {result.knowledge.digest}, {model}."


def _verdict(wanted: list[Target]) -> str:
    missed = [
        f"{target.name} {target.value:.3f} (must be {target.shown.removesuffix(' NO')})" for target in wanted if target.missed
    ]
    return (
        f"Targets missed, {len(missed)} of {len(wanted)}: {'; '.join(missed)}."
        if missed
        else f"All {len(wanted)} targets are reached."
    )


def _write(result: Result, parts: list[Section], wanted: list[Target], text: str) -> None:
    OUT.mkdir(exist_ok=True)
    (OUT / "report.md").write_text(f"# Evaluation\n\n{text}\n", encoding="utf-8")
    for name, data, title in (
        ("development", result.development, "Errors on the development set"),
        ("test", result.own, "Errors on the test set: who changes the reading after looking at them needs a new test set"),
        ("given", result.given, f"Errors on {result.given.name}" if result.given else ""),
    ):
        if data is not None:
            listing = errors(data.rows, data.readings[OURS], result.knowledge, title)
            (OUT / f"errors-{name}.md").write_text(listing, encoding="utf-8")
    (OUT / "errors-calls.md").write_text(f"# Checklist from calls\n\n{calls.listing(result.calls)}\n", encoding="utf-8")
    figures = {target.name: {"value": target.value, "least": target.least, "most": target.most} for target in wanted}
    all_figures: dict[str, object] = {"knowledge": result.knowledge.digest, "second_look": result.second_look, "targets": figures}
    all_figures["tables"] = {part.id: part.text for part in parts}
    (OUT / "results.json").write_text(json.dumps(all_figures, indent=1) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
