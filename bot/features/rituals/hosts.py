"""Who hosts: in turn, the one of those at work then who has not hosted for longest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, Refusal
from bot.features.rituals import rules
from bot.features.rituals.models import HostTurn, RitualRun, TurnState
from bot.features.rituals.settings import RitualPreferences
from bot.org import people
from bot.org.availability import moment, working_hours
from bot.org.people import Person, draw_lot
from bot.org.teams import membership
from bot.org.teams.models import Member, Role, Team
from bot.refusals import rituals as refusals

WHOM = "whom"
"""The field of a form."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TO_HOST = timedelta(minutes=15)
SMALLEST_TEAM = 4
"""In a smaller team the bot hosts: it would be the same few again and again."""
FAIR_SHARE_PERIOD = timedelta(days=90)
"""So far back it is counted how often somebody hosted."""


async def appoint_host(session: AsyncSession, team: Team, run: RitualRun) -> str | None:
    """Whose turn it is; nobody's when nobody can, when only leaders with their share can, or in a small team."""
    members = await membership.members(session, team)
    lead = {each.user_id for each in members if each.role is Role.LEADER}
    hosted = await _count_hosted(session, team, since=run.starts_at - FAIR_SHARE_PERIOD)
    free = [each.id for each in await possible_hosts(session, team, run)] if len(members) >= SMALLEST_TEAM else []
    run.host_id = rules.pick_host(free, hosted, lead, len(members))
    if run.host_id:
        await _add_turn(session, run, run.host_id)
    return run.host_id


async def possible_hosts(session: AsyncSession, team: Team, run: RitualRun) -> list[Person]:
    """Return who can host and was not asked yet: longest waiting first, agents before leaders, ties by lot."""
    members = await membership.members(session, team)
    known = await people.fetch_people(session, team.workspace_id, [each.user_id for each in members])
    asked = await _people_asked(session, run)
    last = await _last_turns(session, team)
    free = [each for each in members if each.user_id not in asked and _is_free(known, each.user_id, run, team)]
    given = await _last_turns(session, team, given_away=True)
    owed = {id for id, at in given.items() if at > last.get(id, NEVER)}  # the next turn was promised to them

    def order(each: Member) -> tuple[bool, datetime, bool, bytes]:
        id = each.user_id
        lot = draw_lot(id, "hosting", team.id, run.starts_at.date())
        return id not in owed, last.get(id, NEVER), each.role is Role.LEADER, lot

    return [known[each.user_id] for each in sorted(free, key=order)]


async def was_asked(session: AsyncSession, run: RitualRun) -> bool:
    """Whether it has been anybody's turn."""
    return bool(await _people_asked(session, run))


async def skip_turn(session: AsyncSession, team: Team, run: RitualRun, by: str) -> str | None:
    """Not this time: the next one is asked, and nobody asks why."""
    await _hand_over(session, run, by, TurnState.PASSED)
    return await appoint_host(session, team, run)


async def swap_turn(session: AsyncSession, team: Team, run: RitualRun, by: str, to: str) -> None:
    """Somebody else takes this one; the one who gives it away has the next."""
    if to not in {each.id for each in await possible_hosts(session, team, run)}:
        raise Refusal(refusals.CANNOT_HOST, field=WHOM)
    await _hand_over(session, run, by, TurnState.SWAPPED)
    run.host_id = to
    await _add_turn(session, run, to)


async def can_still_host(session: AsyncSession, team: Team, run: RitualRun, person_id: str) -> bool:
    """Whether a host can still host."""
    member = await membership.member(session, team, person_id)
    known = await people.fetch_people(session, team.workspace_id, [person_id])
    return member is not None and _is_free(known, person_id, run, team)


def check_is_host(run: RitualRun, by: str) -> None:
    if not run.is_ahead:
        raise Passed(refusals.HAS_BEGUN)
    if run.host_id != by:
        raise Refusal(refusals.NOT_HOST)


def _is_free(known: dict[str, Person], id: str, run: RitualRun, team: Team) -> bool:
    person = known.get(id)
    if person is None or not person.may_join or not RitualPreferences.of(person).may_host:
        return False
    return moment.lasts(working_hours.person_hours(person, team), run.starts_at, TO_HOST)


async def _hand_over(session: AsyncSession, run: RitualRun, by: str, state: TurnState) -> None:
    check_is_host(run, by)
    turn = await session.scalar(select(HostTurn).where(HostTurn.occasion_id == run.id, HostTurn.person_id == by))
    if turn:
        turn.state = state
    await session.flush()


async def _add_turn(session: AsyncSession, run: RitualRun, person_id: str) -> None:
    session.add(HostTurn(run.workspace_id, run.team_id, run.id, person_id, run.starts_at))
    await session.flush()


async def _people_asked(session: AsyncSession, run: RitualRun) -> Sequence[str]:
    return (await session.scalars(select(HostTurn.person_id).where(HostTurn.occasion_id == run.id))).all()


async def _count_hosted(session: AsyncSession, team: Team, *, since: datetime) -> dict[str, int]:
    """Count how often each person hosted recently."""
    theirs = select(HostTurn.person_id, func.count()).where(
        HostTurn.team_id == team.id, HostTurn.starts_at > since, HostTurn.state == TurnState.HOSTS
    )
    return {row[0]: row[1] for row in await session.execute(theirs.group_by(HostTurn.person_id))}


async def _last_turns(session: AsyncSession, team: Team, *, given_away: bool = False) -> dict[str, datetime]:
    """When it was whose turn last, or when they last gave it away."""
    is_given = HostTurn.state == TurnState.SWAPPED
    theirs = select(HostTurn.person_id, func.max(HostTurn.starts_at)).where(
        HostTurn.team_id == team.id, is_given if given_away else ~is_given
    )
    return {row[0]: row[1] for row in await session.execute(theirs.group_by(HostTurn.person_id))}
