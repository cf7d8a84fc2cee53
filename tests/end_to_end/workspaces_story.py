"""What the people of four workspaces do, and what is compared after each part of it."""

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from bot.org.installations import Installation
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.slack.sync_claims import SYNC_LEASE
from bot.workflows.token_checks import LEASE
from tests.end_to_end import workspaces_audit as audit
from tests.end_to_end.crash_scene import BEFORE, CLAIMED, COMMITTED, POSTED
from tests.end_to_end.older_database import step_back
from tests.end_to_end.workspaces_audit import ORCHARD, OWNERS, PLACES, QUARRY, Place
from tests.end_to_end.workspaces_people import AGENT, COLLEAGUE, LEADER, People
from tests.end_to_end.workspaces_stage import ACT_SECONDS, SCOPE, Is, Stage
from tests.harness import Json, eventually

INSTALLED = ("before_install", "mid_install", "after_install")
REFRESHED = ("before_refresh", "between_refresh_and_store", "after_refresh")
UNINSTALLED = ("between_check_and_parking", "mid_parking")
RESUMED = ("mid_resume", "before_install", "mid_look", "after_install")
WRITTEN = (BEFORE, COMMITTED, CLAIMED, POSTED)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CHECKS = {"auth.test", "users.list", "oauth.v2.access"}
"""What the bot may ask Slack about a workspace while it is parked."""
CARD = re.compile(r" thanks <@| roadblock")
ROADBLOCKS = ("the printer jams beside", "two logins for each call at", "nobody has a map of")
"""One for each round, because the bot asks whether two that sound alike are the same."""


@dataclass
class Story:
    stage: Stage
    people: People
    folder: Path
    kept: list[tuple[Place, str]] = field(default_factory=list)
    """The sentences that the bot has said in a channel, which stay there."""
    rounds: int = 0
    thanks: int = 0
    silent_since: dict[Place, int] = field(default_factory=dict)
    """How many calls there had been when a workspace was parked."""

    async def begin(self) -> None:
        """Make the workspaces, install the older version of the app in all of them, and make a team in each."""
        self.stage.version = {"asks_without": SCOPE}
        await self.stage.up()
        for place in PLACES[1:]:
            await self.people.add(place)
        for place in OWNERS:
            await self.stage.step(
                partial(self._is_installed, place), *INSTALLED, act=partial(self.people.install, place)
            )
        for place in (QUARRY, ORCHARD):
            await self._give(place)
        await self.stage.settle()
        await self.stage.move(SYNC_LEASE)  # a process may have been killed while it read who is there
        await self.stage.settle()
        for place in PLACES:
            points = (BEFORE, CLAIMED, POSTED)
            await self.stage.step(partial(self._has_team, place), *points, act=partial(self.people.make_a_team, place))
        await self.compare()

    async def use(self, places: Sequence[Place]) -> None:
        """Thank somebody, raise a roadblock, add a topic, call a spike and answer it, in each of these workspaces."""
        self.rounds += 1
        for place in places:
            await self.thank(place)
            await self._raise_a_roadblock(place, f"{ROADBLOCKS[self.rounds - 1]} {place.word}")
            await self._add_topic(place, f"the next step after {place.word} {self.rounds}")
            await self._call_a_spike(place, f"{place.word}{self.rounds}")
            await self.people.open_pair(place)
            for user in (LEADER, AGENT):
                await self.people.read_home(place, user)
        await self.compare()

    async def thank(self, place: Place) -> None:
        self.thanks += 1
        sentence = f"for the calm voice {self.thanks} of {place.word}"
        act = partial(self.people.write, place, LEADER, f"/shoutout @{AGENT} {sentence}")
        await self.stage.step(partial(self._is_said, place, sentence), *WRITTEN, act=act)
        self.kept.append((place, sentence))

    async def _raise_a_roadblock(self, place: Place, sentence: str) -> None:
        async def is_taken() -> bool:
            return "followups:take" not in str(self._said(place, sentence))

        act = partial(self.people.write, place, AGENT, f"/roadblock {sentence}")
        await self.stage.step(partial(self._is_said, place, sentence), *WRITTEN, act=act)
        self.kept.append((place, sentence))
        take = partial(self.people.press, place, LEADER, sentence, "I'll take it")
        await self.stage.step(is_taken, *WRITTEN, act=take)

    async def _add_topic(self, place: Place, topic: str) -> None:
        async def is_stored() -> bool:
            return topic in str(await audit.stored(self.stage.database, place))

        act = partial(self.people.write, place, AGENT, f"/1on1 topic {topic}")
        await self.stage.step(is_stored, COMMITTED, act=act)

    async def _call_a_spike(self, place: Place, queue: str) -> None:
        async def is_asked() -> bool:
            return bool(self._said(place, f"*{queue}*") and self._said(place, f"*{queue}*", "D"))

        async def is_joined() -> bool:
            return "is in the queue until" in str(self._said(place, f"*{queue}*"))

        call = partial(self.people.write, place, COLLEAGUE, f"/queue spike {queue} 42")
        await self.stage.step(is_asked, *WRITTEN, act=call)
        join = partial(self.people.press, place, LEADER, queue, "Join 15 min", "bot")
        await self.stage.step(is_joined, *WRITTEN, act=join)

    async def upgrade(self) -> None:
        """Start the new version on a database of an older one; it is killed while it migrates that."""
        stage = self.stage
        await stage.kill_all()
        await step_back(stage.database, self.folder / "scratch")
        stage.version = {}
        command = "run" if stage.database.is_sqlite else "migrate"
        for times in (1, 2):
            await stage.start(stage.doomed, "mid_upgrade", times=times, command=command)
            assert await stage.doomed.gone() == -signal.SIGKILL, stage.logs()
            stage.doomed.note("mid_upgrade")
        if command == "migrate":
            await stage.start(stage.doomed, command=command)
            assert await stage.doomed.gone() == 0, stage.logs()
        await stage.up()
        await self.compare()

    async def add_a_scope(self) -> None:
        """Let a day pass, until each leader is told of the missing scope, and install the app again by that link."""
        await self.people.turn_rotation_on()
        await self.stage.move(DAY)
        await self.stage.settle()
        for place in OWNERS:
            await eventually(partial(self._is_reported, place), ACT_SECONDS)
            act = partial(self.people.install_again, place, await self._is_reported(place))
            await self.stage.step(partial(self._is_granted, place), *INSTALLED, act=act)
        await self.stage.settle()
        await self.compare()

    async def rotate(self) -> None:
        """Let tokens end soon or in the past, while nothing runs; the bot is killed at another point of the refresh."""
        for hours in (11, 13, 11):
            await self.stage.kill_all()
            before = [await self._token(place) for place in OWNERS]
            self.stage.sandbox.set_clock(self.stage.now + timedelta(hours=hours))
            await self.stage.step(partial(self._are_refreshed, before), *REFRESHED, act=self._read_homes)
        for place in PLACES:
            await self.thank(place)
        await self.compare()

    async def _read_homes(self) -> None:
        for place in OWNERS:
            await self.people.read_home(place, AGENT)

    async def _are_refreshed(self, before: list[str]) -> bool:
        after = [await self._token(place) for place in OWNERS]
        return all(one != other for one, other in zip(before, after, strict=True))

    async def leave(self, gone: Place, taken: Place | None = None) -> None:
        """Uninstall the app from one workspace or organization, and take a workspace away from an organization."""
        await self.stage.settle()
        uninstall = self._once(partial(self.people.uninstall, gone), partial(self._has_app, gone.owner))
        await self.stage.step(partial(self._is_parked, gone), *UNINSTALLED, act=uninstall, later=LEASE + MINUTE)
        if taken:
            take = self._once(partial(self.people.change_access, taken), partial(self._has_app, taken.id))
            await self.stage.step(partial(self._is_parked, taken), "mid_access", act=take)
        for place in PLACES:
            if place.owner == gone.owner or place is taken:
                self.silent_since[place] = len(self.stage.calls)

    async def come_back(self, gone: Place, taken: Place | None = None) -> None:
        """Install the app again. Nothing that fell due meanwhile is said."""
        await self.stage.settle()
        for place, since in self.silent_since.items():
            asked = {each["method"] for each in self.stage.calls[since:] if each["team"] in (place.id, place.owner)}
            assert place.owner != gone.owner or asked <= CHECKS, (place.name, asked)
        back = len(self.stage.calls)
        install = partial(self.people.install, gone)
        await self.stage.step(partial(self._is_back, gone), *RESUMED, act=install, later=SYNC_LEASE)
        if taken:
            give = self._once(partial(self.people.change_access, taken), partial(self._has_no_app, taken.id))
            await self.stage.step(partial(self._is_back, taken), "mid_access", "mid_look", act=give, later=SYNC_LEASE)
        await self.stage.settle()
        for place in self.silent_since:
            posts = [each["args"]["text"] for each in self.stage.calls[back:] if _is_post(each, place)]
            assert all(text.startswith("I'm back in") for text in posts), (place.name, posts)
        self.silent_since.clear()
        await self.compare()

    async def compare(self) -> None:
        """Check that nothing of a workspace is seen in another one, nothing said twice, and nothing said is lost."""
        stage = self.stage
        stage.note()
        marks = audit.marks(stage.sandbox, PLACES)
        seen = await audit.look(stage.sandbox, stage.database, PLACES, stage.calls, stage.acks)
        assert not (found := audit.crossings(seen, marks)), "\n".join(found[:20])
        assert not (twice := audit.posted_twice(stage.calls, [place.word for place in PLACES])), "\n".join(twice)
        assert not audit.leaks(stage.logs(), marks)
        for place, sentence in self.kept:
            cards = [each for each in self._said(place, sentence) if CARD.search(each["text"])]
            assert len(cards) == 1, (place.name, sentence, cards)

    def _said(self, place: Place, words: str, channel: str = "C") -> list[Json]:
        return audit.said(self.stage.sandbox, place, words, channel)

    async def _is_said(self, place: Place, words: str) -> bool:
        return bool(self._said(place, words))

    def _once(self, act: Is, is_open: Is) -> Is:
        """Return an act that is done only as long as it is still to be done."""

        async def do() -> None:
            if await is_open():
                await act()

        return do

    async def _has_app(self, id: str) -> bool:
        slack = self.stage.sandbox._slack
        return slack.workspace(id).holder is not None

    async def _has_no_app(self, id: str) -> bool:
        return not await self._has_app(id)

    async def _give(self, place: Place) -> None:
        give = self._once(partial(self.people.change_access, place), partial(self._has_no_app, place.id))
        await self.stage.step(partial(self._is_granted_to_us, place), "mid_access", act=give)

    async def _installation(self, place: Place) -> Installation | None:
        async with self.stage.database.reading() as session:
            return await session.get(Installation, place.owner)

    async def _is_installed(self, place: Place) -> bool:
        return await self._installation(place) is not None

    async def _is_granted(self, place: Place) -> bool:
        found = await self._installation(place)
        return found is not None and SCOPE in found.scopes and found.refresh_token is not None

    async def _token(self, place: Place) -> str:
        found = await self._installation(place)
        return self.stage.database.vault.decrypt(found.token) if found else ""

    async def _is_parked(self, place: Place) -> bool:
        async with self.stage.database.reading() as session:
            return (await session.get_one(Workspace, place.id)).is_stopped

    async def _is_back(self, place: Place) -> bool:
        async with self.stage.database.reading() as session:
            found = await session.get(Workspace, place.id)
        return found is not None and found.parked is None and found.looked_at is not None

    async def _is_granted_to_us(self, place: Place) -> bool:
        async with self.stage.database.reading() as session:
            return await session.get(Workspace, place.id) is not None

    async def _has_team(self, place: Place) -> bool:
        async with self.stage.database.reading() as session:
            teams = await session.scalar(select(func.count()).where(Team.workspace_id == place.id))
        return teams == 1 and bool(self._said(place, "look after this team"))

    async def _is_reported(self, place: Place) -> str:
        """Return the link to install the app again in the message about the missing scope, if there is one."""
        theirs = [self._said(each, SCOPE, "D") for each in PLACES if each.owner == place.owner]  # in one of them
        found = re.search(rf"`{SCOPE}`.*?<(http[^|]+)\|Install Steward again>", str(theirs))
        return found[1] if found else ""


def _is_post(call: Json, place: Place) -> bool:
    return (call["method"], call["team"]) == ("chat.postMessage", place.id)
