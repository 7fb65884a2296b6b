"""The command `channels`: which messaging platforms are on, what the others lack, what waits to be sent.

In: environment, var/messaging.db. Out: text, an exit code (1 when a platform is half set). Called by `bot.__main__`.
"""

from __future__ import annotations

from pathlib import Path

from bot.channels.messaging.platforms import platforms
from bot.channels.messaging.settings import PUBLIC_URL, read_settings, wrong_locale, wrong_values
from bot.channels.messaging.store import FILE, Store
from bot.runtime.folders import var_folder

_STATES = {"on": "on  ", "off": "off ", "half": "HALF"}


def channels() -> int:
    """List every platform."""
    found = read_settings()
    counts = _counts(var_folder())
    for setup in found:
        print(f"{_STATES[setup.state]} {setup.platform:<10} {platforms()[setup.platform].title}")
        if setup.state == "on":
            base = setup.values.get(PUBLIC_URL, "https://YOUR-SERVER").rstrip("/")
            print(f"       webhook: {base}/webhooks/{setup.platform}/webhook")
            for wrong in (*wrong_values(setup), *wrong_locale()):
                print(f"       stops the start: {wrong}")
            if platforms()[setup.platform].picture == "url" and PUBLIC_URL not in setup.values:
                print(f"       without {PUBLIC_URL} drawings go out as words")
            waiting, refused = counts.get(setup.platform, (0, 0))
            if waiting or refused:
                print(f"       {waiting} message(s) wait to be sent, {refused} could not be delivered")
        else:
            verb = "lacks" if setup.state == "half" else "needs"
            print(f"       {verb}: {', '.join(setup.missing)}")
    half = any(setup.state == "half" for setup in found)
    wrong_anywhere = any((*wrong_values(setup), *wrong_locale()) for setup in found if setup.state == "on")
    if half:
        print("A half-set platform stops the start. Set what it lacks, or unset the rest.")
    return 1 if half or wrong_anywhere else 0


def _counts(folder: Path) -> dict[str, tuple[int, int]]:
    if not (folder / FILE).is_file():
        return {}
    store = Store(folder)
    try:
        return store.counts()
    finally:
        store.close()
