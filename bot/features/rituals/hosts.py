"""Hosts of rituals, in turn: the available person who has not hosted for longest."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.escalation import queries as asks
from bot.escalation.models import Ask, Kind, State
from bot.features.rituals import rules
from bot.features.rituals.models import RitualRun
from bot.features.rituals.settings import RitualPreferences
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person, draw_lot
from bot.org.teams import membership
from bot.org.teams.models import Member, Role, Team
from bot.refusals import rituals as refusals

WHOM = "whom"
"""The name of a form field."""
SWAPPED = "swapped"
"""`Ask.how` of somebody who declined because another person took the turn; the one who declined gets the next turn."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TO_HOST = timedelta(minutes=15)
SMALLEST_TEAM = 4
"""In a smaller team the bot hosts, because otherwise the same few people always would."""
FAIR_SHARE_PERIOD = timedelta(days=90)
"""The period over which a fair share of hosting is counted."""


async def appoint_host(session: AsyncSession, team: Team, run: RitualRun, *, now: datetime) -> str | None:
    """Choose the host for one run of a ritual, ask that person, and return their id.

    Returns None, which means that the bot hosts, if the team is small, if nobody is available, or if everybody
    available is a leader above their fair share.
    """
    members = await membership.members(session, team)
    lead = {each.user_id for each in members if each.role is Role.LEADER}
    hosted = await _count_hosted(session, team, since=run.starts_at - FAIR_SHARE_PERIOD)
    free = [each.id for each in await possible_hosts(session, team, run)] if len(members) >= SMALLEST_TEAM else []
    run.host_id = rules.pick_host(free, hosted, lead, len(members))
    if run.host_id:
        await asks.add(session, Kind.RITUAL, run, run.host_id, now=now)
    return run.host_id


async def possible_hosts(session: AsyncSession, team: Team, run: RitualRun) -> list[Person]:
    """Return who can host a run of a ritual and has not been asked yet, next in turn first; ties are broken by a draw.

    People who are owed a turn after a swap come first, then those who have waited longest, then agents before leaders.
    """
    members = await membership.members(session, team)
    known = await people.fetch_people(session, team.workspace_id, [each.user_id for each in members])
    asked = {each.person_id for each in await asks.find_asks(session, Kind.RITUAL, run)}
    last = await _last_turns(session, team)
    free = [each for each in members if each.user_id not in asked and _is_free(known, each.user_id, run, team)]
    given = await _last_turns(session, team, given_away=True)
    owed = {id for id, at in given.items() if at > last.get(id, NEVER)}  # swapped: they get the next turn

    def order(each: Member) -> tuple[bool, datetime, bool, bytes]:
        id = each.user_id
        lot = draw_lot(id, "hosting", team.id, run.starts_at.date())
        return id not in owed, last.get(id, NEVER), each.role is Role.LEADER, lot

    return [known[each.user_id] for each in sorted(free, key=order)]


async def has_asked_host(session: AsyncSession, run: RitualRun) -> bool:
    """Return whether anybody has been asked to host this run of a ritual."""
    return bool(await asks.find_asks(session, Kind.RITUAL, run))


async def skip_turn(session: AsyncSession, team: Team, run: RitualRun, by: str, *, now: datetime) -> str | None:
    """Decline for the host and ask the next person; return that person's id, or None if the bot hosts."""
    check_is_host(run, by)
    await asks.answer(session, Kind.RITUAL, run, State.DECLINED, now=now)
    return await appoint_host(session, team, run, now=now)


async def swap_turn(session: AsyncSession, team: Team, run: RitualRun, by: str, to: str, *, now: datetime) -> None:
    """Give the host's turn to somebody else; the person who gives it away gets the next turn."""
    if to not in {each.id for each in await possible_hosts(session, team, run)}:
        raise Refusal(refusals.CANNOT_HOST, field=WHOM)
    check_is_host(run, by)
    await asks.answer(session, Kind.RITUAL, run, State.DECLINED, how=SWAPPED, now=now)
    run.host_id = to
    await asks.add(session, Kind.RITUAL, run, to, now=now)


async def can_still_host(session: AsyncSession, team: Team, run: RitualRun, person_id: str) -> bool:
    """Return whether a person can still host a run: they are in the team, willing, and at work at that time."""
    member = await membership.member(session, team, person_id)
    known = await people.fetch_people(session, team.workspace_id, [person_id])
    return member is not None and _is_free(known, person_id, run, team)


def check_is_host(run: RitualRun, by: str) -> None:
    if not run.is_ahead:
        raise AnswerTooLate(refusals.HAS_BEGUN)
    if run.host_id != by:
        raise Refusal(refusals.NOT_HOST)


def _is_free(known: dict[str, Person], id: str, run: RitualRun, team: Team) -> bool:
    person = known.get(id)
    if person is None or not person.may_join or not RitualPreferences.of(person).may_host:
        return False
    return good_moments.fits_in_shift(working_hours.person_hours(person, team), run.starts_at, TO_HOST)


async def _count_hosted(session: AsyncSession, team: Team, *, since: datetime) -> dict[str, int]:
    """Return how often each person has hosted since a given time."""
    return await _fold_turns(session, team, func.count(), RitualRun.starts_at > since, Ask.state != State.DECLINED)


async def _last_turns(session: AsyncSession, team: Team, *, given_away: bool = False) -> dict[str, datetime]:
    """Return the time of each person's last turn or, with `given_away`, of the last turn they gave away in a swap."""
    is_given = func.coalesce(Ask.how, "") == SWAPPED
    return await _fold_turns(session, team, func.max(RitualRun.starts_at), is_given if given_away else ~is_given)


async def _fold_turns(
    session: AsyncSession, team: Team, what: ColumnElement[Any], *which: ColumnElement[bool]
) -> dict[str, Any]:
    """Return an aggregate, such as a count, of each person's turns as host; canceled runs do not count."""
    theirs = select(Ask.person_id, what).join(RitualRun, RitualRun.id == Ask.about_id)
    of_team = theirs.where(Ask.team_id == team.id, Ask.kind == Kind.RITUAL, *which).group_by(Ask.person_id)
    return {row[0]: row[1] for row in await session.execute(of_team)}
