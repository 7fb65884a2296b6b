"""The commands that run Rasa: train, chat, serve, erase.

In: command line options. Out: a running bot, an exit code. Called by `bot.__main__`. Rasa is imported inside the
functions, so that the other commands stay quick.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time

from bot.cli.offline import speak_utf8


def train(*, force: bool = False) -> int:
    """Train the model if something it is made of has changed."""
    from bot.runtime.training import ensure_model, is_whole, model_path

    model = model_path()
    if not force and model.is_file() and is_whole(model):
        print(f"the model is up to date ({model.name})")
        return 0
    _quiet()
    ensure_model(_say, force=force)
    return 0


def chat(*, locale: str | None = None) -> int:
    """The whole Rasa bot in this terminal."""
    _quiet()
    speak_utf8(sys.stdout)
    speak_utf8(sys.stdin)
    started = time.monotonic()
    _say("starting (about 10 seconds) ...")
    from bot.channels.rendering import chosen_by_number, to_terminal
    from bot.knowledge.load import load
    from bot.runtime.conversation import ConversationService
    from bot.runtime.training import ensure_model

    load()
    service = ConversationService.start(ensure_model(_say))
    _say(f"ready in {time.monotonic() - started:.1f} s. End with Ctrl-D.\n")

    async def talk() -> None:
        conversation = f"terminal-{secrets.token_urlsafe(12)}"
        reply = await service.greet(conversation, locale=locale, channel="terminal")
        while True:
            print(to_terminal(reply), flush=True)
            try:
                text = await asyncio.get_running_loop().run_in_executor(None, input, "\n> ")
            except (EOFError, KeyboardInterrupt):
                print()
                return
            print()
            values = chosen_by_number(text, reply)
            reply = await service.handle(
                conversation, text, option_values=values, question=reply.question if values else None, channel="terminal"
            )

    asyncio.run(talk())
    return 0


def serve(*, host: str | None, port: int | None) -> int:
    """The server: chat page, REST channel, health."""
    _quiet()
    from bot.runtime.server import run

    run(host=host, port=port, say=_say)
    return 0


def erase(conversation: str) -> int:
    """Delete one conversation from the tracker store."""
    _quiet()
    from rasa.shared.core.domain import Domain

    from bot.channels.messaging.store import FILE as MESSAGING
    from bot.channels.messaging.store import Store
    from bot.runtime.folders import ROOT, var_folder
    from bot.runtime.storage import erase as erase_records
    from bot.runtime.storage import open_tracker_store
    from bot.runtime.tokens import Tokens
    from bot.runtime.unheard import forget_everywhere

    count = erase_records(open_tracker_store(Domain.load(str(ROOT / "domain.yml"))), conversation)
    Tokens(var_folder()).revoke(conversation)
    if (var_folder() / MESSAGING).is_file():
        messaging = Store(var_folder())
        count += messaging.forget(conversation)
        messaging.close()
    forget_everywhere(conversation)
    print(f"deleted {count} record(s)" if count else "there is no such conversation; nothing was deleted")
    return 0 if count else 1


def _quiet() -> None:
    """Before Rasa is imported: no TensorFlow needed, no telemetry, no message text in the log."""
    from bot.runtime.logging import configure
    from bot.runtime.without_tensorflow import install

    install()
    configure()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
