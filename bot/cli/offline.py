"""The commands that need no server and no Rasa: analyse, context, check, replay.

In: command line options, standard input. Out: JSON or text on standard output, an exit code. Called by `bot.__main__`.
One broken line never stops the others: it gives an error object on its own line, and exit code 1 at the end.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TextIO

from bot.errors import InputError, RootlineError

#: Longest text of one line; longer ones are refused, so that a broken file cannot fill the memory.
MAX_TEXT = 1_000_000


def analyse(
    text: str | None,
    *,
    jsonl: bool = False,
    pretty: bool = False,
    rest_normal: bool = False,
    today: date | None = None,
) -> int:
    """One text, or one JSON line each from standard input."""
    if jsonl:
        return _each_line(sys.stdin, lambda row: _analyse_row(row, rest_normal, today))
    from bot.analysis import analyse as analyse_one

    speak_utf8(sys.stdout)
    result = analyse_one(_one_text(text), rest_normal=rest_normal, today=today)
    print(json.dumps(result, ensure_ascii=False, indent=2 if pretty else None))
    return 0


def context() -> int:
    """Presence, experiencer and temporality of given spans, one JSON line each."""
    return _each_line(sys.stdin, _context_row)


def check(folder: str | None) -> int:
    """All problems of the knowledge at once."""
    from bot.knowledge.check import check as find

    problems = find(folder)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problem(s)" if problems else "the knowledge is sound")
    return 1 if problems else 0


def _analyse_row(row: dict[str, Any], rest_normal: bool, today: date | None) -> dict[str, Any]:
    from bot.analysis import analyse as analyse_one

    if "turns" in row:
        if not isinstance(row["turns"], list):
            raise InputError("INP002", "'turns' must be a list of {'speaker', 'text'}.")
        subject: Any = row["turns"]
    else:
        subject = _text_of(row)
    return analyse_one(subject, id=row.get("id"), rest_normal=rest_normal, today=today)


def _context_row(row: dict[str, Any]) -> dict[str, Any]:
    from bot.extraction import read_context
    from bot.knowledge.load import load

    text, spans = _text_of(row), row.get("spans")
    if not isinstance(spans, list) or not all(_is_span(span, text) for span in spans):
        raise InputError("INP003", "'spans' must be a list of [start, end) offsets inside 'text'.")
    judged = read_context(text, [(start, end) for start, end in spans], load())
    return {"id": row.get("id"), "spans": judged}


def _is_span(span: Any, text: str) -> bool:
    return (
        isinstance(span, list)
        and len(span) == 2
        and all(isinstance(offset, int) and not isinstance(offset, bool) for offset in span)
        and 0 <= span[0] < span[1] <= len(text)
    )


def _text_of(row: dict[str, Any]) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise InputError("INP001", "the line needs 'text' (a string) or 'turns' (a list).")
    if len(text) > MAX_TEXT:
        raise InputError("INP004", f"'text' has {len(text)} characters; up to {MAX_TEXT} are read.")
    return text


def _one_text(text: str | None) -> str:
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise InputError("INP001", 'give a text: python -m bot analyse "my knee keeps giving way", or - to read standard input.')
    return sys.stdin.read().strip()


def _each_line(stream: TextIO, work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """One JSON object in, one out, order kept."""
    speak_utf8(sys.stdout)
    failed = False
    for line in _lines(stream):
        identity: Any = None
        try:
            row = _object(line)
            identity = row.get("id")
            result = work(row)
        except RootlineError as error:
            failed = True
            result = {"id": identity, "error": {"code": error.code, "message": error.message}}
        except Exception as error:  # one line must not stop the rest; the type helps, the text stays out of it
            failed = True
            message = f"this line could not be analysed ({type(error).__name__})."
            result = {"id": identity, "error": {"code": "INP009", "message": message}}
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        if not gc.isenabled():  # everything is built after the first line; from here on, garbage is collected
            gc.freeze()
            gc.enable()
    return int(failed)


def speak_utf8(stream: Any) -> None:
    """UTF-8 whatever the terminal says; half characters leave as JSON escapes instead of breaking the output."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")  # on input this shows bad bytes instead of stopping


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines that hold something; bytes that are not UTF-8 are replaced, so that their line alone is lost."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    for line in stream:
        if line.strip():
            yield line


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("INP005", f"this line is not JSON ({error.__class__.__name__}).") from error
    if not isinstance(row, dict):
        raise InputError("INP005", f"this line is a JSON {type(row).__name__}, not an object.")
    return row
