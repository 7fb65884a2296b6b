"""The commands of the agent desk: demo logins, and the check of the audit log.

In: command line options. Out: text, an exit code. Called by `bot.__main__`.
"""

from __future__ import annotations

import os

from bot.desk.access import make_demo
from bot.desk.audit import AuditLog
from bot.runtime.folders import var_folder


def demo(host: str | None) -> int:
    """Make demo people and show their passwords once."""
    people = make_demo(var_folder(), host or os.environ.get("ROOTLINE_HOST") or "127.0.0.1")
    print("Demo logins for /agent, on this machine only. The passwords are shown this once:")
    for name, password, role, site in people:
        print(f"  {name:<6} {password:<14} {role:<11} site {site}")
    return 0


def verify() -> int:
    """Check every entry of the audit log."""
    log = AuditLog(var_folder())
    problems = log.verify()
    for problem in problems:
        print(problem)
    if not problems:
        print("the audit log is as it was written")
    return 1 if problems else 0
