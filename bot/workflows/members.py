"""Changes of role and membership in a team, with all their effects: leading, joining, leaving."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.messages import setup as messages
from bot.messages.settings import PEOPLE, Named, new_role_note, people_of
from bot.messages.setup import DEPUTIES, LEADERS, SPONSOR, ZONE
from bot.org import channels, erasures, people
from bot.org.people import Person
from bot.org.teams import membership, queries
from bot.org.teams.models import Team
from bot.org.teams.settings import record_change
from bot.org.workspaces import Address
from bot.refusals import common
from bot.scheduler import scheduler
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import breaks, ticket_watches, visits
from bot.workflows.followups import owners
from bot.workflows.hand_ups import asks as hand_ups_asks
from bot.workflows.hand_ups import requests as hand_ups
from bot.workflows.hard_contacts import endings as hard_contacts
from bot.workflows.heads_ups import cards as heads_ups_cards
from bot.workflows.heads_ups import rota
from bot.workflows.meetings import bookings
from bot.workflows.nudges import enroll_leaders
from bot.workflows.one_on_ones.bookings import reconcile_pairs
from bot.workflows.settings import managed_team, must_be_as_shown
from bot.workflows.spikes import asks

NOBODY: Mapping[str, Any] = {"leaders": [], "deputies": [], "sponsor": None}


async def change_people(
    session: AsyncSession, actor: Actor, team_id: int, version: str, form: dict[str, Any], *, now: datetime
) -> Team:
    """Change a team's leaders, deputies, sponsor and time zone.

    Raises a `Refusal` if any of these has changed since the form that showed `version` was opened.
    """
    team = await managed_team(session, actor, team_id=team_id, lock=True)
    was = people_of(team, await membership.members(session, team))
    must_be_as_shown(version, was)
    home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)
    await _appoint(session, team, form, now)
    became = people_of(team, await membership.members(session, team))
    await notify_new_roles(session, team, actor.person_id, was, became, now=now)
    for name in became:
        record_change(session, team, actor.person_id, f"{PEOPLE}.{name}", was[name], became[name], now=now)
    home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)
    return team


async def _appoint(session: AsyncSession, team: Team, form: dict[str, Any], now: datetime) -> None:
    must_be_a_zone(form[ZONE])
    leaders, deputies, team.sponsor_id = await who_leads(session, team.workspace_id, form)
    await membership.set_leaders(session, team, leaders=leaders, deputies=deputies, now=now)
    await reconcile_pairs(session, team, now=now)
    await cancel_orphaned(session, team, now=now)
    await enroll_leaders(session, team.workspace_id, now=now)
    if team.zone != form[ZONE]:
        team.zone = form[ZONE]
        await scheduler.move_zone(session, team, now=now)
        await heads_ups_cards.reschedule_mornings(session, team, now=now)
    await outbox.reschedule_waiting(session, team.workspace_id, team=team, now=now)
    if channel := await channels.fetch_channel(session, team.workspace_id, team.channel_id):
        channel.is_stale = True  # a former leader or sponsor may be an agent now


async def join(session: AsyncSession, workspace_id: str, channel_id: str, person_id: str, *, now: datetime) -> None:
    """Record that somebody joined a channel; if it is a team's channel, they join the team."""
    await channels.record_arrival(session, workspace_id, channel_id, person_id)
    await erasures.record_return(session, workspace_id, person_id)
    if not await people.fetch_people(session, workspace_id, [person_id]):
        await channels.mark_open(session, workspace_id, channel_id)  # the person's profile is read with the channel
    elif team := await queries.team_of_channel(session, workspace_id, channel_id):
        theirs = await people.who_may_join(session, workspace_id, [person_id])
        await membership.add_members(session, team, theirs, now=now)
        home.mark_changed(session, workspace_id, theirs, now=now)


async def meet_again(session: AsyncSession, workspace_id: str, person_id: str) -> None:
    """Have all channels read again if an unknown person is somebody whose data was erased and who has come back."""
    if await erasures.find_erased(session, workspace_id, [person_id]):
        await channels.mark_all_stale(session, workspace_id, {})


async def leave(session: AsyncSession, workspace_id: str, channel_id: str, person_id: str, *, now: datetime) -> None:
    """Record that somebody left a channel; if it is a team's channel, they leave the team."""
    await channels.record_departure(session, workspace_id, channel_id, person_id)
    if team := await queries.team_of_channel(session, workspace_id, channel_id):
        await membership.remove_members(session, team, [person_id], now=now)
        await cancel_orphaned(session, team, now=now)
        home.mark_changed(session, workspace_id, [person_id], now=now)


async def update_person(session: AsyncSession, person: dict[str, Any], *, now: datetime) -> None:
    """Save a person's profile from Slack; somebody who has left the workspace is removed from every team."""
    workspace_id, id = person["workspace_id"], person["id"]
    theirs = await queries.teams_of_person(session, workspace_id, id)
    await people.upsert_people(session, [person])
    if theirs and not await people.who_may_join(session, workspace_id, [id]):
        for team in theirs:
            await cancel_orphaned(session, team, now=now)
    await outbox.reschedule_waiting(session, workspace_id, person_id=id, now=now)


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Cancel the meetings, cards and asks that depended on people whose role has changed, and tell everybody involved.

    Follow-ups that such people owned are handed back to the team's leaders.

    One-on-one pairs are reassigned at once when leaders change, else each morning, because somebody who left may come
    back.
    """
    await bookings.cancel_orphaned(session, team, now=now)
    await visits.drop_waiting_cards(session, team, now=now)
    await asks.withdraw_from_former_leaders(session, team, now=now)
    await hand_ups_asks.withdraw_from_former_leaders(session, team, now=now)
    await breaks.withdraw_from_former_leaders(session, team, now=now)
    await breaks.drop_orphaned(session, team, now=now)
    await hand_ups.end_orphaned(session, team, now=now)
    await hard_contacts.end_orphaned(session, team, now=now)
    await ticket_watches.delete_orphaned(session, team, now=now)
    await rota.free_former_leaders(session, team, now=now)
    await owners.hand_back_orphaned(session, team, now=now)


async def notify_new_roles(
    session: AsyncSession, team: Team, by_id: str, was: Mapping[str, Any], became: Mapping[str, Any], *, now: datetime
) -> None:
    """Tell people about their new roles, except the person who appointed them."""
    before = roles_named(was)
    for person_id, role in sorted(roles_named(became).items()):
        if person_id != by_id and before.get(person_id) is not role:
            to = Address(team.workspace_id, person_id)
            await outbox.put(session, new_role_note(team, role, by_id), to=to, not_before=now, hours_of=team)


def roles_named(form: Mapping[str, Any]) -> dict[str, Named]:
    """Return the role of each person named in a form."""
    found = dict.fromkeys(form["leaders"], Named.LEADER) | dict.fromkeys(form["deputies"], Named.DEPUTY)
    return found | ({form["sponsor"]: Named.SPONSOR} if form["sponsor"] else {})


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def must_be_a_zone(zone: str) -> None:
    if zone not in known_zones():
        raise Refusal(common.UNKNOWN_ZONE, field=ZONE)


def must_be_people(ids: Collection[str], known: dict[str, Person], field: str) -> None:
    for id in ids:
        person = known.get(id)
        if person is None or not person.may_join:
            raise Refusal(messages.cannot_join(person), field=field)


async def who_leads(
    session: AsyncSession, workspace_id: str, form: dict[str, Any]
) -> tuple[list[str], list[str], str | None]:
    """Return the leaders, deputies and sponsor named in a form.

    Raises a `Refusal` if one of them cannot join, a deputy is not a leader, or the sponsor is a leader too.
    """
    leaders, deputies, sponsor = form[LEADERS] or [], form[DEPUTIES] or [], form[SPONSOR]
    known = await people.fetch_people(session, workspace_id, {*leaders, *deputies, *([sponsor] if sponsor else [])})
    must_be_people(leaders, known, LEADERS)
    must_be_people([sponsor] if sponsor else [], known, SPONSOR)
    if set(deputies) - set(leaders):
        raise Refusal(common.DEPUTY_NOT_LEADING, field=DEPUTIES)
    if sponsor in leaders:
        raise Refusal(common.SPONSOR_LEADS, field=SPONSOR)
    return leaders, deputies, sponsor
