"""Watch tickets for leaders, and tell them of changes. A watch is independent of the hard contact it came from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Ticket
from bot.db.models import Unreadable
from bot.errors import Refusal
from bot.features import webhooks
from bot.features.tickets import watches
from bot.features.tickets.watches import REPOST_INTERVAL, TicketWatch
from bot.messages import tickets as messages
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.refusals import common as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox


async def can_watch(session: AsyncSession, team: Team, ticket: str) -> bool:
    """Return whether a text names a ticket and a tool that reports tickets is connected to the team."""
    return bool(watches.find_number(ticket)) and await webhooks.receives_tickets(session, team)


async def start_watch(session: AsyncSession, team: Team, actor: Actor, ticket: str, *, now: datetime) -> None:
    """Watch a ticket for a leader. Lock the team first. Raises `Refusal` if the leader watches it already."""
    if not await can_watch(session, team, ticket):
        raise Refusal(refusals.CANNOT_WATCH)
    number = watches.find_number(ticket)
    watch = await watches.add(session, team, actor.person_id, number, now=now)
    if watch is None:
        raise Refusal(refusals.already_watched(number))
    leader = await people.fetch_person(session, *actor)
    await outbox.put(session, messages.watching_card(watch, leader), to=leader.dm, not_before=now)


async def stop_watch(session: AsyncSession, actor: Actor, watch_id: int, *, now: datetime) -> None:
    """Delete a leader's own watch at once."""
    watch = await watches.lock_own(session, *actor, watch_id)
    await outbox.withdraw(session, messages.stopped_card(watch.details), to=Address(*actor), now=now)
    await session.delete(watch)


async def delete_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Delete the watches of people who no longer lead the team."""
    await _drop_orphaned(session, team, await watches.lock_all(session, team), now=now)


async def _drop_orphaned(
    session: AsyncSession, team: Team, found: Sequence[TicketWatch], *, now: datetime
) -> list[TicketWatch]:
    """Delete the watches of people who no longer lead the team, and return the others."""
    found = [each for each in found if not isinstance(each.sealed, Unreadable)]
    lead = {member.user_id for member in await membership.leaders(session, team)} if found else set()
    for each in found:
        if (details := each.details).leader_id not in lead:
            to = Address(team.workspace_id, details.leader_id)
            await outbox.withdraw(session, messages.stopped_for_former_leader(details), to=to, now=now)
            await session.delete(each)
    return [each for each in found if each.details.leader_id in lead]


async def report_moves(session: AsyncSession, team: Team, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Tell the leaders who watch these tickets how they have moved."""
    moves = [replace(each, at=min(each.at, now)) for each in sorted(tickets, key=lambda each: each.at)]
    newest = {number: each for each in moves if (number := watches.find_number(each.id))}
    found = await watches.lock_watches_of(session, team, newest, now=now)
    for watch in await _drop_orphaned(session, team, found, now=now):
        if watch.details.is_news(ticket := newest[watch.details.ticket]):
            await _tell(session, team, watch, ticket, now=now)


async def _tell(session: AsyncSession, team: Team, watch: TicketWatch, ticket: Ticket, *, now: datetime) -> None:
    """Edit the leader's card if it was posted within `REPOST_INTERVAL`, else repost it, because edits do not notify."""
    details = watch.details
    leader = await people.fetch_person(session, team.workspace_id, details.leader_id)
    post = messages.changed_card(watch, ticket, leader)
    since = now - REPOST_INTERVAL
    is_recent = details.told and await outbox.find_post_time(session, details.card, to=leader.dm, since=since)
    watch.seal(details.model_copy(update={"told": ticket.state, "seen_until": ticket.at}))
    if is_recent and await outbox.change(session, post, to=leader.dm, now=now):
        return
    await outbox.delete(session, details.card, to=leader.dm, now=now)
    await outbox.put(session, post, to=leader.dm, not_before=now, hours_of=team, expires_at=watch.ends_at)
