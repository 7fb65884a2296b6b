"""What nobody understood: off by default, as little as can be kept, shown only for several people, gone with the conversation."""

from __future__ import annotations

import stat

import pytest

from bot.errors import StartError
from bot.runtime.unheard import FILE, LEFT_AFTER_MINUTES, PER_CONVERSATION, Unheard, bare_phrase, switched_on

HOUR = 3600.0


@pytest.fixture
def at(tmp_path):
    """A file with a clock that the test moves."""
    now = [1_000_000.0]
    store = Unheard(tmp_path, clock=lambda: now[0])
    return store, now


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("My wotsit has gone doolally", "my wotsit has gone doolally"),
        ("ring me on 07700 900123 please", "ring me on … please"),
        ("mail jo@example.org or www.example.org", "mail … or …"),
        ("my name is fiona and it fizzes", "my name is … and it fizzes"),
        ("i saw Dr Okafor about it", "i saw … about it"),
        ("saw mrs okafor about it", "saw mrs … about it"),
        ("then Priya Shah said it fizzes", "then … said it fizzes"),
        ("oh seven seven double oh nine", "…"),
        ("IT FIZZES LIKE MAD", "it fizzes like mad"),
        ("I think I'm fizzing", "i think i'm fizzing"),
        ("born 1/2/1961", "born …"),
        ("x" * 71, None),
        ("a b c d e f g h i j k", None),
        ("12345", None),
        ("!!!", None),
    ],
)
def test_a_phrase_loses_what_could_say_who_somebody_is(text, kept):
    assert bare_phrase(text) == (None if kept == "…" else kept)


def test_a_phrase_is_shown_only_when_several_conversations_said_it(at):
    store, _ = at
    for name in ("a", "b"):
        store.note(name, "Q4", "it fizzes")
        store.note(name, "Q4", "it fizzes")
    assert store.phrases() == []
    assert store.phrases(at_least=1)[0].conversations == 2
    store.note("c", "Q5a", "It fizzes!")
    (entry,) = store.phrases()
    assert (entry.what, entry.question, entry.conversations) == ("it fizzes", "Q4, Q5a", 3)
    store.note("d", "Q4", "only one person says this")
    assert len(store.phrases(at_least=0)) == 1


def test_one_conversation_cannot_fill_the_file(at):
    store, _ = at
    for number in range(3 * PER_CONVERSATION):
        for name in ("a", "b"):
            store.note(name, "Q4", f"fizz {'z' * number}")
    assert len(store.phrases(at_least=2)) == PER_CONVERSATION


def test_leaving_counts_silent_conversations_with_an_open_question(at):
    store, now = at
    store.note("left", "Q4")
    store.note("went on", "Q4")
    store.note("went on", "Q5a")
    store.note("finished", "Q4")
    store.note("finished", None)
    assert store.leaving() == ([], 3)
    now[0] += (LEFT_AFTER_MINUTES + 1) * 60
    store.note("still here", "Q4")
    assert [(entry.what, entry.conversations) for entry in store.leaving()[0]] == [("Q4", 1), ("Q5a", 1)]


def test_rows_go_after_their_time_and_when_the_conversation_is_erased(at, tmp_path):
    store, now = at
    store.note("old", "Q4", "zebrafizz")
    now[0] += 91 * 24 * HOUR
    for name in ("a", "b", "c"):
        store.note(name, "Q4", "marmaladefizz")
    assert [entry.what for entry in store.phrases(2)] == ["marmaladefizz"]
    for name in ("a", "b"):
        store.forget(name)
    assert store.phrases(2) == []
    store.forget("c")
    with store._open() as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = (tmp_path / FILE).read_bytes()
    assert b"marmaladefizz" not in content
    assert b"zebrafizz" not in content


def test_the_file_is_the_owners_alone_and_names_no_conversation(at, tmp_path):
    store, _ = at
    store.note("conversation-of-somebody", "Q4", "it fizzes")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    for file in tmp_path.iterdir():
        assert b"conversation-of-somebody" not in file.read_bytes()


def test_the_switch_is_off_unless_somebody_says_yes(monkeypatch):
    monkeypatch.delenv("ROOTLINE_KEEP_UNHEARD", raising=False)
    assert not switched_on()
    monkeypatch.setenv("ROOTLINE_KEEP_UNHEARD", "no")
    assert not switched_on()
    monkeypatch.setenv("ROOTLINE_KEEP_UNHEARD", "YES")
    assert switched_on()
    monkeypatch.setenv("ROOTLINE_KEEP_UNHEARD", "perhaps")
    with pytest.raises(StartError, match="RUN014"):
        switched_on()


@pytest.fixture
def start(model, tmp_path, monkeypatch):
    """A service of its own on a private folder of this test."""
    monkeypatch.setenv("ROOTLINE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("ROOTLINE_DATABASE_URL", "memory")
    from bot.runtime.conversation import ConversationService

    return lambda: ConversationService.start(model)


@pytest.mark.rasa
async def test_a_bot_that_was_not_told_to_keeps_nothing(start, tmp_path, monkeypatch):
    monkeypatch.delenv("ROOTLINE_KEEP_UNHEARD", raising=False)
    await start().handle("c", "blorptang vizzle quomp")
    assert not (tmp_path / "var" / FILE).exists()


@pytest.mark.rasa
async def test_the_bot_keeps_what_it_did_not_understand_and_nothing_else(start, tmp_path, monkeypatch):
    monkeypatch.setenv("ROOTLINE_KEEP_UNHEARD", "yes")
    service = start()
    for name in ("c", "d"):
        await service.handle(name, "my lower back is sore")
        await service.handle(name, "blorptang vizzle quomp")
    store = Unheard(tmp_path / "var")
    assert [entry.what for entry in store.phrases(2)] == ["blorptang vizzle quomp"]
    await service.erase("c")
    assert store.phrases(2) == []


@pytest.mark.rasa
async def test_deleting_in_the_chat_deletes_here_too(start, tmp_path, monkeypatch):
    monkeypatch.setenv("ROOTLINE_KEEP_UNHEARD", "yes")
    service = start()
    for name in ("c", "d"):
        await service.handle(name, "blorptang vizzle quomp")
    await service.handle("c", "please delete my chat")
    await service.handle("c", "yes")
    assert Unheard(tmp_path / "var").phrases(2) == []
    assert Unheard(tmp_path / "var").leaving()[1] == 1


@pytest.mark.rasa
async def test_a_broken_file_costs_nobody_their_reply(start, tmp_path, monkeypatch):
    monkeypatch.setenv("ROOTLINE_KEEP_UNHEARD", "yes")
    service = start()
    (tmp_path / "var" / FILE).write_bytes(b"this is no database, and nobody should suffer for it" * 100)
    reply = await service.handle("c", "i can't feel it when i wipe")
    assert reply.urgency == "emergency_now"
