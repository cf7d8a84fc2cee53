"""Each time that a ritual comes: when exactly, with which prompt, and who took part."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import insert
from bot.errors import Passed
from bot.features.rituals.catalogue import Prompt
from bot.features.rituals.keeping import GONE
from bot.features.rituals.tables import Occasion, Part, Ritual, State
from bot.hours import moment as hours_moment
from bot.hours import routine as hours_routine
from bot.teams import membership
from bot.teams.tables import Team

A_DAY = timedelta(days=1)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(team: Team, at: datetime) -> date:
    return at.astimezone(ZoneInfo(team.zone)).date()


def moment(team: Team, ritual: Ritual, at: datetime, then: datetime | None) -> datetime | None:
    """When it comes that is due at an instant, and next `then`.

    On a day off it moves to the same time of the next working day of that week, unless its next turn is as near; else
    it is left out.
    """
    routine, day = hours_routine.of_team(team), day_of(team, at)
    if hours_moment.works_on(routine, at):
        return at
    zone = ZoneInfo(team.zone)
    for later in (day + timedelta(days=days) for days in range(1, 7 - day.weekday())):
        moved = datetime.combine(later, ritual.at, zone).astimezone(UTC)
        if then and later >= day_of(team, then):
            return None
        if hours_moment.works_on(routine, moved):
            return moved
    return None


async def known(session: AsyncSession, ritual: Ritual, day: date) -> Occasion | None:
    return await session.scalar(select(Occasion).where(Occasion.ritual_id == ritual.id, Occasion.day == day))


async def plan(session: AsyncSession, team: Team, ritual: Ritual, day: date, starts_at: datetime) -> Occasion:
    """One time that it will come, nobody being asked to host it yet."""
    prompt = await next_prompt(session, ritual, starts_at)
    occasion = Occasion(team.workspace_id, team.id, ritual.id, day, starts_at, prompt.ask if prompt else "")
    session.add(occasion)
    await session.flush()
    return occasion


async def next_prompt(session: AsyncSession, ritual: Ritual, at: datetime) -> Prompt | None:
    """One that was not used as long as is known, which is more than a year; else the one that was longest ago."""
    prompts = ritual.what.prompts
    used = select(Occasion.prompt, func.max(Occasion.starts_at)).where(Occasion.ritual_id == ritual.id)
    last = {row[0]: row[1] for row in await session.execute(used.group_by(Occasion.prompt))}
    return min(prompts, key=lambda each: (last.get(each.ask, EARLIEST), _shuffled(ritual, each, at)), default=None)


def _shuffled(ritual: Ritual, prompt: Prompt, at: datetime) -> str:
    """An order of each team's own; of what comes once a year, of each year's: what was asked before is forgotten."""
    year = f"{at.year}:" if ritual.what.pack else ""
    return sha256(f"{ritual.team_id}:{year}{prompt.ask}".encode()).hexdigest()


async def one(
    session: AsyncSession, workspace_id: str, occasion_id: int, *, lock: bool = True
) -> tuple[Ritual, Occasion]:
    """One time of a ritual; `lock` makes others who change it wait."""
    theirs = select(Occasion).where(Occasion.workspace_id == workspace_id, Occasion.id == occasion_id)
    occasion = await session.scalar(theirs.with_for_update() if lock else theirs)
    if occasion is None:
        raise Passed(GONE)
    return await session.get_one(Ritual, occasion.ritual_id), occasion


async def ahead(session: AsyncSession, team: Team, *, now: datetime) -> dict[int, Occasion]:
    """What is planned next, by its ritual."""
    theirs = select(Occasion).where(
        Occasion.workspace_id == team.workspace_id, Occasion.team_id == team.id, is_ahead(now)
    )
    return {each.ritual_id: each for each in await session.scalars(theirs.order_by(Occasion.starts_at.desc()))}


async def planned(session: AsyncSession, team: Team, *, now: datetime, until: datetime) -> Sequence[Occasion]:
    """Those that are planned up to an instant, by hand or since their day is near."""
    theirs = select(Occasion).where(
        Occasion.workspace_id == team.workspace_id, Occasion.team_id == team.id, is_ahead(now)
    )
    return (await session.scalars(theirs.where(Occasion.starts_at <= until))).all()


async def next_of(session: AsyncSession, ritual: Ritual, *, now: datetime) -> Occasion | None:
    """What is planned of a ritual next."""
    theirs = select(Occasion).where(Occasion.ritual_id == ritual.id, is_ahead(now))
    return await session.scalar(theirs.order_by(Occasion.starts_at).limit(1)) if ritual.id else None


async def call_off(session: AsyncSession, ritual: Ritual, *, now: datetime) -> Sequence[Occasion]:
    """Nothing of what was planned of it is any more; it may be planned anew."""
    found = (await session.scalars(select(Occasion).where(Occasion.ritual_id == ritual.id, is_ahead(now)))).all()
    await session.execute(delete(Occasion).where(Occasion.id.in_([each.id for each in found])))
    return found


def is_ahead(now: datetime) -> ColumnElement[bool]:
    """One that an outage has swallowed stays planned, and is not ahead."""
    return and_(Occasion.state.in_([State.PLANNED, State.WAITING]), Occasion.starts_at > now - A_DAY)


async def take_part(session: AsyncSession, team: Team, occasion_id: int, person_id: str) -> bool:
    """Somebody of the team replied or reacted; says whether it is their first time at this one."""
    occasion = await session.get(Occasion, occasion_id)
    if occasion is None or occasion.team_id != team.id or await membership.member(session, team, person_id) is None:
        return False
    row = {"occasion_id": occasion_id, "person_id": person_id, "workspace_id": team.workspace_id}
    written = insert(session, Part).values(row).on_conflict_do_nothing().returning(Part.person_id)
    return (await session.execute(written)).first() is not None


async def took_part(session: AsyncSession, occasion: Occasion) -> int:
    """How many."""
    return await session.scalar(select(func.count()).where(Part.occasion_id == occasion.id)) or 0
