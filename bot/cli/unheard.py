"""The command `unheard`: phrases nobody understood, and the questions at which people leave.

In: `var/unheard.db`, the knowledge (for the text of a question). Out: a table or JSON on standard output. Called by
`bot.__main__`. Whoever keeps the lexicon reads it; it is off until the operator switches it on (docs/operators.md).
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.knowledge.load import load
from bot.runtime.folders import var_folder
from bot.runtime.unheard import FEWEST, FILE, LEFT_AFTER_MINUTES, VARIABLE, Unheard


def unheard(*, at_least: int, as_json: bool) -> int:
    """Print both lists; exit code 1 when nothing was ever kept."""
    folder = var_folder()
    if not (folder / FILE).exists():
        print(f"nothing was kept. It is off until {VARIABLE}=yes is set for the server.")
        return 1
    if at_least < FEWEST:
        print(f"--at-least {at_least} is too few: what one person wrote is never shown. Taken: {FEWEST}.", file=sys.stderr)
        at_least = FEWEST
    store = Unheard(folder)
    phrases = store.phrases(at_least)
    leaving, total = store.leaving()
    if as_json:
        data: dict[str, Any] = {
            "at_least": at_least,
            "phrases": [
                {"phrase": p.what, "questions": p.question.split(", "), "conversations": p.conversations} for p in phrases
            ],
            "left_at": [{"question": q.what, "conversations": q.conversations} for q in leaving],
            "conversations": total,
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return 0
    print(f"Phrases nobody understood, said in at least {at_least} conversations")
    for entry in phrases:
        print(f"{entry.conversations:6}  {entry.what}   (at {entry.question})")
    print("" if phrases else "        none\n", end="")
    print(f"\nQuestions at which people left ({LEFT_AFTER_MINUTES} minutes without a word), of {total} conversations")
    texts = load().questions
    for entry in leaving:
        try:
            text = texts.resolve(entry.what)[0].text["self"]
        except KeyError:  # asked by an older release
            text = "?"
        print(f"{entry.conversations:6}  {entry.what}: {text}")
    print("" if leaving else "        none\n", end="")
    return 0
