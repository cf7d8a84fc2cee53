"""Short test of many workspaces in one process: nothing crosses, though the bot dies once in each step.

`test_workspaces_killed` does the same by the page, with real processes. Here the bot dies of an exception, and a new
one goes on with its database.
"""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import event

from bot.app import Steward
from bot.clock import Clock
from bot.messages import installations as pages
from bot.org import installations
from bot.org.installations import Installation
from bot.org.workspaces import Workspace
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.dispatcher import Dispatcher
from bot.slack.oauth import OAuth
from bot.slack.outbox import results, sender
from bot.workflows import installations as workflow
from bot.workflows import organizations, parked_workspaces
from bot.workflows.token_checks import LEASE, TokenChecker
from handlers.oauth import Redirect, Visit
from sandbox.sandbox import Sandbox
from tests import databases
from tests.conftest import TUESDAY
from tests.end_to_end import workspaces_audit as audit
from tests.end_to_end.test_many_workspaces import MANY
from tests.end_to_end.workspaces_audit import HARBOUR, LIGHTHOUSE, ORCHARD, OWNERS, PLACES, QUARRY, Place
from tests.harness import Json, Slack, _dispatch, eventually

URL = "http://127.0.0.1:9"
DAY = timedelta(days=1)
ROADBLOCKS = ("the printer jams beside", "nobody has a map of")
PARKING = {
    HARBOUR: (TokenChecker, "_ask"), LIGHTHOUSE: (installations, "park_all"), QUARRY: (TokenChecker, "_claim"),
}  # fmt: skip
"""After which function the bot dies when the app is uninstalled."""


class Died(BaseException):
    """Raised where the bot dies: no handler of errors catches it."""


class Small:
    """The bot for many workspaces and its sandbox in one process, where the bot can die."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.sandbox = Sandbox(folder / "sandbox", port=0, at=TUESDAY, manifest=MANY)
        self.calls: list[Json] = []
        self.acks: list[Json] = []
        self.stewards: list[Steward] = []
        self.deaths = 0
        self.is_dead = False

    async def begin(self) -> None:
        self.http = await self.sandbox.start_in_process(self._dispatch)
        self.slack = Slack(self.sandbox.url, self.http)  # type: ignore[arg-type]
        await self.slack.do("settings", uninstalled=True)
        for place in PLACES[1:]:
            organization = {"enterprise": place.organization} if place.organization else {}
            await self.slack.do("workspaces", name=place.name, **organization)
        await self.start()

    async def _dispatch(self, kind: str, payload: Json, **retry: Any) -> Json | None:
        with suppress(Died):
            self._check_alive()
            return await _dispatch(self.stewards, kind, payload, **retry)
        return None

    def _check_alive(self) -> None:
        if self.is_dead:
            raise Died

    @property
    def steward(self) -> Steward:
        return self.stewards[0]

    async def start(self) -> None:
        settings = Settings(
            api_url=self.sandbox.api_url, client_id=self.sandbox.client_id, public_url=URL, data=self.folder,
            client_secret=SecretStr(self.sandbox.client_secret), signing_secret=SecretStr("not used"),
        )  # fmt: skip
        database, clock = databases.at(None, self.folder), Clock(self.sandbox.clock.now)
        self.stewards[:] = [Steward(settings, database, clock, self.http)]  # type: ignore[arg-type]
        await self.steward.prepare()
        await self.steward.relay.free_leases()
        await self.steward.sync.free_leases()
        await self.steward.clients.free_leases()

    async def end(self) -> None:
        await self.steward.database.close()

    async def pass_time(self, by: timedelta = timedelta(seconds=40)) -> None:
        """Let time pass, by default enough for a message of unknown outcome to be looked up."""

        async def settled() -> None:
            self._check_alive()
            await self.sandbox.settled()

        to = self.sandbox.clock.now() + by
        await self.steward.advance(to, set_clock=self.sandbox.set_clock, settled=settled)

    async def sleep(self, by: timedelta) -> None:
        """Let time pass while the bot does not run."""
        self.sandbox.set_clock(self.sandbox.clock.now() + by)
        await self.pass_time()

    async def step(self, act: Callable[[], Any], owner: Any, name: str, is_done: Callable[[], Any]) -> None:
        """Do something during which the bot dies after its next call of a function; a new one goes on from there.

        What had no effect is done again.
        """
        real, count = getattr(owner, name), self.deaths

        async def then_die(*passed: Any, **named: Any) -> Any:
            result = await real(*passed, **named)
            if self.deaths == count:
                self.deaths, self.is_dead = self.deaths + 1, True
            self._check_alive()
            return result

        self.patch.setattr(owner, name, then_die)
        with suppress(Died):
            await act()
            await self.pass_time()
        self.patch.setattr(owner, name, real)
        assert self.deaths == count + 1, name
        await self.end()
        self.is_dead = False
        await self.start()
        await self.pass_time()
        if not await is_done():
            await act()
            await self.pass_time()
        if not await is_done():
            await self.pass_time(LEASE)  # a check of the process that died
        await eventually(is_done)
        self.note()

    def note(self) -> None:
        slack = self.sandbox._slack
        self.calls += slack.calls
        self.acks += slack.payloads
        slack.calls.clear()
        slack.payloads.clear()

    async def install(self, place: Place) -> None:
        installer = self.steward.installer
        assert installer
        begun = await installer.start(Visit({"team": place.owner}, urlsplit(URL).netloc))
        assert isinstance(begun, Redirect)
        state = dict(parse_qsl(urlsplit(begun.url).query))["state"]
        allowed = await self.slack.do(
            "install", workspace=place.owner, user="grace", state=state, redirect=f"{URL}/slack/oauth_redirect"
        )
        query = dict(parse_qsl(urlsplit(allowed["url"]).query))
        shown = await installer.finish(Visit(query, urlsplit(URL).netloc, begun.browser or ""))
        assert pages.START_AGAIN not in str(shown)

    async def type(self, place: Place, user: str, command: str, text: str) -> None:
        said = {"user": user, "channel": "harbour-support", "command": command, "text": text}
        await self.slack.do("commands", workspace=place.id, **said)

    async def submit(self, place: Place, **values: str) -> None:
        """Submit the form that the leader has open."""
        (*_, view) = (await self.slack.look("views", user="grace", workspace=place.id))["views"]
        await self.slack.do("views/submit", user="grace", workspace=place.id, view_id=view["id"], values=values)

    async def make_a_team(self, place: Place) -> None:
        await self.type(place, "grace", "/steward", "setup")
        await self.submit(place, **{"goals.goals": f"{place.word} answers within the hour"})
        await self.submit(place)

    async def change_access(self, how: str, place: Place) -> None:
        await self.slack.do("access", workspace=place.owner, **{how: [place.id]})
        await self.sandbox.settled()

    async def uninstall(self, place: Place) -> None:
        await self.slack.do("uninstall", workspace=place.owner)
        await self.sandbox.settled()

    async def token(self, place: Place) -> str:
        async with self.steward.database.reading() as session:
            return self.steward.database.vault.decrypt((await session.get_one(Installation, place.owner)).token)

    async def parked(self, place: Place) -> str | None:
        async with self.steward.database.reading() as session:
            found = await session.get(Workspace, place.id)
        return found.parked if found else "unknown"

    async def knows(self, place: Place) -> bool:
        async with self.steward.database.reading() as session:
            return await session.get(Installation, place.owner) is not None

    async def works(self, place: Place) -> bool:
        return await self.parked(place) is None

    async def is_parked(self, place: Place) -> bool:
        return not await self.works(place)

    async def is_said(self, place: Place, words: str) -> bool:
        return len(audit.said(self.sandbox, place, words, "C")) == 1

    async def crossings(self) -> list[str]:
        self.note()
        seen = await audit.look(self.sandbox, self.steward.database, PLACES, self.calls, self.acks)
        return audit.crossings(seen, audit.marks(self.sandbox, PLACES))


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
    for place in (QUARRY, ORCHARD):
        give = partial(small.change_access, "grant", place)
        await small.step(give, organizations, "grant", partial(small.works, place))
    for place in PLACES:
        hello = partial(small.is_said, place, "look after this team")
        await small.step(partial(small.make_a_team, place), Dispatcher, "_answer", hello)


async def begin_without_deaths(small: Small) -> None:
    for place in (HARBOUR, LIGHTHOUSE):
        await small.install(place)
    await small.pass_time()
    for place in (HARBOUR, LIGHTHOUSE):
        await small.make_a_team(place)
    await small.pass_time()


async def use(small: Small, number: int) -> None:
    """Write in every workspace; the bot dies while it sends what the first text, or the second one, causes."""
    for place, dies_at in zip(PLACES, (0, 1, 0, 1), strict=True):
        thanks, roadblock = f"for the calm voice of {place.word} {number}", f"{ROADBLOCKS[number]} {place.word}"
        typed = (("grace", "/shoutout", f"@ana {thanks}", thanks), ("ana", "/roadblock", roadblock, roadblock))
        for turn, (user, command, text, words) in enumerate(typed):
            act = partial(small.type, place, user, command, text)
            if turn == dies_at and not number:
                await small.step(act, sender, "send", partial(small.is_said, place, words))
            else:
                await act()
        await small.type(place, "ana", "/1on1", f"topic the next step after {place.word} {number}")
        await small.type(place, "ben", "/queue", f"spike {place.word}{number} 42")
        for user in ("grace", "ana"):
            await small.slack.do("home/open", user=user, workspace=place.id)
        await small.type(place, "grace", "/1on1", "@ana")
        await small.type(place, "ana", "/roadblock", "")
    await small.pass_time()
    for place in PLACES:
        for words in (f"for the calm voice of {place.word} {number}", f"{ROADBLOCKS[number]} {place.word}"):
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
    await use(small, 0)
    assert await small.crossings() == []
    await refresh(small)
    for place in OWNERS:
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
