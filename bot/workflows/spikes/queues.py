"""The state of queues, for `/queue`, and for Home while any queue is over its limit."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import hard_contacts
from bot.features.hand_ups import queries as hand_ups
from bot.features.spikes import history as spikes_history
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import stints
from bot.features.spikes.history import SpikeHistory
from bot.features.spikes.settings import Settings
from bot.messages import hard_contacts as hard_contacts_messages
from bot.messages.hand_ups import lists as hand_ups_lists
from bot.messages.spikes import history, overview
from bot.messages.spikes.overview import View
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Role, Team
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.post import Post

A_DAY = timedelta(days=1)
SUMMARY_PERIOD = timedelta(days=7)


async def list_views(session: AsyncSession, person: Person, theirs: Iterable[Team], *, now: datetime) -> list[View]:
    """Return the queues of each of a person's teams, with the actions that the person may take there."""
    roles = await membership.roles_of(session, person.workspace_id, person.id)
    is_free = await stints.find_current_stint(session, person) is None
    return [await _view(session, team, roles.get(team.id), is_free=is_free, now=now) for team in theirs]


async def _view(session: AsyncSession, team: Team, role: Role | None, *, is_free: bool, now: datetime) -> View:
    leads = role is Role.LEADER
    return View(
        await spikes_queries.find_standing(session, team, now=now),
        may_come=leads and is_free,
        may_calm=leads or (role is not None and Settings.of(team).may_call),
        hand_ups=await _hand_ups_section(session, team, now) if leads else (),
    )


async def _hand_ups_section(session: AsyncSession, team: Team, now: datetime) -> list[Block]:
    summary = await hand_ups.week_summary(session, team, since=now - SUMMARY_PERIOD, until=now)
    open_ones = hand_ups_lists.leaders_section(team, await hand_ups.list_open(session, team), summary)
    return [*open_ones, *await _hard_contacts_line(session, team, now)]


async def _hard_contacts_line(session: AsyncSession, team: Team, now: datetime) -> list[Block]:
    """Show last month's number of hard contacts. The current month's would reveal whose the latest one is."""
    this = hard_contacts.month_of(now.astimezone(ZoneInfo(team.zone)).date())
    last = hard_contacts.month_of(this - A_DAY)
    return hard_contacts_messages.month_line(team, last, await hard_contacts.monthly_count(session, team, last))


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks of a person's queues that are over their limit."""
    busy = [seat.team for seat in visitor.seats if await spikes_queries.list_open_spikes(session, seat.team)]
    if not busy:
        return []
    return overview.home_section(await list_views(session, visitor.person, busy, now=now), visitor.person, now)


async def summarize_since(
    session: AsyncSession, team: Team, leader: Person, reader: Person, since: datetime, *, have_met: bool, now: datetime
) -> str:
    """Return a line on the spikes since an instant and on how the leader helped, as `reader` may see it.

    `have_met` says whether that instant is the pair's last one-on-one; otherwise it is when the pair began.
    """
    count = await spikes_history.count_since(session, team, since)
    is_own = reader.id == leader.id
    minutes = await spikes_history.count_minutes(session, team, leader.id, since, named=not is_own)
    days = None if have_met else -((since - now) // A_DAY)
    return history.summary_since(count, days, minutes, leader, is_own=is_own)


async def send_charts(session: AsyncSession, team: Team, reader: Person, *, now: datetime) -> SpikeHistory:
    """Send a leader charts of the team's spikes by DM, if there were any; return the history."""
    await spikes_history.check_may_see_history(session, team, reader)
    found = spikes_history.summarize(await spikes_history.list_past_spikes(session, team, now=now))
    if found.total:
        await outbox.put(session, history.charts(team, found), to=reader.dm, not_before=now)
    return found


async def send_history(session: AsyncSession, team: Team, reader: Person, *, now: datetime) -> None:
    """Send a leader the team's spikes by DM as a CSV file, one row per spike."""
    await spikes_history.check_may_see_history(session, team, reader)
    content = history.as_csv(await spikes_history.list_past_spikes(session, team, now=now))
    await outbox.file(
        session, name=f"spikes-{team.name}-{now:%Y-%m-%d}.csv", content=content, title=f"Spikes in {team.name}",
        comment=f"The spikes from the last 8 weeks in <#{team.channel_id}>.", to=reader.dm, not_before=now,
        days_in_slack=outbox.DAYS_IN_SLACK,
    )  # fmt: skip


async def refresh_homes(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Mark leaders' Homes as stale, because a spike has begun or ended."""
    leaders = [member.user_id for member in await membership.leaders(session, team)]
    home.mark_changed(session, team.workspace_id, leaders, now=now)


async def build_overview(
    session: AsyncSession, reader: Person, channel_id: str | None, now: datetime, said: str = ""
) -> Post:
    theirs = await teams_queries.team_meant(session, reader.workspace_id, reader.id, channel_id=channel_id)
    return overview.overview(await list_views(session, reader, theirs, now=now), reader, now, said)
