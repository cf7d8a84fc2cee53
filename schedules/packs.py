"""Packs of rituals by the clock: all of one are switched together, started by hand, and told to leaders ahead."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import foretelling, keeping, packs
from bot.features.rituals.foretelling import AHEAD
from bot.features.rituals.packs import Pack, Plan
from bot.messages.rituals import packs as rituals_packs
from bot.messages.rituals.packs import PackEntry
from bot.nudges.rules import Rule
from bot.teams.tables import Member, Team
from schedules import rituals as schedule


async def entries(session: AsyncSession, team: Team, *, now: datetime) -> list[PackEntry]:
    """All packs, as the list shows them."""
    return [await entry(session, team, each, now=now) for each in packs.packs(await keeping.of_team(session, team))]


async def entry(session: AsyncSession, team: Team, pack: Pack, *, now: datetime) -> PackEntry:
    return PackEntry(pack, packs.week(team, pack, now), await packs.started(session, pack, now=now))


async def turn_on(session: AsyncSession, team: Team, lead: Member, pack: Pack, *, now: datetime) -> None:
    """From now on it comes by itself; what was started by hand stays planned."""
    for ritual in pack.rituals:
        await keeping.turn_on(session, lead, ritual, ritual.what.when, ritual.what.at)
        await schedule.repeat(session, team, ritual, now=now)
    await schedule.prepare(session, team, now=now)


async def turn_off(session: AsyncSession, team: Team, lead: Member, pack: Pack, *, now: datetime) -> None:
    """Nothing of it comes, by hand or by itself."""
    for ritual in pack.rituals:
        await keeping.turn_off(session, lead, ritual)
        if ritual.id:
            await schedule.arrange(session, team, ritual, now=now)


async def start(session: AsyncSession, team: Team, lead: Member, pack: Pack, day: date, *, now: datetime) -> Plan:
    """It comes once from that day on; says when."""
    occasions = await packs.start(session, team, lead, pack, day, now=now)
    for occasion in occasions:
        await schedule.open_later(session, team, occasion, occasion.starts_at, now=now)
    await schedule.prepare(session, team, now=now)
    return list(zip((each.starts_at for each in occasions), pack.rituals, strict=False))


NUDGES = [Rule(AHEAD, "a week of rituals that comes soon", rituals_packs.foretold, foretelling.foretold)]
