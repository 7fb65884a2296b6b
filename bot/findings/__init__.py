"""What we hold true: a case, merged from all that was said. Plain Python, no I/O, no clock."""
