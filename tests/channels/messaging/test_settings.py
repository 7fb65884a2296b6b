"""Messaging is configured by the environment alone: off, on, or a start that says what is missing."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from bot.channels.messaging.install import CONNECTORS
from bot.channels.messaging.platforms import platforms
from bot.channels.messaging.settings import LOCALE, LOCALES, WANTED, read_settings, settings_or_stop
from bot.errors import StartError
from bot.knowledge.load import load

#: A value of the right form by the end of the variable's name.
FORMS = {
    "URL": "https://chat.hospital.example", "FROM": "+441632960000", "NUMBER": "+441632960000", "SID": "AC-long-enough-0123456789",
    "BOT_TOKEN": "xoxb-long-enough-0123456789",
}  # fmt: skip
SET = {
    name: next((value for end, value in FORMS.items() if name.endswith(end)), "long-enough-value-0123456789")
    for wanted in WANTED.values()
    for name in (*wanted.own, *wanted.shared)
}


def needed(platform):
    return (*WANTED[platform].own, *WANTED[platform].shared)


def test_every_platform_has_its_limits_and_its_settings():
    assert set(platforms()) == set(WANTED) == set(CONNECTORS)


def test_every_locale_that_may_be_set_has_its_emergency_numbers():
    assert set(LOCALES) == set(load().services)


def test_nothing_is_on_by_default():
    assert {setup.state for setup in read_settings({})} == {"off"}
    assert settings_or_stop({}) == []


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_platform_is_on_when_its_variables_are_set(name):
    on = settings_or_stop({variable: SET[variable] for variable in needed(name)})
    assert [setup.platform for setup in on] == [name]


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_half_set_platform_stops_the_start_and_names_what_is_missing(name):
    names = needed(name)
    for length in range(1, len(names)):
        for some in itertools.combinations(names, length):
            if set(some) == {"ROOTLINE_PUBLIC_URL"}:
                continue  # several platforms share it; alone it switches nothing on
            with pytest.raises(StartError) as stopped:
                settings_or_stop({variable: SET[variable] for variable in some})
            assert stopped.value.code == "RUN020"
            for variable in set(names) - set(some):
                assert variable in stopped.value.message
            assert "long-enough" not in stopped.value.message, "no secret in a message"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROOTLINE_WEBHOOK_SECRET", "pa55w0rd"),
        ("ROOTLINE_TELEGRAM_SECRET", "tiny"),
        ("ROOTLINE_TELEGRAM_SECRET", "x" * 257),
        ("ROOTLINE_TELEGRAM_SECRET", "with blanks is not taken"),
        ("ROOTLINE_WEBHOOK_CALLBACK_URL", "http://hospital.example/in"),
        ("ROOTLINE_WEBHOOK_CALLBACK_URL", "ours.example"),
        ("ROOTLINE_PUBLIC_URL", "https://hospital.example/?a=1"),
        ("ROOTLINE_TWILIO_ACCOUNT_SID", "SK0123456789abcdef"),
        ("ROOTLINE_TWILIO_SMS_FROM", "01632 960000"),
        ("ROOTLINE_TWILIO_WHATSAPP_FROM", "whatsapp +441632960000"),
        ("ROOTLINE_TWILIO_VOICE_NUMBER", "our main line"),
        ("ROOTLINE_SLACK_BOT_TOKEN", "xoxp-somebodys-own-token"),
        ("ROOTLINE_MESSAGING_LOCALE", "en_gb"),
    ],
)
def test_a_value_that_cannot_be_right_stops_the_start(name, value):
    with pytest.raises(StartError) as stopped:
        settings_or_stop({**SET, name: value})
    assert stopped.value.code == "RUN021"
    assert name in stopped.value.message
    assert value not in stopped.value.message


#: Section of the setup guide of each platform.
GUIDES = {
    "telegram": "Telegram", "sms": "SMS (Twilio)", "whatsapp": "WhatsApp (Twilio)", "voice": "Phone calls (Twilio)",
    "messenger": "Facebook Messenger", "slack": "Slack", "teams": "Microsoft Teams", "generic": "Signed webhook",
}  # fmt: skip


def test_guide_of_each_platform_is_there():
    assert set(GUIDES) == set(WANTED)


@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_setup_guide_names_every_variable_and_the_address_and_no_variable_that_is_none(name):
    text = (Path(__file__).parents[3] / "docs/messaging.md").read_text(encoding="utf-8")
    guide = re.search(rf"^## {re.escape(GUIDES[name])}\n(.*?)(?=^## |\Z)", text, re.S | re.M)[1]
    named = set(re.findall(r"ROOTLINE_[A-Z_]+", guide))
    assert named >= set(WANTED[name].own) | set(WANTED[name].optional) | set(WANTED[name].shared)
    known = {variable for wanted in WANTED.values() for variable in (*wanted.own, *wanted.shared, *wanted.optional)}
    assert named <= {*known, LOCALE}
    assert f"/webhooks/{name}/webhook" in guide


def test_blanks_are_not_a_value():
    assert settings_or_stop(dict.fromkeys(SET, "  ")) == []


def test_the_command_lists_what_is_on_and_what_is_missing(monkeypatch, capsys, tmp_path):
    from bot.__main__ import main

    for name in SET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path))
    monkeypatch.setenv("ROOTLINE_TELEGRAM_TOKEN", SET["ROOTLINE_TELEGRAM_TOKEN"])
    assert main(["channels"]) == 1
    told = capsys.readouterr().out
    assert "half" in told
    assert "ROOTLINE_TELEGRAM_SECRET" in told
    monkeypatch.setenv("ROOTLINE_TELEGRAM_SECRET", SET["ROOTLINE_TELEGRAM_SECRET"])
    assert main(["channels"]) == 0
    told = capsys.readouterr().out
    assert "/webhooks/telegram/webhook" in told
    assert "ROOTLINE_SLACK_BOT_TOKEN" in told
    assert SET["ROOTLINE_TELEGRAM_TOKEN"] not in told


def test_the_command_tells_what_would_stop_the_start(monkeypatch, capsys, tmp_path):
    from bot.__main__ import main

    for name in SET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path))
    monkeypatch.setenv("ROOTLINE_TELEGRAM_TOKEN", SET["ROOTLINE_TELEGRAM_TOKEN"])
    monkeypatch.setenv("ROOTLINE_TELEGRAM_SECRET", "tiny")
    assert main(["channels"]) == 1
    assert "stops the start: ROOTLINE_TELEGRAM_SECRET is shorter" in capsys.readouterr().out


def test_a_variable_that_serves_one_platform_alone_begins_it():
    with pytest.raises(StartError) as stopped:
        settings_or_stop({"ROOTLINE_TEAMS_TENANT": "contoso.example"})
    assert "ROOTLINE_TEAMS_APP_ID" in stopped.value.message


def test_a_half_set_platform_stops_the_server(monkeypatch, capsys, tmp_path):
    from bot.__main__ import main

    for name in SET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path))
    monkeypatch.setenv("ROOTLINE_SLACK_BOT_TOKEN", "xoxb-something")
    assert main(["serve", "--port", "0"]) == 1
    assert "ROOTLINE_SLACK_SIGNING_SECRET" in capsys.readouterr().err


@pytest.mark.rasa
def test_erasing_by_command_reaches_what_messaging_keeps(monkeypatch, capsys, tmp_path, rasa_ready):
    from bot.__main__ import main
    from bot.channels.messaging.store import Person, Store

    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path))
    store = Store(tmp_path)
    store.take_in("k1", b"sealed", Person("sms-abc", "sms", b"sealed", "en-GB", 1.0))
    store.take_in("k2", b"sealed", Person("sms-other", "sms", b"sealed", "en-GB", 1.0))
    store.answer((), "sms-abc", "sms", [(b"sealed", False)], 1.0)
    store.close()
    assert main(["erase", "sms-abc"]) == 0
    assert "deleted 3 record(s)" in capsys.readouterr().out
    store = Store(tmp_path)
    assert store.person("sms-abc") is None
    assert store.person("sms-other") is not None
    assert store.waiting_for() == []
    assert [row[1] for row in store.unanswered()] == ["sms-other"]
    store.close()
    assert main(["erase", "sms-abc"]) == 1
