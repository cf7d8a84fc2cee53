"""The bot for many workspaces and its sandbox in one process, in which the bot can die of an exception."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from bot.app import Steward
from bot.clock import Clock
from bot.messages import installations as pages
from bot.org.installations import Installation
from bot.org.workspaces import Workspace
from bot.settings import Settings
from bot.workflows.token_checks import LEASE
from handlers.oauth import Redirect, Visit
from sandbox.sandbox import Sandbox
from tests import databases
from tests.conftest import TUESDAY
from tests.end_to_end import workspaces_audit as audit
from tests.end_to_end.test_many_workspaces import MANY
from tests.end_to_end.workspaces_audit import PLACES, Place
from tests.harness import Json, Slack, _dispatch, eventually

URL = "http://127.0.0.1:9"


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
