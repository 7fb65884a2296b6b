"""The files of golden conversations, read and checked for `python -m bot replay --golden`.

In: a folder. Out: the conversations by name, or one sentence on what is wrong and where. Called by `bot.cli.golden`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.errors import InputError
from bot.golden import CARE

#: Of what somebody typed, so much is shown again.
_SHOWN = 80
#: Later than this nobody writes on: a hundred years.
_MOST_HOURS = 24 * 366 * 100
_ELSEWHERE = (
    "They are in tests/transcripts of the source, not in an installed package: run this in a checkout, or name their folder with "
    "--conversations FOLDER."
)


def read_conversations(folder: str | Path) -> dict[str, Any]:
    """All conversations of a folder, by the name of their file.

    Raises:
        InputError: INP012 when there are none, or one cannot be read.
    """
    place = Path(folder)
    files = sorted(place.glob("*.yml")) if str(folder).strip() and is_folder(place) else []
    if not files:
        raise InputError("INP012", f"{short(str(folder)) or 'an empty name'} holds no golden conversations (.yml). {_ELSEWHERE}")
    return {file.stem: _read(file) for file in files}


def is_folder(place: Path) -> bool:
    """Whether there is such a folder; a name that the system cannot even look up is none."""
    try:
        return place.is_dir()
    except (OSError, ValueError):
        return False


def short(text: str) -> str:
    """What was typed, cut where it would fill the screen."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        data = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        raise InputError("INP012", f"{file} line {place.line + 1 if place else '?'} is not YAML.") from error
    except OSError as error:
        raise InputError("INP012", f"{file} cannot be read ({error.strerror}). Only files may end in .yml here.") from error
    except (ValueError, RecursionError) as error:
        raise InputError("INP012", f"{file} holds a value that YAML does not allow ({type(error).__name__}).") from error
    turns = data.get("turns") if isinstance(data, dict) else None
    if not isinstance(turns, list) or not turns:
        raise InputError("INP012", f"{file} is no golden conversation: it needs 'turns', a list with at least one turn.")
    if not isinstance(data.get("locale", ""), str):
        raise InputError("INP012", f"{file}: 'locale' is {_found(data['locale'])}; it must be text, such as en-GB.")
    for number, turn in enumerate(turns):
        if wrong := _wrong(turn):
            raise InputError("INP012", f"{file} is no golden conversation: turn {number} {wrong}.")
    return data


def _wrong(turn: Any) -> str:
    """What is wrong with a turn, or ""."""
    then = turn.get("then") if isinstance(turn, dict) else None
    if not isinstance(then, dict) or ("say" in turn) == ("choose" in turn):
        return "needs 'say' or 'choose', and 'then' with what came of it"
    hours = turn.get("hours_later", 0)
    is_number = isinstance(hours, (int, float)) and not isinstance(hours, bool)
    checks = [
        ("say", turn.get("say", ""), isinstance(turn.get("say", ""), str), "text; put it in quotation marks"),
        ("choose", turn.get("choose", []), _texts(turn.get("choose", [])), "a list of texts"),
        ("hours_later", hours, is_number and 0 <= hours <= _MOST_HOURS, f"a number from 0 to {_MOST_HOURS}"),
        ("intent", turn.get("intent"), turn.get("intent") is None or isinstance(turn["intent"], str), "the name of an intent"),
    ]
    if not then.get("erased"):
        if missing := sorted({"disposition", "rules", "question", "findings"} - set(then)):
            return f"needs {', '.join(missing)} in 'then'"
        findings, question = then["findings"], then["question"]
        is_map = isinstance(findings, dict) and _texts([*findings, *findings.values()])
        checks += [
            (
                "disposition",
                then["disposition"],
                isinstance(then["disposition"], str) and then["disposition"] in CARE,
                f"one of {', '.join(CARE)}",
            ),
            ("rules", then["rules"], _texts(then["rules"]), "a list of rule ids"),
            ("question", question, question is None or isinstance(question, str), "the id of a question such as Q1, or null"),
            ("findings", findings, is_map, "findings, each with present or uncertain"),
        ]
    return next(
        (f"has '{name}: {_found(value)}'; it must be {allowed}" for name, value, right, allowed in checks if not right), ""
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _found(value: Any) -> str:
    return short(str(value))
