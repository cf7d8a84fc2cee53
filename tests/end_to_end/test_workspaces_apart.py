"""Short test of many workspaces in one process: nothing crosses, though the bot dies once in each step.

`test_workspaces_killed` does the same by the page, with real processes. Here the bot dies of an exception, and a new
one goes on with its database.
"""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.org import installations
from bot.slack.clients import Clients
from bot.slack.dispatcher import Dispatcher
from bot.slack.oauth import OAuth
from bot.slack.outbox import results, sender
from bot.workflows import installations as workflow
from bot.workflows import organizations, parked_workspaces
from bot.workflows.token_checks import TokenChecker
from tests.end_to_end import workspaces_audit as audit
from tests.end_to_end.workspaces_audit import HARBOUR, LIGHTHOUSE, ORCHARD, OWNERS, PLACES, QUARRY, Place
from tests.end_to_end.workspaces_in_process import Small
from tests.harness import Json

DAY = timedelta(days=1)
ROADBLOCKS = ("the printer jams beside", "nobody has a map of")
PARKING = {LIGHTHOUSE: (installations, "park_all"), QUARRY: (TokenChecker, "_ask")}
"""After which function the bot dies when the app is uninstalled."""


@pytest.fixture
async def small(tmp_path: Path, sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Small]:
    shutil.copytree(sqlite, tmp_path, dirs_exist_ok=True)
    small = Small(tmp_path, monkeypatch)
    await small.begin()
    yield small
    await small.end()
    await small.sandbox.stop()


async def begin(small: Small) -> None:
    """Install the app everywhere, and make a team in each workspace."""
    for place in OWNERS:
        await small.step(partial(small.install, place), workflow, "install", partial(small.knows, place))
    give = partial(small.change_access, "grant", QUARRY)
    await small.step(give, organizations, "grant", partial(small.works, QUARRY))
    await small.change_access("grant", ORCHARD)
    await small.pass_time()
    hello = partial(small.is_said, HARBOUR, "look after this team")
    await small.step(partial(small.make_a_team, HARBOUR), Dispatcher, "_answer", hello)
    for place in PLACES[1:]:
        await small.make_a_team(place)
    await small.pass_time()


async def begin_without_deaths(small: Small) -> None:
    for place in (HARBOUR, LIGHTHOUSE):
        await small.install(place)
    await small.pass_time()
    for place in (HARBOUR, LIGHTHOUSE):
        await small.make_a_team(place)
    await small.pass_time()


async def use(small: Small, number: int, dies: Place | None = None) -> None:
    """Write in every workspace; in one, the bot dies while it sends what the first text causes."""
    for place in PLACES:
        thanks, roadblock = f"for the calm voice {number} of {place.word}", f"{ROADBLOCKS[number]} {place.word}"
        thank = partial(small.type, place, "grace", "/shoutout", f"@ana {thanks}")
        if place is dies:
            await small.step(thank, sender, "send", partial(small.is_said, place, thanks))
        else:
            await thank()
        await small.type(place, "ana", "/roadblock", roadblock)
        await small.type(place, "ana", "/1on1", f"topic the next step after {place.word} {number}")
        await small.type(place, "ben", "/queue", f"spike {place.word}{number} 42")
        await small.slack.do("home/open", user="grace", workspace=place.id)
        await small.type(place, "grace", "/1on1", "@ana")
        await small.type(place, "ana", "/roadblock", "")
    await small.pass_time()
    for place in PLACES:
        for words in (f"for the calm voice {number} of {place.word}", f"{ROADBLOCKS[number]} {place.word}"):
            assert await small.is_said(place, words)


async def refresh(small: Small) -> None:
    """Let the tokens end soon; the bot dies when Slack has given it the first new one."""
    before = [await small.token(place) for place in OWNERS]
    small.sandbox.set_clock(small.sandbox.clock.now() + timedelta(hours=10, minutes=1))

    async def are_new() -> bool:
        for place in OWNERS:
            await small.slack.do("home/open", user="ana", workspace=place.id)
        after = [await small.token(place) for place in OWNERS]
        return all(one != other for one, other in zip(before, after, strict=True))

    home = partial(small.slack.do, "home/open", user="ana", workspace=HARBOUR.id)
    await small.step(home, OAuth, "refresh", are_new)


async def test_nothing_crosses_though_the_bot_dies_once_in_each_step(small: Small) -> None:
    await begin(small)
    await use(small, 0, HARBOUR)
    assert await small.crossings() == []
    await refresh(small)
    for place in PARKING:
        leave = partial(small.uninstall, place)
        await small.step(leave, *PARKING[place], partial(small.is_parked, place))
        others = [each for each in PLACES if await small.works(each)]
        await small.sleep(DAY)
        back = len(small.calls)
        await small.step(partial(small.install, place), parked_workspaces, "resume", partial(small.works, place))
        said = [each["args"]["text"] for each in small.calls[back:] if is_post(each, place)]
        assert all(text.startswith("I'm back in") for text in said), said
        assert len(others) == (2 if place is QUARRY else 3)
    await use(small, 1)

    assert await small.crossings() == []
    assert audit.posted_twice(small.calls, [place.word for place in PLACES]) == []


async def test_message_that_meets_a_dead_token_is_never_sent_though_the_bot_dies_while_it_parks(small: Small) -> None:
    await small.install(HARBOUR)
    await small.pass_time()
    await small.make_a_team(HARBOUR)
    await small.pass_time()

    async def thank_and_uninstall() -> None:
        await small.type(HARBOUR, "grace", "/shoutout", f"@ana for the calm voice of {HARBOUR.word}")
        await small.slack.do("settings", workspace=HARBOUR.id, uninstalled=True)

    await small.step(thank_and_uninstall, results, "record_facts", partial(small.is_parked, HARBOUR))
    await small.install(HARBOUR)
    await small.pass_time(DAY)

    assert await small.works(HARBOUR)
    assert not await small.is_said(HARBOUR, HARBOUR.word)
    assert await small.is_said(HARBOUR, "look after this team")


async def test_audit_finds_a_message_sent_with_the_token_of_another_workspace(small: Small) -> None:
    await begin_without_deaths(small)
    real = Clients.of

    async def of_the_first(self: Clients, workspace_id: str) -> Any:
        return await real(self, HARBOUR.id)

    small.patch.setattr(Clients, "of", of_the_first)
    await small.type(LIGHTHOUSE, "grace", "/shoutout", f"@ana for the calm voice of {LIGHTHOUSE.word}")
    await small.pass_time()

    assert any("Harbour sees blueheron" in each for each in await small.crossings())


async def test_audit_finds_a_query_without_its_workspace(small: Small) -> None:
    await begin_without_deaths(small)
    await small.type(HARBOUR, "ana", "/roadblock", f"the printer jams beside {HARBOUR.word}")

    def forget(connection: Any, cursor: Any, statement: str, parameters: Any, *passed: Any) -> tuple[str, Any]:
        return statement.replace("followups.workspace_id = ?", "? IS NOT NULL"), parameters

    event.listen(small.steward.database.reader.sync_engine, "before_cursor_execute", forget, retval=True)
    event.listen(small.steward.database.writer.sync_engine, "before_cursor_execute", forget, retval=True)
    await small.type(LIGHTHOUSE, "ana", "/roadblock", "")

    assert any("Lighthouse sees amberfin" in each for each in await small.crossings())


def is_post(call: Json, place: Place) -> bool:
    return (call["method"], call["team"]) == ("chat.postMessage", place.id)
