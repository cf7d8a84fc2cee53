"""The Home tab: its sections in order, and publishing it when it is opened or out of date."""

from datetime import datetime, timedelta

import structlog
from slackblocks import Block, ModalView
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import queries
from bot.followups import queries as followups_queries
from bot.followups.models import Kind
from bot.messages import home as messages
from bot.messages.followups import lists
from bot.messages.followups.lists import MOST_AT_HOME, Listed
from bot.org import channels, people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.slack import home as slack_home
from bot.slack.home import PUBLISH, Section, Visitor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Payload
from bot.workflows import balance, birthdays, fun_tank, nudges, recurring_jobs, shadowing, visits
from bot.workflows.followups import steps
from bot.workflows.followups.steps import TEXTS
from bot.workflows.one_on_ones import outcomes
from bot.workflows.shoutouts import digests
from bot.workflows.spikes import queues

log = structlog.get_logger()
NEW_TEAM_PERIOD = timedelta(days=30)
"""How long a team counts as new."""
BATCH = 5
"""Small, because on SQLite a command waits until the whole batch is committed."""
PAUSE_BETWEEN_BATCHES = timedelta(seconds=3)
"""About 100 views a minute, within Slack's rate limit."""


async def hello(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    person = visitor.person
    if visitor.teams:
        return messages.hello(person, visitor.teams, now)
    has_teams = await teams_queries.has_teams(session, person.workspace_id)
    admins = [] if has_teams or person.runs_workspace else await people.admins(session, person.workspace_id)
    return messages.hello_outside_teams(person, admins, has_teams=has_teams)


async def new_team_checklist(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the setup checklist: for leaders of a new team, and for admins while there is no team."""
    person = visitor.person
    if person.runs_workspace and not visitor.teams and not await teams_queries.has_teams(session, person.workspace_id):
        return messages.first_steps(await channels.shared_with(session, person.workspace_id, person.id))
    new = [team for team in visitor.leads if team.created_at > now - NEW_TEAM_PERIOD]
    return [block for team in new for block in await _first_steps(session, team)]


async def _first_steps(session: AsyncSession, team: Team) -> list[Block]:
    has_thanks = not await queries.has_never_thanked(session, team)
    return messages.getting_started(team, await membership.leaders(session, team), has_thanks=has_thanks)


async def followups(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks of the follow-ups that a person owns, and of those promised to them alone.

    Follow-ups that today's nudges are about are left out, because the nudges on Home have the same buttons.
    """
    person = visitor.person
    reminded = await nudges.find_nudged_subjects(session, person, steps.REMINDER_KINDS, now)
    theirs = await followups_queries.find_for_home(
        session, person.workspace_id, person.id, [Kind(each) for each in TEXTS]
    )
    found = [each for each in theirs if str(each.id) not in reminded]
    shown = []
    for each in found[:MOST_AT_HOME]:
        team = await session.get_one(Team, each.team_id)
        roles = await followups_queries.find_roles(session, team, each, person.id)
        shown.append((TEXTS[each.kind], Listed(await steps.load_view(session, team, each), roles)))
    return lists.home_section(shown, len(found) - len(shown))


async def team_blocks(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return Home blocks about each of a person's teams; leaders and sponsors get buttons."""
    blocks: list[Block] = []
    for team in visitor.teams:
        leaders, agents = await membership.leaders(session, team), await membership.count_agents(session, team)
        if team in visitor.leads or team in visitor.sponsored:
            may_change = team in visitor.leads or visitor.person.runs_workspace
            blocks += messages.team_with_buttons(team, leaders, agents, may_change=may_change)
        else:
            blocks += messages.team_at_a_glance(team, leaders, agents)
    return blocks


async def upcoming_posts_modal(session: AsyncSession, team: Team, now: datetime) -> ModalView:
    leaders, agents = await membership.leaders(session, team), await membership.count_agents(session, team)
    coming = await recurring_jobs.upcoming(session, team, now=now)
    return messages.coming_sheet(team, leaders, agents, coming, now)


async def publish_opened(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Publish the Home of somebody who has just opened it."""
    view = await build_home(session, person, now)
    await slack_home.record_opened(session, person, view, now=now)
    await outbox.home(session, view, to=person.dm, now=now, priority=Priority.ANSWER)


async def publish_stale(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """Publish a batch of stale Homes whose content has changed, and schedule the next batch if any are left."""
    stale = await slack_home.stale_homes(session, workspace_id, now=now, limit=BATCH)
    known = await people.fetch_people(session, workspace_id, [each.person_id for each in stale])
    shown = [(each, await _publish_if_changed(session, each, known.get(each.person_id), now)) for each in stale]
    await slack_home.mark_published(session, shown)
    if len(stale) == BATCH:
        await scheduler.put_workspace_job(session, PUBLISH, workspace_id, due_at=now + PAUSE_BETWEEN_BATCHES)


async def _publish_if_changed(
    session: AsyncSession, home: slack_home.Home, person: Person | None, now: datetime
) -> str:
    """Publish a Home if its content has changed; return the fingerprint of what is shown.

    A Home that cannot be built is logged and skipped, so that it does not block the others.
    """
    if person is None or person.has_left:
        return home.shown
    try:
        view = await build_home(session, person, now)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("home_build_failed", person=person.id)
        return home.shown
    if slack_home.fingerprint(view) != home.shown:
        await outbox.home(session, view, to=person.dm, now=now)
    return slack_home.fingerprint(view)


async def build_home(session: AsyncSession, person: Person, now: datetime) -> Payload:
    visitor = await slack_home.load_visitor(session, person)
    return messages.view([block for section in SECTIONS for block in await section(session, visitor, now)])


SECTIONS: list[Section] = [
    hello,
    new_team_checklist,
    queues.home_section,
    nudges.home_section,
    birthdays.home_section,
    outcomes.home_section,
    shadowing.home_section,
    visits.home_section,
    followups,
    balance.home_section,
    digests.home_section,
    fun_tank.home_section,
    team_blocks,
]
"""Sections of the Home tab, from top to bottom."""
