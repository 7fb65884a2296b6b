"""Which platforms are on: environment variables only, none by default, never half.

In: environment. Out: `Setup` of each platform. Called at start and by the command `channels`.

    ROOTLINE_PUBLIC_URL               address of this server as the platforms reach it, for example https://chat.hospital.example
    ROOTLINE_MESSAGING_LOCALE         locale of people whose platform does not tell: en-GB (default), en-US or international
    ROOTLINE_TELEGRAM_TOKEN           token of the bot
    ROOTLINE_TELEGRAM_SECRET          secret that Telegram sends along
    ROOTLINE_TWILIO_ACCOUNT_SID       account of SMS, WhatsApp and phone calls
    ROOTLINE_TWILIO_AUTH_TOKEN        signs what Twilio sends, opens what we send
    ROOTLINE_TWILIO_SMS_FROM          our number for SMS
    ROOTLINE_TWILIO_WHATSAPP_FROM     our number for WhatsApp
    ROOTLINE_TWILIO_VOICE_NUMBER      our number for phone calls
    ROOTLINE_MESSENGER_PAGE_TOKEN     sends in the name of the page
    ROOTLINE_MESSENGER_APP_SECRET     signs what Facebook sends
    ROOTLINE_MESSENGER_VERIFY_TOKEN   our word for Facebook's first handshake
    ROOTLINE_SLACK_BOT_TOKEN          xoxb-...
    ROOTLINE_SLACK_SIGNING_SECRET     signs what Slack sends
    ROOTLINE_TEAMS_APP_ID             id of the bot registration
    ROOTLINE_TEAMS_APP_PASSWORD       its client secret
    ROOTLINE_TEAMS_TENANT             directory of a single-tenant bot (default botframework.com)
    ROOTLINE_WEBHOOK_SECRET           signs both ways of the generic webhook
    ROOTLINE_WEBHOOK_CALLBACK_URL     where its answers go
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.errors import StartError

PUBLIC_URL = "ROOTLINE_PUBLIC_URL"
LOCALE = "ROOTLINE_MESSAGING_LOCALE"
DEFAULT_LOCALE = "en-GB"
#: Those whose emergency numbers the knowledge has; a test holds them together.
LOCALES = ("en-GB", "en-US", "international")
_TWILIO = ("ROOTLINE_TWILIO_ACCOUNT_SID", "ROOTLINE_TWILIO_AUTH_TOKEN")
#: Secrets shorter than this can be guessed.
SHORTEST_SECRET = 16
#: core.telegram.org/bots/api#setwebhook
LONGEST_TELEGRAM_SECRET = 256
_NUMBER = (r"\+?\d{5,15}", "is no number in the form +441632960000.")
#: How a value must look, and what to say when it does not: mistakes that would otherwise show only when nobody is answered.
_FORMS = {
    "ROOTLINE_TWILIO_ACCOUNT_SID": (r"AC.+", "is no Account SID: that begins with AC. A key (SK...) is something else."),
    "ROOTLINE_TWILIO_SMS_FROM": _NUMBER,
    "ROOTLINE_TWILIO_WHATSAPP_FROM": (r"(whatsapp:)?\+\d{5,15}", "is no number in the form whatsapp:+441632960000."),
    "ROOTLINE_TWILIO_VOICE_NUMBER": _NUMBER,
    "ROOTLINE_SLACK_BOT_TOKEN": (r"xoxb-.+", "is no bot token: that begins with xoxb-. Others write in your own name."),
    "ROOTLINE_TELEGRAM_SECRET": (r"[A-Za-z0-9_-]*", "may hold letters, digits, _ and - only; Telegram takes nothing else."),
}


@dataclass(frozen=True)
class Wanted:
    """What a platform needs: `own` variables switch it on, `shared` ones serve others too, `optional` may be left out.

    Whoever set an optional one that serves nobody else wants the platform too.
    """

    own: tuple[str, ...]
    shared: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


WANTED: Mapping[str, Wanted] = {
    "telegram": Wanted(("ROOTLINE_TELEGRAM_TOKEN", "ROOTLINE_TELEGRAM_SECRET")),
    "whatsapp": Wanted(("ROOTLINE_TWILIO_WHATSAPP_FROM",), (*_TWILIO, PUBLIC_URL)),
    "sms": Wanted(("ROOTLINE_TWILIO_SMS_FROM",), (*_TWILIO, PUBLIC_URL)),
    "voice": Wanted(("ROOTLINE_TWILIO_VOICE_NUMBER",), (*_TWILIO, PUBLIC_URL)),
    "messenger": Wanted(
        ("ROOTLINE_MESSENGER_PAGE_TOKEN", "ROOTLINE_MESSENGER_APP_SECRET", "ROOTLINE_MESSENGER_VERIFY_TOKEN"),
        optional=(PUBLIC_URL,),
    ),
    "slack": Wanted(("ROOTLINE_SLACK_BOT_TOKEN", "ROOTLINE_SLACK_SIGNING_SECRET"), optional=(PUBLIC_URL,)),
    "teams": Wanted(("ROOTLINE_TEAMS_APP_ID", "ROOTLINE_TEAMS_APP_PASSWORD"), optional=("ROOTLINE_TEAMS_TENANT", PUBLIC_URL)),
    "generic": Wanted(("ROOTLINE_WEBHOOK_SECRET", "ROOTLINE_WEBHOOK_CALLBACK_URL"), optional=(PUBLIC_URL,)),
}


@dataclass(frozen=True)
class Setup:
    """A platform as the environment has it.

    Attributes:
        state: on, off or half.
        missing: Variables that must still be set.
        values: Those that are set, shared and optional ones included.
    """

    platform: str
    state: str
    missing: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> list[Setup]:
    """Every platform with its state."""
    env = os.environ if environment is None else environment
    found = [_setup(name, wanted, env) for name, wanted in WANTED.items()]
    lonely = [name for name in _TWILIO if env.get(name, "").strip()]
    twilio = [setup for setup in found if setup.platform in ("sms", "whatsapp", "voice")]
    if lonely and all(setup.state == "off" for setup in twilio):
        # An account without a number: nobody can say which platform is meant, so all three are half set.
        found = [Setup(s.platform, "half", s.missing, s.values) if s in twilio else s for s in found]
    return found


def _setup(name: str, wanted: Wanted, env: Mapping[str, str]) -> Setup:
    values = {v: env[v].strip() for v in (*wanted.own, *wanted.shared, *wanted.optional) if env.get(v, "").strip()}
    missing = tuple(v for v in (*wanted.own, *wanted.shared) if v not in values)
    if not missing:
        return Setup(name, "on", (), values)
    begun = any(v in values for v in (*wanted.own, *wanted.optional) if v != PUBLIC_URL)
    return Setup(name, "half" if begun else "off", missing, values)


def settings_or_stop(environment: Mapping[str, str] | None = None) -> list[Setup]:
    """The platforms that are on.

    Raises:
        StartError: RUN020 when one is half set, RUN021 when a value cannot be right.
    """
    env = os.environ if environment is None else environment
    found = read_settings(env)
    half = [setup for setup in found if setup.state == "half"]
    if half:
        lines = [f"{setup.platform} lacks {', '.join(setup.missing)}" for setup in half]
        text = f"messaging is half set: {'; '.join(lines)}. Set what is missing, or unset the rest to switch it off."
        raise StartError("RUN020", text)
    on = [setup for setup in found if setup.state == "on"]
    for setup in on:
        for wrong in (*wrong_values(setup), *wrong_locale(env)):
            raise StartError("RUN021", wrong)
    return on


def wrong_locale(environment: Mapping[str, str] | None = None) -> list[str]:
    """What is wrong with the locale: people would be told the emergency numbers of no country."""
    found = (os.environ if environment is None else environment).get(LOCALE) or DEFAULT_LOCALE
    return [] if found in LOCALES else [f"{LOCALE} is none of {', '.join(LOCALES)}."]


def wrong_values(setup: Setup) -> list[str]:
    """What cannot be right among the values of a platform, each with its variable and without the value."""
    return [f"{name} {wrong}" for name, value in setup.values.items() if (wrong := _wrong(name, value))]


def _wrong(name: str, value: str) -> str:
    """What is wrong with a value, without the value itself: it may be a secret."""
    if name.endswith("_URL"):
        parts = urlsplit(value)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and local))):
            return "is not an https address. Example: https://chat.hospital.example"
        if name == PUBLIC_URL and (parts.query or parts.fragment):
            return "must be a plain address without ? and #. Example: https://chat.hospital.example"
    if name in ("ROOTLINE_WEBHOOK_SECRET", "ROOTLINE_TELEGRAM_SECRET") and len(value) < SHORTEST_SECRET:
        return f"is shorter than {SHORTEST_SECRET} characters, so it can be guessed. Take a long random one."
    if name == "ROOTLINE_TELEGRAM_SECRET" and len(value) > LONGEST_TELEGRAM_SECRET:
        return f"is longer than {LONGEST_TELEGRAM_SECRET} characters; Telegram takes no longer one."
    form, told = _FORMS.get(name, ("", ""))
    return told if form and not re.fullmatch(form, value) else ""


def default_locale() -> str:
    """Locale of people whose platform does not tell where they are."""
    return os.environ.get(LOCALE) or DEFAULT_LOCALE
