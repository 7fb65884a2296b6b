"""What Rootline writes to its log: event names, ids and rule ids, never what a person wrote.

In: structlog events of our own modules, log records of everybody else (Rasa, Sanic, SQLAlchemy). Out: one line each
on stderr. Called once by every entry point that runs Rasa (server, chat, training, tests).

Two rules keep health data out. Our own events pass only keys of `ALLOWED`; a forbidden key is named and its value
dropped. Records of other libraries are reduced to *where* they come from and *which type* of exception they carry,
because Rasa formats message texts into its warnings, and exceptions quote what they choke on.

Source: docs/adr/0009-one-turn-inside-rasa.md
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
import traceback
import warnings
from collections.abc import MutableMapping
from types import FrameType
from typing import Any

import structlog

#: Keys an event of ours may carry. Ids, names, numbers; nothing a person typed.
ALLOWED = frozenset(
    {
        "action", "address", "alarm", "attempt", "channel", "characters", "code", "conversation", "count", "digest",
        "disposition", "error", "error_id", "event", "events", "exception_type", "intent", "knowledge", "level", "line",
        "message_id", "method", "milliseconds", "model", "module", "path", "port", "reason", "reply_to", "route",
        "rule_ids", "seconds", "stage", "status", "store", "where",
    }
)  # fmt: skip

_OURS = ("bot", "actions", "rootline")


def get_logger(name: str) -> Any:
    """A structlog logger whose events go through the rules above."""
    return structlog.get_logger(name, logger_name=name)


def configure(level: str | None = None) -> None:
    """Set up logging for this process; safe to call again (the last level wins).

    Args:
        level: DEBUG, INFO, WARNING or ERROR; `ROOTLINE_LOG_LEVEL` or WARNING when None.
    """
    chosen = (level or os.environ.get("ROOTLINE_LOG_LEVEL") or "WARNING").upper()
    number = getattr(logging, chosen, logging.WARNING)
    handler = _StderrHandler()
    handler.setFormatter(_WhereOnly())
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old, _StderrHandler) or type(old) is logging.StreamHandler:
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
    for name in ("rasa", "rasa_sdk", "sanic.root", "sanic.error", "sanic.access", "apscheduler"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(max(number, logging.WARNING))
    warnings.showwarning = _log_warning  # type: ignore[assignment]
    structlog.configure(
        processors=[_only_allowed, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _StderrLogger(),
        cache_logger_on_first_use=False,
    )


class _StderrLogger:
    """Writes a finished line to whatever standard error is at that moment."""

    def msg(self, line: str) -> None:
        """One line."""
        with contextlib.suppress(ValueError):  # closed at exit
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = exception = log = msg


class _StderrHandler(logging.Handler):
    """The same for the standard library's records."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record (see parent class)."""
        _StderrLogger().msg(self.format(record))


def _only_allowed(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep allowed keys of our own events; of foreign structlog events keep the name alone."""
    name = str(event.pop("logger_name", ""))
    if not name.startswith(_OURS):  # Rasa logs through structlog as well, message text included
        return {"event": "library.event", "level": method, "where": _caller()}
    error = event.pop("exc_info", None)
    kept: dict[str, Any] = {key: value for key, value in event.items() if key in ALLOWED}
    dropped = sorted(set(event) - set(kept))
    if dropped:
        kept["dropped_keys"] = ",".join(dropped)
    if error:
        exception = error if isinstance(error, BaseException) else sys.exc_info()[1]
        if exception is not None:
            kept["error"] = describe(exception)
    kept["level"] = method
    return kept


def _as_line(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    rest = " ".join(f"{key}={value}" for key, value in event.items() if key not in ("event", "level"))
    return f"{stamp}Z {event['level']:<7} {event['event']} {rest}".rstrip()


def describe(exception: BaseException) -> str:
    """Types and code places of an exception and its causes, without their messages (those may quote a person)."""
    parts: list[str] = []
    seen: BaseException | None = exception
    while seen is not None and len(parts) < 4:
        frames = traceback.extract_tb(seen.__traceback__)[-4:]
        places = "<".join(f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in reversed(frames))
        parts.append(f"{type(seen).__name__}@{places}" if places else type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return " from ".join(parts)


def _log_warning(message: Any, category: type[Warning], filename: str, line: int, *_: Any, **__: Any) -> None:
    """Place and category of a Python warning; notes among developers are left out."""
    if not issubclass(category, (DeprecationWarning, PendingDeprecationWarning, FutureWarning)):
        where = f"{_short(filename)}:{line}"
        if where not in _KNOWN_WARNINGS:
            structlog.get_logger(__name__, logger_name=__name__).warning("library.warning", where=where, reason=category.__name__)


#: Rasa says at every start that slot auto-fill is gone; nobody here uses it.
_KNOWN_WARNINGS = frozenset({"core/slot_mappings.py:224"})


class _WhereOnly(logging.Formatter):
    """Formats a record of another library as place and exception type."""

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        if record.name.startswith(_OURS):  # the core logs with the standard library; its messages hold no text of people
            return f"{stamp}Z {record.levelname.lower():<7} {record.getMessage()}"
        line = f"{stamp}Z {record.levelname.lower():<7} library.log where={record.name}:{record.funcName}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line += f" error={describe(record.exc_info[1])}"
        return line


def _caller() -> str:
    """The first frame outside structlog and this module."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if not name.startswith("structlog") and name != __name__:
            return f"{name}:{frame.f_code.co_name}:{frame.f_lineno}"
        frame = frame.f_back
    return "unknown"


def _short(path: str) -> str:
    """The last two parts of a path: enough to find the file, nothing about the machine."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])
