"""Telegram: updates of the Bot API in, its methods out.

In: updates with the secret header set at setWebhook. Out: sendMessage with inline buttons, sendPhoto, sendDocument; plain text
only (no parse_mode, so nothing a person wrote is ever markup). Telegram sends no deletions to bots.

Source: core.telegram.org/bots/api (setWebhook, Update, Message, CallbackQuery, sendMessage, ResponseParameters),
core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.core.channels.telegram import TelegramInput
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.messaging.connector import Connector, Files, body_of, failed, refused, same, string
from bot.channels.messaging.inbound import Inbound, locale_of_language
from bot.channels.messaging.parts import Part

_MEDIA = (
    "sticker", "photo", "voice", "audio", "video", "video_note", "animation", "document", "contact", "dice", "poll", "game",
    "story", "paid_media", "checklist",
)  # fmt: skip
_PLACES = ("location", "venue")
#: Answers that will be the same however often one tries.
_BLOCKED = 403


class TelegramConnector(Connector, TelegramInput):
    """The Bot API."""

    platform_name = "telegram"
    api = "https://api.telegram.org"

    def __init__(self) -> None:
        pass  # Rasa's would register the webhook while the server starts

    async def verify(self, request: Request) -> None:
        """The secret that setWebhook was given (see parent class)."""
        if not same(request.headers.get("x-telegram-bot-api-secret-token", ""), self.values["ROOTLINE_TELEGRAM_SECRET"]):
            raise refused()

    async def read(self, request: Request) -> list[Inbound]:
        """One update (see parent class)."""
        update = body_of(request)
        key = string(update["update_id"])
        if "callback_query" in update:
            return await self._tap(key, update["callback_query"])
        edited = "edited_message" in update
        message = update.get("edited_message") if edited else update.get("message")
        if message is None:
            return []  # channel posts, reactions, member changes: nobody asks us anything
        return self._message(key, message, edited)

    def _message(self, key: str, message: dict[str, Any], edited: bool) -> list[Inbound]:
        chat, sender = message["chat"], message.get("from") or {}
        if sender.get("is_bot"):
            return []
        address = {"chat": string(chat["id"])}
        locale = locale_of_language(str(sender.get("language_code") or ""))
        if chat["type"] != "private":
            return [Inbound("telegram", address["chat"], key, "group", address=address, locale=locale)]
        text = message.get("text")
        if text is None:
            text = message.get("caption") or ""
        if not isinstance(text, str):
            raise TypeError
        if edited and not text:
            return []  # a live place that moved, a picture exchanged: nothing new is said
        kind = "edit" if edited else "text"
        if any(name in message for name in _PLACES):
            kind = "location"
        elif any(name in message for name in _MEDIA):
            kind = "media"
        elif not text:
            return []  # a service message: pinned, joined, ...
        if text.startswith("/start"):
            text = "/start"  # a deep link adds a parameter
        return [Inbound("telegram", address["chat"], key, kind, text, address=address, locale=locale, order=float(key))]

    async def _tap(self, key: str, query: dict[str, Any]) -> list[Inbound]:
        string(query["id"])
        chat = (query.get("message") or {}).get("chat") or {}
        if "inline_message_id" in query:
            return []  # a button of a message that was passed on to another chat
        address = {"chat": string(chat["id"])}
        if chat.get("type") != "private":
            return [Inbound("telegram", address["chat"], key, "group", address=address)]
        locale = locale_of_language(str((query.get("from") or {}).get("language_code") or ""))
        return [Inbound("telegram", address["chat"], key, "option", option=string(query["data"]), address=address, locale=locale)]

    async def take(self, request: Request, found: list[Inbound]) -> HTTPResponse:
        """Telegram takes a method as the answer; this one stops the little clock on a tapped button (see parent class)."""
        accepted = await super().take(request, found)
        query = body_of(request).get("callback_query")
        return json({"method": "answerCallbackQuery", "callback_query_id": query["id"]}) if query else accepted

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """One message (see parent class)."""
        data = await file() if part.picture or part.document else None
        if data is not None:
            await self._upload(address, part, data)
            return
        body: dict[str, Any] = {"chat_id": address["chat"], "text": part.text, "link_preview_options": {"is_disabled": True}}
        if part.buttons:
            rows = [[{"text": button.label, "callback_data": button.payload}] for button in part.buttons]
            body["reply_markup"] = {"inline_keyboard": rows}
        _check(await self.request("POST", self._method("sendMessage"), json=body))

    async def _upload(self, address: dict[str, Any], part: Part, data: bytes) -> None:
        form = aiohttp.FormData()
        form.add_field("chat_id", address["chat"])
        form.add_field("caption", part.text)
        if part.document:
            form.add_field("document", data, filename="rootline-advice.pdf", content_type="application/pdf")
        else:
            form.add_field("photo", data, filename="drawing.png", content_type="image/png")
        _check(await self.request("POST", self._method("sendDocument" if part.document else "sendPhoto"), data=form))

    def _method(self, name: str) -> str:
        return f"{self.api}/bot{self.values['ROOTLINE_TELEGRAM_TOKEN']}/{name}"


def _check(answer: tuple[int, Any, Any]) -> None:
    status, headers, body = answer
    if status == 200:
        return
    seconds = ((body or {}).get("parameters") or {}).get("retry_after") if isinstance(body, dict) else None
    if status == _BLOCKED:
        raise failed(status, headers, "blocked")
    raise failed(status, headers, f"telegram {status}", seconds=seconds)
