"""One server with every platform on for all messaging tests, and one stand-in that it sends to."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.channels.messaging.kit import ENVIRONMENT, PAYLOADS, TEAMS_SERVICE, Chat, StandIn, World
from tests.serving import serving


def pytest_generate_tests(metafunc):
    if "platform" in metafunc.fixturenames:
        about = metafunc.definition.get_closest_marker("where")
        names = [name for name in sorted(set(PAYLOADS) - {"voice"}) if about is None or about.args[0](name)]
        assert names, f"{metafunc.function.__name__} is about no platform"
        metafunc.parametrize("platform", names)


async def close(post):
    post.stop()
    for connector in post.connectors.values():
        await connector.http.close()


async def fetch_keys(world):
    """Microsoft's keys are fetched once; no test should count that among what it sees."""
    async with aiohttp.ClientSession() as http:
        await Chat(world, http, "teams").say("hello")


@pytest.fixture(scope="module")
def world(service, tmp_path_factory):
    from bot.runtime.server import build_app, listen

    folder = tmp_path_factory.mktemp("messaging")
    stand_in = StandIn()
    stand_in.start()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        environment.setenv("ROOTLINE_VAR", str(folder))
        environment.setenv("ROOTLINE_WEBHOOK_CALLBACK_URL", f"{stand_in.address}/generic")
        app = build_app(None, service=service)
    post = app.ctx.messaging
    post.pause, post.outbox.pause_factor = 0.0, 0.01
    for name, connector in post.connectors.items():
        connector.api = f"{stand_in.address}/{name}"
    post.connectors["teams"].keys = f"{stand_in.address}/teams/openid"
    TEAMS_SERVICE["url"] = f"{stand_in.address}/teams/"
    loops, handovers = [], service.handovers

    @app.after_server_start
    async def note(app, loop):
        loops.append(loop)

    with serving(app, listen("127.0.0.1", 0)) as address:
        world = World(address, app, stand_in, folder, loops[0])
        asyncio.run(fetch_keys(world))
        yield world
        asyncio.run_coroutine_threadsafe(close(post), loops[0]).result(10)
    service.handovers, service.on_person_words = handovers, None
    stand_in.stop()


@pytest.fixture
async def chat(world, platform):
    """Somebody who has never written, on each platform in turn."""
    async with aiohttp.ClientSession() as http:
        yield Chat(world, http, platform)
    world.stand_in.failures, world.stand_in.down, world.post.pause = [], False, 0.0
