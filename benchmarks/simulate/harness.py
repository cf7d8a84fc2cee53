"""Harness with the whole bot and the whole sandbox in one process, on a simulated clock."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select

from benchmarks.simulate import in_process
from benchmarks.simulate.measures import Course
from bot.app import Steward
from bot.clock import Clock
from bot.db import keyring
from bot.db.migrations import migrate
from bot.db.sessions import Database
from bot.features import promises, roadblocks
from bot.features.breaks.models import Break
from bot.features.fun_tank import queries
from bot.features.hand_ups.models import HandUp
from bot.features.ideas import nudges as ideas
from bot.features.shoutouts.models import Credit, Shoutout
from bot.followups.models import Event, Followup
from bot.meetings.models import Kind, Meeting, Series
from bot.nudges.selection import NudgePreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.settings import Settings
from sandbox.embedded import EmbeddedWorkspace

Json = dict[str, Any]
MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "app.yaml").read_text())
CHANNEL = "harbour-support"
FOLLOWUP_KINDS = (roadblocks.TAKE, roadblocks.OWNED, roadblocks.DUE, promises.DUE, ideas.ANSWER, ideas.LESSON)


@dataclass
class Harness:
    slack: EmbeddedWorkspace
    settings: Settings
    database: Database
    steward: Steward = field(init=False)

    async def start(self) -> None:
        """Create and start the bot, as a new process would."""
        session: Any = in_process.Session(self.slack.web)
        self.steward = Steward(self.settings, self.database, Clock(self.slack.clock.now), session)
        self.slack.reach(in_process.app(self.steward.bolt))
        await self.steward.install()
        await self.steward.sync.sync_due()

    async def restart(self) -> None:
        await self.steward.stop()
        await self.start()

    @property
    def now(self) -> datetime:
        return self.slack.clock.now()

    async def step(self, to: datetime) -> bool:
        """Run the bot's next job that is due up to `to`; return False if there is none."""
        return await self.steward.step(to, self.slack.clock.set, self.slack.settled)

    async def do(self, control: str, **said: Any) -> Json:
        """Perform a person's action in Slack; return the immediate answer, which may be a refusal."""
        answer = await self.slack.do(control, **said)
        await self.slack.settled()
        return answer

    async def meeting(self, meeting_id: int) -> Meeting:
        """Return a meeting in its current state."""
        async with self.steward.database.reading() as session:
            return await session.get_one(Meeting, meeting_id)

    async def planned(self, person_id: str) -> list[Meeting]:
        """Return a person's planned one-on-ones."""
        theirs = select(Meeting).where(
            Meeting.kind == Kind.ONE_ON_ONE, Meeting.starts_at > self.now, Meeting.state == "planned"
        )
        async with self.steward.database.reading() as session:
            found = await session.scalars(theirs.order_by(Meeting.starts_at, Meeting.id))
            return [each for each in found if person_id in (each.organizer_id, each.attendee_id)]

    async def series(self, series_id: int) -> Series:
        async with self.steward.database.reading() as session:
            return await session.get_one(Series, series_id)

    async def level(self) -> int:
        """Return the current level of the team's fun tank."""
        async with self.steward.database.reading() as session:
            return await queries.fetch_level(session, (await session.scalars(select(Team))).one())

    async def thanks(self) -> list[tuple[str, datetime]]:
        """Return the id of everybody who was thanked, each with the instant."""
        given = select(Credit.receiver_id, Shoutout.given_at).join(Shoutout, Shoutout.id == Credit.shoutout_id)
        async with self.steward.database.reading() as session:
            return [(receiver_id, at) for receiver_id, at in await session.execute(given) if at]

    async def mute_followups(self) -> None:
        """Mute every kind of nudge about roadblocks, ideas and promises, for everybody."""
        async with self.steward.database.begin() as session:
            for person in await session.scalars(select(Person)):
                NudgePreferences(muted=[*FOLLOWUP_KINDS]).keep(person)

    async def courses(self) -> list[Course]:
        """Return the course of every follow-up, with days in the team's time zone."""
        async with self.steward.database.reading() as session:
            zone = ZoneInfo((await session.scalars(select(Team))).one().zone)
            steps: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
            for event in await session.scalars(select(Event).order_by(Event.id)):
                steps[event.followup_id].append((event.step, event.at.astimezone(zone).date()))
            found = await session.scalars(select(Followup).order_by(Followup.id))
            return [
                Course(each.kind, each.raised_at.astimezone(zone).date(), steps[each.id], each.due_on) for each in found
            ]

    async def hand_ups(self) -> list[HandUp]:
        """Return the hand-ups that the bot has not deleted yet."""
        async with self.steward.database.reading() as session:
            return list(await session.scalars(select(HandUp).order_by(HandUp.id)))

    async def breaks(self) -> list[Break]:
        """Return the breaks that the bot has not deleted yet."""
        async with self.steward.database.reading() as session:
            return list(await session.scalars(select(Break).order_by(Break.id)))

    async def pairs(self) -> list[Series]:
        async with self.steward.database.reading() as session:
            return list(await session.scalars(select(Series).order_by(Series.id)))


@asynccontextmanager
async def open_harness(folder: Path, at: datetime) -> AsyncIterator[Harness]:
    """Open a harness whose workspace has no team yet."""
    slack = EmbeddedWorkspace(folder / "sandbox", at, MANIFEST)
    settings = Settings(api_url=slack.api_url, bot_token=SecretStr(slack.bot_token), data=folder, _env_file=None)
    database = in_process.database(folder, in_process.PlainVault([Fernet.generate_key().decode()]))
    await migrate.upgrade(database)
    await keyring.check(database)
    world = Harness(slack, settings, database)
    await world.start()
    try:
        yield world
    finally:
        await world.steward.stop()
        await database.close()
        await slack.close()
