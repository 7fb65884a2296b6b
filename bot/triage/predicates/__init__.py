"""Named predicates: the conditions too hard for the language of `bot.triage.conditions`.

In: `Facts`. Out: the evidence, or None when the predicate does not hold. Used by name in red_flags/*.yml. Each one
declares the concepts and groups it reads; a test compares that with what it really looks at.
"""

from bot.triage.predicates import cauda_equina, endings, knee, screens, weakness
from bot.triage.predicates.registry import PREDICATES, Predicate

__all__ = ["PREDICATES", "Predicate", "cauda_equina", "endings", "knee", "screens", "weakness"]
