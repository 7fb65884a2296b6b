"""Where this checkout keeps what it makes: models and everything private.

In: environment. Out: paths. Called by the other modules of this room.

    ROOTLINE_VAR      database, keys, caches (default: var/ beside bot/); readable by its owner only
    ROOTLINE_MODELS   trained models (default: models/ beside bot/)
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.errors import StartError

ROOT = Path(__file__).resolve().parent.parent.parent


def var_folder() -> Path:
    """The private folder, made when it is missing.

    Raises:
        StartError: RUN003 when it cannot be made or written to.
    """
    return _writable(Path(os.environ.get("ROOTLINE_VAR") or ROOT / "var"), "ROOTLINE_VAR", private=True)


def models_folder() -> Path:
    """The folder of trained models; it need not be writable as long as a fitting model is in it."""
    return Path(os.environ.get("ROOTLINE_MODELS") or ROOT / "models")


def writable_models_folder() -> Path:
    """The folder of trained models, made when it is missing.

    Raises:
        StartError: RUN003 when it cannot be made or written to.
    """
    return _writable(models_folder(), "ROOTLINE_MODELS", private=False)


def unusable(file: Path, error: Exception) -> StartError:
    """What to say when a database file cannot be used."""
    return StartError(
        "RUN004",
        f"the database {file} cannot be used ({error}). Make it writable, move it away to begin with an empty one, "
        "or name another folder with ROOTLINE_VAR=/some/folder.",
    )


def _writable(folder: Path, variable: str, private: bool) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if private and os.name == "posix" and folder.stat().st_uid == os.getuid():
            folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartError(
            "RUN003",
            f"{folder} cannot be written to ({error.strerror}). Make it writable, or name another folder with "
            f"{variable}=/some/folder.",
        ) from None
    return folder
