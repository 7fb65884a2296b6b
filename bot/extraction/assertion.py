"""Is it so? Presence of what was found: present, absent or uncertain; and whether it is only imagined.

In: a `Reading` and the place of one claim. Out: presence and "hypothetical". Called by the pipeline for each
sketch, and by `context` for given spans. After ConText (Harkema 2009) with the changes that lay speech
needs: "no" before a statement is an answer, not a denial; "can't feel" is a present sign; "never ... till now"
is new; doubt is kept as doubt (clinical.md 2 and 9).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.extraction.begun import before_now, like_this, until_now
from bot.extraction.contrast import taken_back
from bot.extraction.denial import asked_and_denied, denial_of, only_lost, told_of_then, was_so
from bot.extraction.imagination import is_doubted, is_imagined
from bot.extraction.reading import Reading, Sketch


@dataclass(frozen=True)
class Verdict:
    """What the words around a claim do to it.

    Attributes:
        presence: present, absent or uncertain.
        hypothetical: Only imagined, feared for the future, or asked about in general.
        new: True when the words themselves say it is new ("never ... till now").
        resolved: "no longer", "not any more".
        own: Asked about in general, then claimed by the writer ("do people get that? I've got it").
        nobody: Asked or told of nobody in particular.
    """

    presence: str
    hypothetical: bool = False
    new: bool = False
    resolved: bool = False
    own: bool = False
    nobody: bool = False


def judge(reading: Reading, sketch: Sketch) -> Verdict:
    """Weigh denial, doubt and imagination around one sketch."""
    head = sketch.head if sketch.scope_head is None or not sketch.inherited else sketch.scope_head
    if sketch.affirmed:
        return Verdict("present")
    if sketch.fresh:
        denied_before = denial_of(reading, sketch.head, sketch, True)
        presence = "present" if denied_before else "absent"
        return Verdict(presence if sketch.says == "present" else sketch.says)
    verdict = weigh(reading, sketch, head)
    presence = taken_back(reading, sketch, verdict.presence, verdict.hypothetical)
    return Verdict(presence, own=True) if presence else verdict


def weigh(reading: Reading, sketch: Sketch, head: int) -> Verdict:
    """Verdict of the cues that reach the word at `head`."""
    head = sketch.head if sketch.inherited else head
    if asked_and_denied(reading, sketch):
        plain = sketch.says == "present" and not sketch.denial_inside and not told_of_then(reading, sketch)
        return Verdict("absent" if plain else "uncertain")
    once = was_so(reading, sketch)
    if once:
        return Verdict(once, new=True)
    denied = denial_of(reading, head, sketch, sketch.noun)
    hypothetical, worried, nobody = is_imagined(reading, sketch, head)
    doubtful = is_doubted(reading, sketch, head) or worried
    new = resolved = False
    presence = sketch.says
    if denied == "never" or denied == "no":
        if until_now(reading, sketch):
            presence, new, denied = "present", True, ""
        elif denied == "never" and like_this(reading, sketch):
            presence, new, denied = "present", True, ""
        elif denied == "never" and before_now(reading, sketch):
            presence = "uncertain"  # "she's never leaked before": before today
        elif sketch.says == "absent":
            presence = "uncertain"
        elif sketch.denial_inside and not only_lost(reading, sketch):
            presence = "uncertain"
        else:
            presence = "absent"
    elif denied == "doubt":
        presence = "uncertain"
    elif denied == "over":
        resolved = True
    if presence == "absent" and sketch.says == "absent" and until_now(reading, sketch):
        presence, new = "uncertain", True  # "never any bother with my bladder till now": something has begun
    if doubtful and presence != "absent":
        presence = "uncertain"
    elif doubtful and presence == "absent" and sketch.says == "present" and denied:
        presence = "uncertain" if is_doubted(reading, sketch, head) else "absent"
    elif doubtful and sketch.says == "absent":
        presence = "uncertain"
    return Verdict(presence, hypothetical, new, resolved, nobody=nobody)
