"""What every connector shares: the webhook's path, size and shape checks, and how sending fails.

In: HTTP requests of a platform. Out: `Inbound` for the post office; requests to the platform's send API. Subclassed by one
module a platform, each on top of Rasa's own connector of that platform, whose sending (blocking, unqueued) and receiving
(unsigned, never deduplicated, message text in the log) are replaced (docs/adr/0012-messaging.md).
"""

from __future__ import annotations

import asyncio
import hmac
import json as json_library
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

import aiohttp
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, text

from bot.channels.incoming import whole
from bot.channels.messaging.inbound import Inbound
from bot.channels.messaging.parts import Part
from bot.channels.messaging.platforms import Platform, platforms
from bot.channels.messaging.settings import PUBLIC_URL, Setup
from bot.channels.problem import Problem

#: No platform's webhook comes near this.
MAX_WEBHOOK = 256_000
SEND_SECONDS = 20.0

Post = Callable[[list[Inbound]], Awaitable[None]]
Files = Callable[[], Awaitable[bytes | None]]


class Later(Exception):
    """The platform did not take it now. `seconds`: when to try again, None to choose."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


class Refused(Exception):
    """The platform will never take it. `reason` is its error code; "window" and "stopped" mean what they say."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Connector:
    """One platform. Comes before Rasa's input channel in the bases of each connector.

    Attributes:
        platform_name: As in platforms.yml; also the last part of the webhook's address.
        api: Where sending goes; tests point it at a stand-in.
    """

    platform_name: ClassVar[str]
    api: str = ""
    values: Mapping[str, str]

    def take_setup(self, setup: Setup) -> None:
        """Keep the settings. Rasa's constructors are not used: they open connections or miss settings."""
        self.values = setup.values
        self.public_url = setup.values.get(PUBLIC_URL, "").rstrip("/")
        self.post: Post | None = None
        self.http: aiohttp.ClientSession | None = None
        self.clock: Callable[[], float] = time.time

    @classmethod
    def name(cls) -> str:
        """Rasa's register() builds the webhook's address from it."""
        return cls.platform_name

    @property
    def platform(self) -> Platform:
        """Limits; a picture that the platform would fetch needs an address to fetch it from."""
        found = platforms()[self.platform_name]
        if found.picture == "url" and not self.public_url:
            return found.copy(update={"picture": "none"})
        return found

    # --- coming in ----------------------------------------------------------------------------------------------

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """/webhooks/<platform>/ for monitors and /webhooks/<platform>/webhook for the platform (see Rasa's InputChannel)."""
        blueprint = Blueprint(f"messaging_{self.platform_name}")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @blueprint.get("/webhook")
        async def handshake(request: Request) -> HTTPResponse:
            return await self.handshake(request)

        @blueprint.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            if len(request.body) > MAX_WEBHOOK:
                raise Problem(413, "INP083", f"A webhook may have up to {MAX_WEBHOOK} bytes.")
            await self.verify(request)
            try:
                found = await self.read(request)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
                raise malformed() from None
            if isinstance(found, HTTPResponse):
                return found
            for inbound in found:
                _check(inbound)
            return await self.take(request, found)

        return blueprint

    async def take(self, request: Request, found: list[Inbound]) -> HTTPResponse:
        """Hand over what came in, and tell the platform that we have it."""
        if self.post is None:
            raise Problem(503, "INP084", "The bot is not ready yet. Send it again in a moment.")
        await self.post(found)
        return self.accepted()

    async def handshake(self, request: Request) -> HTTPResponse:
        """A platform's GET; most have none."""
        raise Problem(405, "INP040", "This address takes POST only.")

    async def verify(self, request: Request) -> None:
        """Check the signature.

        Raises:
            Problem: 403, and nothing of the request is read.
        """
        raise NotImplementedError

    async def read(self, request: Request) -> list[Inbound] | HTTPResponse:
        """What came in; an answer of its own where the platform wants one.

        Raises:
            KeyError, TypeError, ValueError, AttributeError, IndexError: The request has another shape; it is answered with 400.
        """
        raise NotImplementedError

    def accepted(self) -> HTTPResponse:
        """What the platform reads as "we have it"."""
        return text("ok")

    # --- going out ----------------------------------------------------------------------------------------------

    async def send(self, address: dict[str, Any], part: Part, file: Files) -> None:
        """Send one message.

        Args:
            address: As the connector's own `Inbound` had it, and `message`: an id that stays the same when it is tried again.
            part: What to say.
            file: Makes the PNG or PDF of the part, where it has one.

        Raises:
            Later: Try again.
            Refused: Never.
        """
        raise NotImplementedError

    async def request(self, method: str, url: str, **options: Any) -> tuple[int, Mapping[str, str], Any]:
        """One request to the send API: status, headers, JSON (None when it is none).

        Raises:
            Later: Nobody answers.
        """
        if self.http is None:
            raise Later("not started")
        try:
            async with self.http.request(method, url, allow_redirects=False, **options) as answer:
                raw = await answer.read()
                return answer.status, answer.headers, _json(raw)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise Later(type(error).__name__) from None  # its text may hold the address, and with it a token

    def picture_url(self, part: Part) -> str:
        """Where a platform fetches a drawing from. The drawing shows a nerve path and belongs to nobody."""
        side = f"&side={self.platform.picture_side}" if self.platform.picture_side else ""
        return f"{self.public_url}/pictures/{part.picture}.png?locale={part.locale}{side}"


def failed(status: int, headers: Mapping[str, str], reason: str, *, seconds: Any = None) -> Exception:
    """The error of a send API's answer that is no success: later for "too many" and for its own failures, else refused."""
    if status == 429 or status >= 500 or status in (401, 408, 409, 425):
        return Later(reason, as_seconds(seconds) if seconds is not None else retry_after(headers))
    return Refused(reason)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the platform asks us to wait, or None."""
    return as_seconds(headers.get("Retry-After"))


def as_seconds(value: Any) -> float | None:
    """A waiting time of at most an hour, or None when it is none."""
    try:
        return min(max(float(value), 0.0), 3600.0)
    except (TypeError, ValueError):
        return None


def _json(raw: bytes) -> Any:
    try:
        return json_library.loads(raw)
    except ValueError:
        return None


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        Problem: 400 when it is none.
    """
    try:
        found = whole(json_library.loads(request.body))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise malformed()
    return found


def malformed() -> Problem:
    """The one answer to a request of another shape; it repeats nothing of it."""
    return Problem(400, "INP082", "The request has not the shape this platform documents for its webhooks.")


def refused() -> Problem:
    """The one answer to a request whose signature is missing or wrong."""
    return Problem(403, "INP080", "The signature is missing or wrong. Nothing was read.")


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time; text outside ASCII is never the same."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def string(value: Any, most: int = 500) -> str:
    """An id as text.

    Raises:
        TypeError: It is something else.
        ValueError: It is empty or too long.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError
    found = str(value)
    if not 0 < len(found) <= most:
        raise ValueError
    return found


def _check(inbound: Inbound) -> None:
    if not (isinstance(inbound.text, str) and isinstance(inbound.option, str) and inbound.user and inbound.key):
        raise malformed()
