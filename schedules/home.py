"""The Home tab: its sections, in their order, and its publishing, when it is opened and after what changed."""

from datetime import datetime, time, timedelta

import structlog
from slackblocks import Block
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, places
from bot.directory import Person, Workspace
from bot.features.shoutouts import reading
from bot.homes import Section, Visitor
from bot.messages import home as messages
from bot.messages.post import Payload
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams import finding, membership
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Chore, JobName
from bot.timetable.tables import Occurrence
from schedules import balance, nudges, occasions, oneonones, queues, recurring, shadowing, tank, visits
from schedules import shoutouts as thanks

log = structlog.get_logger()

A_BATCH = 5
"""Few, since a command that is typed meanwhile waits for the whole batch on SQLite."""
A_TURN = timedelta(seconds=3)
"""With it a hundred go in a minute, which is what Slack takes."""
A_MONTH = timedelta(days=30)
"""How long a team is new."""


async def hello(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    person = visitor.person
    if visitor.teams:
        return messages.hello(person, visitor.teams, now)
    has_teams = await finding.are_there(session, person.workspace_id)
    admins = [] if has_teams or person.runs_workspace else await directory.admins(session, person.workspace_id)
    return messages.stranger(person, admins, has_teams=has_teams)


async def getting_started(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """For those who can take the steps: leaders of a new team, and admins while there is none."""
    person = visitor.person
    if person.runs_workspace and not visitor.teams and not await finding.are_there(session, person.workspace_id):
        return messages.before_the_first(await places.shared_with(session, person.workspace_id, person.id))
    new = [team for team in visitor.leads if team.created_at > now - A_MONTH]
    return [block for team in new for block in await _steps(session, team)]


async def _steps(session: AsyncSession, team: Team) -> list[Block]:
    has_thanks = not await reading.is_new_to(session, team)
    return messages.getting_started(team, await membership.leaders(session, team), has_thanks=has_thanks)


async def glance(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Each team of theirs; for those who look after it with what comes next."""
    blocks: list[Block] = [messages.heading(len(visitor.teams))] if visitor.teams else []
    for team in visitor.teams:
        leaders, agents = await membership.leaders(session, team), await membership.how_many_agents(session, team)
        if team in visitor.leads or team in visitor.sponsored:
            coming = await recurring.coming(session, team, now=now)
            may_change = team in visitor.leads or visitor.person.runs_workspace
            blocks += messages.guided(team, leaders, agents, coming, now, may_change=may_change)
        else:
            blocks += messages.glance(team, leaders, agents)
    return blocks


SECTIONS: list[Section] = [
    hello,
    getting_started,
    queues.at_home,
    nudges.at_home,
    occasions.at_home,
    oneonones.at_home,
    shadowing.at_home,
    visits.at_home,
    balance.at_home,
    thanks.at_home,
    tank.at_home,
    glance,
]
"""What a Home shows, from top to bottom."""


async def show(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Publish the Home of somebody who has just opened it."""
    view = await _built(session, person, now)
    await homes.opened(session, person, view, now=now)
    await outbox.home(session, view, to=person.dm, now=now, priority=Priority.ANSWER)


async def publish(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Look at a batch of Homes that were touched and publish those that say something else; come again for the rest."""
    stale = await homes.stale(session, workspace.id, now=due.at, limit=A_BATCH)
    people = await directory.people(session, workspace.id, [home.person_id for home in stale])
    shown = [(home, await _published(session, home, people.get(home.person_id), due.at)) for home in stale]
    await homes.settle(session, shown)
    if len(stale) == A_BATCH:
        await timetable.put_chore(session, PUBLISH, workspace.id, due_at=due.at + A_TURN)


async def _published(session: AsyncSession, home: homes.Home, person: Person | None, now: datetime) -> str:
    """The name of what is shown from now on. One that cannot be built holds up no other."""
    if person is None or person.has_left:
        return home.shown
    try:
        view = await _built(session, person, now)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("home_cannot_be_built", person=person.id)
        return home.shown
    if homes.name_of(view) != home.shown:
        await outbox.home(session, view, to=person.dm, now=now)
    return homes.name_of(view)


async def _built(session: AsyncSession, person: Person, now: datetime) -> Payload:
    visitor = await homes.visitor(session, person)
    return messages.view([block for section in SECTIONS for block in await section(session, visitor, now)])


PUBLISH = JobName("home.publish")
CHORES = [Chore(publish, at=time(0, 20))]
