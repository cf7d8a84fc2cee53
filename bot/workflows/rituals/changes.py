"""Leaders' changes to their team's rituals and packs; planned runs are rescheduled."""

from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import packs, queries, rules
from bot.features.rituals.models import Ritual
from bot.features.rituals.packs import Pack, Plan
from bot.features.rituals.queries import Draft
from bot.org.teams import membership
from bot.org.teams.models import Member, Team
from bot.slack import home
from bot.workflows.rituals import plans


async def turn_on(
    session: AsyncSession, team: Team, lead: Member, ritual: Ritual, *, rule: str, at: time, now: datetime
) -> None:
    """Turn a ritual on with a recurrence rule."""
    await queries.turn_on(session, lead, ritual, rule, at)
    await _replan(session, team, ritual, now=now)


async def turn_off(session: AsyncSession, team: Team, lead: Member, ritual: Ritual, *, now: datetime) -> None:
    await queries.turn_off(session, lead, ritual)
    await _replan(session, team, ritual, now=now)


async def pause(
    session: AsyncSession, team: Team, lead: Member, ritual: Ritual, until: date | None, *, now: datetime
) -> None:
    """Pause a ritual until a day, which must be given and in the future."""
    today = rules.local_day(team, now)
    queries.pause(lead, ritual, until or today, today)
    await _replan(session, team, ritual, now=now)


async def resume(session: AsyncSession, team: Team, lead: Member, ritual: Ritual, *, now: datetime) -> None:
    queries.resume(lead, ritual)
    await _replan(session, team, ritual, now=now)


async def save_own_ritual(
    session: AsyncSession, team: Team, lead: Member, known: Ritual | None, draft: Draft, *, now: datetime
) -> Ritual:
    """Save a team's own ritual; if `known` is None, add a new ritual."""
    ritual = await queries.save_own_ritual(session, team, lead, known, draft)
    if ritual.is_on:
        await plans.replan_ritual(session, team, ritual, now=now)
    return ritual


async def remove_own_ritual(session: AsyncSession, team: Team, lead: Member, ritual: Ritual, *, now: datetime) -> None:
    await queries.remove_own_ritual(session, lead, ritual)


async def turn_pack_on(session: AsyncSession, team: Team, lead: Member, pack: Pack, *, now: datetime) -> None:
    """Turn a pack of rituals on; runs that were planned by hand stay planned."""
    for ritual in pack.rituals:
        await queries.turn_on(session, lead, ritual, ritual.existing_template.when, ritual.existing_template.at)
        await plans.schedule_ritual(session, team, ritual, now=now)
    await plans.appoint_next_hosts(session, team, now=now)
    await _refresh_homes(session, team, now=now)


async def turn_pack_off(session: AsyncSession, team: Team, lead: Member, pack: Pack, *, now: datetime) -> None:
    """Turn a pack of rituals off, and cancel its runs that were planned by hand."""
    for ritual in pack.rituals:
        await queries.turn_off(session, lead, ritual)
        if ritual.id:
            await plans.replan_ritual(session, team, ritual, now=now)
    await _refresh_homes(session, team, now=now)


async def start_pack(session: AsyncSession, team: Team, lead: Member, pack: Pack, day: date, *, now: datetime) -> Plan:
    """Start a pack of rituals once, from the given day on; return its plan."""
    runs = await packs.start_pack(session, team, lead, pack, day, now=now)
    for run in runs:
        await plans.schedule_run(session, team, run, run.starts_at, now=now)
    await plans.appoint_next_hosts(session, team, now=now)
    await _refresh_homes(session, team, now=now)
    return list(zip((each.starts_at for each in runs), pack.rituals, strict=False))


async def _replan(session: AsyncSession, team: Team, ritual: Ritual, *, now: datetime) -> None:
    await plans.replan_ritual(session, team, ritual, now=now)
    await _refresh_homes(session, team, now=now)


async def _refresh_homes(session: AsyncSession, team: Team, *, now: datetime) -> None:
    home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
