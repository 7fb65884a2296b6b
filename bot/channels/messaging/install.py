"""Puts messaging into the server: the platforms that are on, under /webhooks/<platform>/webhook.

In: the application, the environment. Out: blueprints, a running `Post`. Called by `bot.runtime.server`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels.messaging.connector import SEND_SECONDS, Connector
from bot.channels.messaging.post import Post
from bot.channels.messaging.settings import Setup, settings_or_stop

#: Platform -> module and class of its connector; only those that are on are imported.
CONNECTORS = {
    "telegram": ("telegram", "TelegramConnector"),
    "whatsapp": ("twilio_texts", "WhatsAppConnector"),
    "sms": ("twilio_texts", "SmsConnector"),
    "voice": ("twilio_calls", "VoiceConnector"),
    "messenger": ("messenger", "MessengerConnector"),
    "slack": ("slack", "SlackConnector"),
    "teams": ("teams", "TeamsConnector"),
    "generic": ("generic", "GenericConnector"),
}


def build(setup: Setup) -> Connector:
    """The connector of one platform."""
    module, name = CONNECTORS[setup.platform]
    connector: Connector = getattr(import_module(f"bot.channels.messaging.{module}"), name)()
    connector.take_setup(setup)
    return connector


def install(app: Any, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
    """Register the platforms that are on; nothing happens when none is.

    Raises:
        StartError: RUN020 when one is half set, RUN021 for a wrong value, RUN004 or RUN022 when var/ cannot be used.
    """
    connectors = {setup.platform: build(setup) for setup in settings_or_stop()}
    if not connectors:
        return
    from rasa.core.channels.channel import register

    post = Post(folder, connectors, clock)
    app.ctx.messaging = post
    register(list(connectors.values()), app, route="/webhooks/")

    @app.after_server_start
    async def start(app: Any, loop: asyncio.AbstractEventLoop) -> None:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SEND_SECONDS))
        for connector in connectors.values():
            connector.http = session
            connector.clock = clock
        post.start(app.ctx.service)

    @app.before_server_stop
    async def stop(app: Any, loop: asyncio.AbstractEventLoop) -> None:
        post.stop()
        for connector in connectors.values():
            if connector.http is not None:
                await connector.http.close()
