"""Set up a new team."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts import settings
from bot.messages import inputs
from bot.messages import setup as messages
from bot.messages.settings import people_of
from bot.org import channels, people
from bot.org.availability import holidays, working_hours
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams import membership, queries
from bot.org.teams import settings as teams_settings
from bot.org.teams.models import Member, Team
from bot.org.teams.settings import Goals
from bot.org.workspaces import Address, Workspace
from bot.refusals import common
from bot.slack import home, inbox
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import members, nudges, recurring_jobs
from bot.workflows.heads_ups import cards as heads_ups_cards
from bot.workflows.one_on_ones import bookings
from bot.workflows.rituals import plans

HELLOS, HELLO_INTERVAL = 3, timedelta(days=1)


async def set_up(
    session: AsyncSession, actor: Actor, channel_id: str, form: dict[str, Any], *, now: datetime
) -> tuple[Team, Sequence[Member]]:
    """Make a channel a team, and introduce the bot to its members."""
    by = await people.fetch_person(session, *actor)
    team = await create_team(session, by, channel_id, form, now)
    theirs = await membership.members(session, team)
    await outbox.change(session, messages.team_greeting(team), to=team.channel, now=now)
    await outbox.put(session, messages.welcome_post(team, theirs), to=team.channel, not_before=now)
    await members.notify_new_roles(session, team, by.id, members.NOBODY, people_of(team, theirs), now=now)
    home.mark_changed(session, team.workspace_id, [by.id, *await membership.everybody(session, team)], now=now)
    return team, theirs


async def create_team(session: AsyncSession, by: Person, channel_id: str, form: dict[str, Any], now: datetime) -> Team:
    """Create a team from the values of the setup form, with everything that a team needs."""
    await require_setup_permission(session, by)
    channel = await ready_channel(session, by.workspace_id, channel_id, lock=True)
    team = await _add_team(session, channel, form, by, now)
    await start_team(session, team, now=now)
    return team


async def require_setup_permission(session: AsyncSession, by: Person) -> None:
    """Raise a `Refusal` unless the person may create teams: workspace admins and leaders of any team may."""
    if by.runs_workspace or await membership.leads_somewhere(session, by.workspace_id, by.id):
        return
    admins = await people.admins(session, by.workspace_id)
    raise Refusal(messages.ask_an_admin([admin.id for admin in admins]))


async def _add_team(session: AsyncSession, channel: Channel, form: dict[str, Any], by: Person, now: datetime) -> Team:
    members.must_be_a_zone(form[messages.ZONE])
    leaders, deputies, sponsor = await members.who_leads(session, channel.workspace_id, form)
    workspace = await session.get_one(Workspace, channel.workspace_id)
    here = await channels.people_in(session, workspace.id, channel.id)
    agents = await people.who_may_join(session, workspace.id, here - {*leaders, sponsor or ""})
    team = await membership.create_team(
        session, workspace, channel_id=channel.id, name=channel.name, zone=form[messages.ZONE], leaders=leaders,
        deputies=deputies, agents=agents, sponsor_id=sponsor, now=now,
    )  # fmt: skip
    form["hours.country"] = form["hours.country"] or holidays.country_of(team.zone)
    for model in (working_hours.WorkingHoursSettings, settings.Settings, Goals):
        await teams_settings.change_settings(session, team, by.id, inputs.parse_settings(model, form), now=now)
    channel.is_stale = True  # Do Not Disturb of its members is not known yet
    return team


async def ready_channel(session: AsyncSession, workspace_id: str, channel_id: str, *, lock: bool = False) -> Channel:
    """Return a channel that is ready to become a team.

    Raises a `Refusal` unless the bot is in it and has read its members.
    """
    channel = await channels.fetch_channel(session, workspace_id, channel_id, lock=lock)
    if channel is None or not channel.is_open:
        raise Refusal(common.INVITE_ME)
    if channel.read_at is None:
        raise Refusal(common.STILL_READING)
    return channel


async def say_hello(session: AsyncSession, workspace_id: str, channel_id: str, now: datetime) -> None:
    """Greet the channel that the bot was invited to, at most `HELLOS` times a day."""
    key = f"hello:{channel_id}"
    if await inbox.claim_turn(session, workspace_id, key, turns=HELLOS, again_after=HELLO_INTERVAL, now=now):
        team = await queries.team_of_channel(session, workspace_id, channel_id)
        post = messages.rejoined_greeting(team) if team else messages.channel_greeting(channel_id)
        await outbox.put(session, post, to=Address(workspace_id, channel_id), not_before=now)


async def set_channel_open(
    session: AsyncSession, workspace_id: str, channel_id: str, *, is_open: bool, now: datetime
) -> None:
    """Record whether the bot can post in a channel; a team's leaders and sponsor see that on their Home tabs."""
    record = channels.mark_open if is_open else channels.close_channel
    await record(session, workspace_id, channel_id)
    if team := await queries.team_of_channel(session, workspace_id, channel_id):
        was_closed, team.is_closed = team.is_closed, not is_open
        if was_closed and is_open:
            await heads_ups_cards.update_all_cards(session, team, now=now)
        home.mark_changed(session, workspace_id, await membership.leaders_and_sponsor(session, team), now=now)


async def start_team(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Start a new team: schedule its jobs and rituals, create its pairs, and enroll its leaders in nudges."""
    await recurring_jobs.plan_jobs(session, [team], now=now)
    await plans.start_team(session, team, now=now)
    await bookings.reconcile_pairs(session, team, now=now)
    await nudges.enroll_leaders(session, team.workspace_id, now=now)
