"""Case -> assessment: how soon, on what evidence, and what to ask next. Plain Python, no I/O, no clock."""
