"""Stints: start, extend and end the time that a leader spends helping in a queue."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import AnswerTooLate, Refusal
from bot.features.spikes import rules
from bot.features.spikes.models import Kind, Spike, State, Stint
from bot.features.spikes.rules import Step
from bot.features.spikes.settings import SpikePreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import spikes as refusals

DEFAULT_MINUTES = 30
SHORTEST, LONGEST = 5, 240
STILL_THERE_TIMEOUT = timedelta(minutes=10)
"""How long *still on it?* waits for an answer before the stint ends by itself."""


async def add_stint(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *, now: datetime
) -> Stint:
    """Start a stint. Lock the spike first, if there is one.

    Raises `Refusal` for an invalid length, for a leader who only shadows, and if the person is in a stint already.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal(refusals.no_length(shortest=SHORTEST, longest=LONGEST))
    if kind is Kind.QUEUE and not SpikePreferences.of(person).may_answer:
        raise Refusal(refusals.ONLY_SHADOW)
    if await find_current_stint(session, person):
        raise Refusal(refusals.THERE_ALREADY)
    stint = Stint(
        team.workspace_id, team.id, spike.id if spike else None, person.id, kind, now,
        now + timedelta(minutes=minutes), is_named=SpikePreferences.of(person).is_named,
    )  # fmt: skip
    session.add(stint)
    if spike:
        rules.take_step(spike, Step.COVER)
        spike.given_up_at = None
    await session.flush()
    return stint


async def find_current_stint(session: AsyncSession, person: Person) -> Stint | None:
    """Return a person's running stint, or None."""
    theirs = select(Stint).where(
        Stint.workspace_id == person.workspace_id, Stint.person_id == person.id, Stint.ended_at.is_(None)
    )
    return await session.scalar(theirs.order_by(Stint.id.desc()).limit(1))


async def find_people_helping(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> set[str]:
    """Return who among these people is in a running stint."""
    return set(await session.scalars(_RUNNING, {"workspace_id": workspace_id, "ids": sorted(ids)})) if ids else set()


_RUNNING = select(Stint.person_id).where(
    Stint.workspace_id == bindparam("workspace_id"),
    Stint.person_id.in_(bindparam("ids", expanding=True)),
    Stint.ended_at.is_(None),
)
"""Built once at import, because every search for a free leader executes it."""


async def lock_stint(session: AsyncSession, workspace_id: str, stint_id: int) -> tuple[Spike | None, Stint]:
    """Lock and return a stint and its spike. Raises `AnswerTooLate` if the stint does not exist."""
    stint = await session.get(Stint, stint_id)
    if stint is None or stint.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.STINT_ENDED)
    spike = await locks.lock_existing(session, Spike, stint.spike_id) if stint.spike_id else None
    await locks.lock_row(session, Stint, stint_id, refresh=True)
    return spike, stint


def check_is_running(stint: Stint, by: str) -> None:
    if stint.person_id != by:
        raise Refusal(refusals.STINT_NOT_YOURS)
    if stint.ended_at:
        raise AnswerTooLate(refusals.STINT_ENDED)


def extend_stint(stint: Stint, minutes: int, *, now: datetime) -> None:
    """Extend a stint, from its announced end or from now, whichever is later."""
    stint.until = max(stint.until, now) + timedelta(minutes=minutes)
    stint.sequence += 1


async def end_stint(session: AsyncSession, spike: Spike | None, stint: Stint, at: datetime) -> None:
    """End a stint. If no other stint of a covered spike is running, the spike is open again."""
    stint.ended_at = max(at, stint.started_at)
    await session.flush()
    if spike and spike.state == State.COVERED and not await list_helpers(session, spike):
        rules.take_step(spike, Step.LEAVE)


async def list_helpers(session: AsyncSession, spike: Spike) -> Sequence[Stint]:
    """Return the running stints of a spike."""
    return [each for each in await list_stints(session, spike) if each.ended_at is None]


_OF_SPIKE = select(Stint).where(Stint.spike_id == bindparam("spike")).order_by(Stint.started_at, Stint.id)


async def list_stints(session: AsyncSession, spike: Spike) -> Sequence[Stint]:
    """Return all stints of a spike, in the order in which they started."""
    return (await session.scalars(_OF_SPIKE, {"spike": spike.id})).all()
