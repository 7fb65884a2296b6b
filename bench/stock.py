"""The stock bot: what `rasa init` makes and trains, untouched, in an environment with TensorFlow.

In: nothing. Out: the interpreter and the bot's folder. Called by `bench.__main__`. Made once under .cache/, kept for the next
run; the environment is the one that `make evaluate` uses for DIET.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from evaluation.peers.environment import FOLDER, Unavailable, ready_python

#: Environment of every command of the stock bot.
ENV = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
#: `rasa init` trains DIET and TED on a few dozen examples.
MOST_SECONDS = 1200


def stock_bot(say: Callable[[str], None]) -> tuple[Path, Path]:
    """(rasa command, folder of the trained starter bot).

    Raises:
        Unavailable: It cannot be installed or trained on this machine.
    """
    rasa = ready_python("rasa", say).with_name("rasa")
    folder = FOLDER / "rasa-starter"
    if any((folder / "models").glob("*.tar.gz")):
        return rasa, folder
    folder.mkdir(parents=True, exist_ok=True)
    say("    making and training the starter bot of `rasa init` (once)")
    log = FOLDER / "rasa-starter.log"
    environment = {**os.environ, **ENV}
    with log.open("w", encoding="utf-8") as out:
        for command in ([str(rasa), "init", "--no-prompt", "--init-dir", str(folder)], [str(rasa), "train"]):
            if any((folder / "models").glob("*.tar.gz")):
                break  # this release trains while it makes
            try:
                subprocess.run(
                    command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                    timeout=MOST_SECONDS, check=True,
                )  # fmt: skip
            except (OSError, subprocess.SubprocessError) as error:
                raise Unavailable(
                    f"`{' '.join(['rasa', *command[1:2]])}` failed ({error.__class__.__name__}); log: {log}"
                ) from error
    return rasa, folder
