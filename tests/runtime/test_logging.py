"""What people write never reaches the log: not at DEBUG, not when things fail, not through Rasa or Python warnings."""

from __future__ import annotations

import logging
import warnings

import pytest

from bot.runtime.logging import configure, describe, get_logger

MARKER = "zebramarmalade"


@pytest.fixture
def debug_log(capfd):
    """Everything this process writes while logging at DEBUG."""
    configure("DEBUG")
    yield lambda: "".join(capfd.readouterr())
    configure()


def test_our_events_carry_only_allowed_keys(debug_log):
    get_logger("bot.test").warning("test.event", conversation="abc", text=MARKER, reply=MARKER, rule_ids="K1")
    written = debug_log()
    assert "test.event" in written
    assert "rule_ids=K1" in written
    assert "dropped_keys=reply,text" in written
    assert MARKER not in written


def test_events_of_other_libraries_are_reduced_to_their_place(debug_log):
    import structlog

    structlog.get_logger("rasa.core.processor").warning("message.parsing.failed", user_text=MARKER)
    logging.getLogger("rasa.core.x").warning("could not read %s", MARKER)
    logging.getLogger("rasa.core.x").error(f"could not read {MARKER}")
    written = debug_log()
    assert "library.event" in written
    assert "where=rasa.core.x" in written
    assert MARKER not in written


def test_the_core_may_say_what_is_wrong_with_its_files(debug_log):
    logging.getLogger("bot.extraction.x").warning("MOD010 the second look is not there.")
    assert "MOD010 the second look is not there." in debug_log()


def test_exceptions_are_named_by_type_and_place_only(debug_log):
    def fail():
        try:
            raise ValueError(MARKER)
        except ValueError as error:
            raise KeyError(MARKER) from error

    with pytest.raises(KeyError) as caught:
        fail()
    described = describe(caught.value)
    assert MARKER not in described
    assert "KeyError" in described
    assert "ValueError" in described
    assert "test_logging.py" in described
    logging.getLogger("rasa.core.x").error(f"failed on {MARKER}", exc_info=caught.value)
    get_logger("bot.test").error("test.failed", exc_info=caught.value)
    written = debug_log()
    assert written.count("KeyError@") == 2
    assert MARKER not in written


def test_python_warnings_are_named_by_category_and_place_only(debug_log):
    with warnings.catch_warnings():
        configure("DEBUG")
        warnings.simplefilter("always")
        warnings.warn(f"odd thing: {MARKER}", UserWarning, stacklevel=1)
    written = debug_log()
    assert "library.warning" in written
    assert MARKER not in written


@pytest.mark.rasa
async def test_a_whole_conversation_leaves_no_words_in_the_log(talk, service, monkeypatch, debug_log):
    await talk.greet()
    await talk.say(f"my left knee keeps giving way, {MARKER}, and it feels numb when I wipe")
    await talk.say(f"/{MARKER}")
    await talk.say(f'/greet{{"{MARKER}": "{MARKER}"}} {MARKER}')
    await talk.say(f"why {MARKER}?")

    async def failing(*args, **kwargs):
        raise RuntimeError(MARKER)

    with monkeypatch.context() as broken:
        broken.setattr(service.agent.action_endpoint, "request", failing)
        await talk.say(f"again {MARKER}")
    with monkeypatch.context() as broken:
        broken.setattr(service.agent.processor, "parse_message", failing)
        await talk.say(f"and again {MARKER}")
    written = debug_log()
    assert "conversation.turn.done" in written
    assert "conversation.turn.failed" in written
    assert MARKER not in written


@pytest.mark.rasa
def test_telemetry_is_off(rasa_ready):
    import os

    from rasa import telemetry

    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"
    assert not telemetry.is_telemetry_enabled()
