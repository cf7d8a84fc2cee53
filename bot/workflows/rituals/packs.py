"""Packs of rituals: all of one are switched together, started by hand, and announced to leaders ahead."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import nudges, packs, queries
from bot.features.rituals.nudges import AHEAD
from bot.features.rituals.packs import Pack, Plan
from bot.messages.rituals import packs as rituals_packs
from bot.messages.rituals.packs import PackEntry
from bot.nudges.policy import NudgeKind
from bot.org.teams.models import Member, Team
from bot.workflows.rituals import plans, runs

NUDGES = [NudgeKind(AHEAD, "a week of rituals that comes soon", rituals_packs.announcement, nudges.find_announcements)]


async def list_packs(session: AsyncSession, team: Team, *, now: datetime) -> list[PackEntry]:
    """All packs, as the list shows them."""
    return [
        await load_pack_entry(session, team, each, now=now)
        for each in packs.group_into_packs(await queries.rituals_of_team(session, team))
    ]


async def load_pack_entry(session: AsyncSession, team: Team, pack: Pack, *, now: datetime) -> PackEntry:
    return PackEntry(pack, packs.next_week(team, pack, now), await packs.started_runs(session, pack, now=now))


async def turn_pack_on(session: AsyncSession, team: Team, lead: Member, pack: Pack, *, now: datetime) -> None:
    """From now on it comes by itself; what was started by hand stays planned."""
    for ritual in pack.rituals:
        await queries.turn_on(session, lead, ritual, ritual.what.when, ritual.what.at)
        await plans.schedule_ritual(session, team, ritual, now=now)
    await plans.appoint_next_hosts(session, team, now=now)


async def turn_pack_off(session: AsyncSession, team: Team, lead: Member, pack: Pack, *, now: datetime) -> None:
    """Nothing of it comes, by hand or by itself."""
    for ritual in pack.rituals:
        await queries.turn_off(session, lead, ritual)
        if ritual.id:
            await plans.replan_ritual(session, team, ritual, now=now)


async def start_pack(session: AsyncSession, team: Team, lead: Member, pack: Pack, day: date, *, now: datetime) -> Plan:
    """It comes once from that day on; says when."""
    occasions = await packs.start_pack(session, team, lead, pack, day, now=now)
    for occasion in occasions:
        await runs.schedule_run(session, team, occasion, occasion.starts_at, now=now)
    await plans.appoint_next_hosts(session, team, now=now)
    return list(zip((each.starts_at for each in occasions), pack.rituals, strict=False))
