"""Fixtures of the crash scenarios: a workspace with people and channels, and a team in each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.crashes.ledger import Thanks
from bot.db.sessions import Database
from bot.features.shoutouts.models import Shoutout, Way
from bot.features.shoutouts.settings import Settings
from bot.org import installations, people
from bot.org.installations import Grant
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.models import About
from bot.slack import profiles
from bot.workflows import recurring_jobs
from bot.workflows.shoutouts.postponement import GIVE_KEPT
from sandbox import seed
from sandbox.slack import Slack
from tests.harness import APP

LEADER = "U0MAYA0000"
ZONES = ("UTC", "Etc/GMT-1")
"""The second zone is one hour ahead, so its daily notes are due when the weekly summaries of the first are."""
MOST_A_DAY = 50
FEW_A_DAY = 2
"""The daily limit of every fourth team, so that some thanks exceed it and are offered for the next morning."""


@dataclass(frozen=True)
class Place:
    """The people and channels of the workspace."""

    people: list[str]
    channels: list[str]
    names: dict[str, str]
    """The names of people, by id."""


def create_workspace(folder: Path, *, persons: int, channels: int) -> Place:
    """Create a workspace with people and channels on disk, for the sandbox to serve."""
    slack = Slack(folder, None, APP).first
    now = slack.clock.now()
    named = [f"p{number:03}" for number in range(persons)]
    ids = [seed.user_id(name) for name in named]
    rooms = [f"C0ROOM{number:04}" for number in range(channels)]
    with slack.change():
        for id, name in zip(ids, named, strict=True):
            slack.store.put(
                "user", id, someone := seed.person(id, name, f"{name} Person", zone="UTC", at=now, team=seed.TEAM)
            )
            slack.dm(someone)
        for number, id in enumerate(rooms):
            members = [seed.BOT_USER, LEADER, *ids]
            slack.store.put("channel", id, seed.channel(id, f"room-{number:04}", members, now, seed.TEAM))
    slack.store.close()
    return Place(ids, rooms, dict(zip(ids, named, strict=True)))


async def bot(database: Database, folder: Path, place: Place, now: datetime) -> list[Team]:
    """Install the bot, and make each channel a team with its recurring jobs."""
    slack = Slack(folder, None, APP).first
    users = [profiles.parse_user(seed.TEAM["id"], user) for user in slack.users()]
    grant = Grant(slack.app.bot_token, seed.BOT, seed.BOT_USER, seed.TEAM["id"])
    slack.store.close()
    async with database.begin() as session:
        await installations.save(session, grant, now=now)
        installed = Workspace(seed.TEAM["id"], seed.TEAM["name"], seed.BOT_USER, seed.BOT, seed.TEAM["id"])
        session.add(installed)
        await session.flush()
        await people.upsert_people(session, users)
        return [await _team(session, installed, place, number, now) for number in range(len(place.channels))]


async def _team(session: AsyncSession, installed: Workspace, place: Place, number: int, now: datetime) -> Team:
    team = await membership.create_team(
        session, installed, channel_id=place.channels[number], name=f"room-{number:04}",
        zone=ZONES[number % len(ZONES)], leaders=[LEADER], agents=place.people, now=now,
    )  # fmt: skip
    Settings(daily=FEW_A_DAY if number % 4 == 3 else MOST_A_DAY).keep(team)
    await recurring_jobs.plan_jobs(session, [team], now=now)
    return team


async def add_postponed_thanks(
    database: Database, teams: Sequence[Team], place: Place, dues: Sequence[datetime]
) -> list[Thanks]:
    """Add one postponed shout-out per due time, with the scheduled job that sends it."""
    async with database.begin() as session:
        return [await _kept(session, teams[n % len(teams)], place, n, due) for n, due in enumerate(dues)]


async def _kept(session: AsyncSession, team: Team, place: Place, number: int, due: datetime) -> Thanks:
    giver, receiver = (place.people[(number + further) % len(place.people)] for further in (0, 1))
    words = f"kept{number:05}x"
    row = Shoutout(
        team.workspace_id, team.id, giver, f"kept{number}", f"kept{number}", Way.SPOKEN, f"for {words}", [], [receiver],
        due - timedelta(days=1), named=[receiver], kept_until=due,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    about = About("shoutout", row.id)
    await scheduler.put(
        session, job=GIVE_KEPT, key=f"kept:{row.id}", team=team, about=about, due_at=due, now=row.made_at
    )
    at = due.timestamp()
    return Thanks("appointment", words, giver, [receiver], team.channel_id, begun=at, acked=at, shoutout_id=row.id)
