"""The golden conversations on every platform: the same findings, rules and disposition as anywhere else.

Each platform takes its own share, so that together they cover all of them.
"""

from __future__ import annotations

import os

import pytest
import yaml

from bot.channels.messaging.platforms import platforms
from tests.transcripts.test_transcripts import FILES, _state

pytestmark = pytest.mark.rasa

#: Commands of a platform, or texts that are no turn there.
NOT_HERE = {"delete_everything", "typed_commands", "american"}
#: A blank text is refused at the door of the signed webhook (test_doors.py).
REFUSED = {"generic": {"nothing_but_signs"}}


def share(platform):
    """The golden conversations of one platform: its part of them all, in the order of their names.

    ROOTLINE_PARITY=all gives each platform every one of them (some minutes), as before a release.
    """
    files = [file for file in FILES if file.stem not in NOT_HERE]
    if os.environ.get("ROOTLINE_PARITY") == "all":
        return [file for file in files if file.stem not in REFUSED.get(platform, ())]
    place, count = sorted(platforms()).index(platform), len(platforms())
    return files[place * len(files) // count : (place + 1) * len(files) // count]


class _Through:
    """What the state of a golden conversation is read from, here through the platform."""

    def __init__(self, chat):
        self.chat, self.service = chat, chat.world.post.service

    async def case(self):
        return await self.service.case(self.chat.conversation)

    async def assessment(self):
        from bot.turn import assess_case

        return assess_case(await self.case(), self.service.knowledge)


async def compare(person, conversation, clock, name):
    """Hold a golden conversation and compare the state after each turn."""
    through = _Through(person)
    for number, turn in enumerate(conversation["turns"]):
        clock.now += 20 + 3600 * turn.get("hours_later", 0)
        if "choose" in turn:
            sent = await person.choose(turn["choose"], await person.last_reply())
        else:
            sent = await person.say(turn["say"])
        assert sent, (name, number)
        state, then = await _state(through, await person.last_reply()), turn["then"]
        for key in ("disposition", "rules", "question", "findings"):
            assert state.get(key) == then.get(key), (name, number, turn.get("say") or turn.get("choose"), key)


async def test_golden_conversations_go_the_same_way(chat, clock):
    for file in share(chat.platform):
        person = type(chat)(chat.world, chat.http, chat.platform)
        await compare(person, yaml.safe_load(file.read_text(encoding="utf-8")), clock, file.name)


def test_together_the_platforms_cover_every_golden_conversation():
    covered = {file.stem for platform in platforms() for file in share(platform)}
    assert covered == {file.stem for file in FILES} - NOT_HERE
