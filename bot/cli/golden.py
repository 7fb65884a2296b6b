"""`python -m bot replay --golden`: what a change of the knowledge does to all golden conversations.

In: the folder of golden conversations, the knowledge of this checkout, and another one to compare it with: a folder, a git
revision, or what the files themselves hold. Out: a table, lowered urgency first. Called by `bot.__main__`.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.cli.golden_files import is_folder, read_conversations, short
from bot.cli.offline import speak_utf8
from bot.errors import InputError, KnowledgeError
from bot.golden import DIRECTIONS, Effect, Outcome, effects, recorded, replayed, sorted_effects, without_action
from bot.knowledge.load import Knowledge, load

ROOT = Path(__file__).resolve().parents[2]
CONVERSATIONS = ROOT / "tests" / "transcripts"
KNOWLEDGE = Path("bot") / "knowledge"
#: Each kind of change in the words of the table.
_TITLES = {"lowered": "URGENCY LOWERED", "raised": "urgency raised", "other": "same urgency, other rules or findings"}
_GIT_SECONDS = 60


def replay_golden(*, against: str | None, folder: str | None, strict: bool, as_json: bool) -> int:
    """Compare two knowledges on all golden conversations.

    Args:
        against: Git revision, or a folder with another knowledge; what the files hold when None.
        folder: Where the conversations are; this checkout's when None.
        strict: Exit code 1 when any urgency is lowered.

    Raises:
        InputError: INP012 when there are no conversations, INP013 when there is no such revision or folder.
        KnowledgeError: When one of the two is broken, or the other one does not fit this code.
    """
    conversations = read_conversations(CONVERSATIONS if folder is None else folder)
    after = load()
    with _other(against) as before:
        found = []
        for name, conversation in conversations.items():
            now = replayed(conversation, after)
            if before is None:
                found += effects(name, conversation, recorded(conversation), without_action(now))
            else:
                found += effects(name, conversation, _replayed_under(before, conversation, against), now)
        outcome = {
            "before": against or "as recorded",
            "knowledge": {"before": before.digest if before else None, "after": after.digest},
            "conversations": len(conversations),
            "effects": [_row(effect) for effect in sorted_effects(found)],
        }
    speak_utf8(sys.stdout)
    print(json.dumps(outcome, ensure_ascii=False, indent=2) if as_json else _table(outcome))
    return int(strict and any(effect.direction == "lowered" for effect in found))


def _replayed_under(before: Knowledge, conversation: Any, named: str | None) -> list[Outcome | None]:
    """As `replayed`; a knowledge that loads may still lack what this code reads of it."""
    try:
        return replayed(conversation, before)
    except (KeyError, AttributeError, TypeError) as error:
        text = (
            f"the knowledge of {named} lacks {error}, which this code needs. Compare with a later one, or from its own checkout."
        )
        raise InputError("INP013", text) from error


@contextmanager
def _other(against: str | None) -> Iterator[Knowledge | None]:
    """The knowledge to compare with."""
    if against is None:
        yield None
        return
    if not against.strip():
        raise InputError(
            "INP013", "--against is empty. Give a git revision such as HEAD, or a folder; leave it out to compare with the files."
        )
    place = Path(against)
    with tempfile.TemporaryDirectory(prefix="rootline-knowledge-") as temporary:
        if is_folder(place):
            home = next((f for f in (place, place / KNOWLEDGE) if (f / "red_flags").is_dir()), None)
            if home is None:
                raise InputError("INP013", f"{against} holds no knowledge. Give the folder with red_flags/ in it, or a checkout.")
        else:
            home = _from_git(against, Path(temporary))
        try:
            knowledge = load(home)
        except KnowledgeError as error:
            text = [f"{against}: {problem}" for problem in error.problems]
            raise KnowledgeError(
                [*text, f"{against} is broken, or too old or new for this code. Compare with another."]
            ) from error
        yield knowledge


def _from_git(revision: str, folder: Path) -> Path:
    """The knowledge files of a revision, written below `folder`."""
    named = _git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    if named is None:
        raise InputError(
            "INP013", f"{short(revision)!r} is neither a folder nor a git revision. Try: --against HEAD, or a folder."
        )
    archive = _git("archive", "--format=tar", named.decode().strip(), KNOWLEDGE.as_posix())
    if archive is None:
        raise InputError("INP013", f"the revision {short(revision)!r} has no {KNOWLEDGE.as_posix()}. Compare with a later one.")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.name.endswith(".yml") else None
            if content is not None:
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    return folder / KNOWLEDGE


def _git(*arguments: str) -> bytes | None:
    """What git says, or None when it refuses.

    Raises:
        InputError: INP013 when there is no git, or this is no checkout.
    """
    program = shutil.which("git")
    if program is None or not (ROOT / ".git").exists():
        lacks = "git is not installed" if program is None else "this is no git checkout"
        raise InputError("INP013", f"{lacks}, so there is no revision to compare with. Give a folder instead.")
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, timeout=_GIT_SECONDS, check=False)
    return done.stdout if done.returncode == 0 else None


def _row(effect: Effect) -> dict[str, Any]:
    old, new = effect.before, effect.after
    return {
        "effect": effect.direction,
        "conversation": effect.conversation,
        "turns": list(effect.turns),
        "said": effect.said,
        "before": {"disposition": old.disposition, "action": old.action, "rules": list(old.rules)},
        "after": {"disposition": new.disposition, "action": new.action, "rules": list(new.rules)},
        "rules_gone": sorted(set(old.rules) - set(new.rules)),
        "rules_new": sorted(set(new.rules) - set(old.rules)),
        "findings_gone": sorted(f"{name} {state}" for name, state in old.held.items() - new.held.items()),
        "findings_new": sorted(f"{name} {state}" for name, state in new.held.items() - old.held.items()),
        "answers_no_longer_offered": list(new.lost),
    }


def _table(outcome: dict[str, Any]) -> str:
    rows = outcome["effects"]
    touched = {row["conversation"] for row in rows}
    lines = [f"before: {outcome['before']}   after: this checkout (knowledge {outcome['knowledge']['after']})"]
    for direction in DIRECTIONS:
        chosen = [row for row in rows if row["effect"] == direction]
        if chosen:
            count = len({row["conversation"] for row in chosen})
            lines += ["", f"{_TITLES[direction]} in {count} conversation{'s' * (count != 1)}"]
            lines += [line for row in chosen for line in _told(row)]
    untouched = outcome["conversations"] - len(touched)
    lines += ["", f"no effect on {untouched} of {outcome['conversations']} conversations"]
    return "\n".join(lines)


def _told(row: dict[str, Any]) -> list[str]:
    first, last = row["turns"]
    turns = f"turn {first}" if first == last else f"turns {first} to {last}"
    said = row["said"] if len(row["said"]) <= 60 else row["said"][:59] + "…"
    lines = [
        f'  {row["conversation"]}, {turns}: "{said}"',
        f"      {_level(row['before'])} → {_level(row['after'])}",
    ]
    changes = [f"-{rule}" for rule in row["rules_gone"]] + [f"+{rule}" for rule in row["rules_new"]]
    if changes:
        lines.append(f"      rules {' '.join(changes)}")
    changes = [f"-{finding}" for finding in row["findings_gone"]] + [f"+{finding}" for finding in row["findings_new"]]
    if changes:
        lines.append(f"      findings {', '.join(changes)}")
    if row["answers_no_longer_offered"]:
        lines.append(f"      no longer offered: {', '.join(row['answers_no_longer_offered'])}")
    return lines


def _level(side: dict[str, Any]) -> str:
    way = f" by {side['action']}" if side["action"] else ""
    return f"{side['disposition']}{way} ({', '.join(side['rules']) or 'no rule'})"
