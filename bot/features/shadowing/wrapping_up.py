"""What comes of having sat beside somebody: what the leader learnt, and one roadblock to own; for their eyes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat, Urgency
from bot.database import vault_of
from bot.errors import Passed, UserError
from bot.features.shadowing.settings import Settings
from bot.features.shadowing.sittings import Pair, end, must_be
from bot.features.shadowing.tables import Roadblock, Sitting, State

ROADBLOCK = "shadowing.roadblock"
DUE = "due"
"""The field of a form."""
LONGEST = 2000
MOST = 10
LATELY = timedelta(days=14)
ONCE = timedelta(days=365)


@dataclass(frozen=True)
class Owned:
    """A roadblock that a leader has taken on, readable."""

    id: int
    sitting_id: int
    words: str
    due_on: date
    is_done: bool = False


@dataclass(frozen=True)
class WrapUp:
    """What a leader writes down afterwards; all of it may be left out."""

    learnt: str = ""
    roadblock: str = ""
    due_on: date | None = None


async def latest(
    session: AsyncSession, workspace_id: str, by: str, agent_id: str | None = None, *, now: datetime
) -> Sitting | None:
    """What a leader would wrap up: of those not wrapped up lately the latest; of a named agent also one to come."""
    theirs = select(Sitting).where(
        Sitting.workspace_id == workspace_id,
        Sitting.leader_id == by,
        Sitting.state.in_([State.PLANNED, State.MISSED]),
        Sitting.starts_at > now - LATELY,
        Sitting.agent_id == agent_id if agent_id else Sitting.starts_at <= now,
    )
    return await session.scalar(theirs.order_by(Sitting.starts_at.desc(), Sitting.id.desc()).limit(1))


async def record(session: AsyncSession, pair: Pair, sitting: Sitting, by: str, said: WrapUp, *, now: datetime) -> None:
    """It took place; what the leader wrote is kept, encrypted."""
    pair.must_lead(by)
    must_be(sitting, State.PLANNED, State.MISSED)
    _must_fit(said, pair.leader.local(now).date())
    if sitting.starts_at > now:
        sitting.starts_at = now - sitting.length
    end(sitting, State.DONE, min(now, sitting.span[1]))
    if said.learnt:
        sitting.sealed = vault_of(session).encrypt(said.learnt)
    if said.roadblock and said.due_on:
        session.add(
            Roadblock(
                sitting.workspace_id, sitting.team_id, sitting.id, by, vault_of(session).encrypt(said.roadblock),
                due_on=said.due_on, made_at=now,
            )
        )  # fmt: skip


async def just_now(session: AsyncSession, pair: Pair, *, now: datetime) -> Sitting:
    """They have just sat together, without any plan."""
    length = timedelta(minutes=Settings.of(pair.team).minutes)
    sitting = Sitting(
        pair.team.workspace_id, pair.team.id, pair.leader.id, pair.agent.id, Settings.of(pair.team).minutes,
        starts_at=now - length, made_at=now, state=State.PLANNED,
    )  # fmt: skip
    session.add(sitting)
    await session.flush()
    return sitting


def missed(sitting: Sitting, *, now: datetime) -> None:
    """It did not happen: the agent goes back to the head."""
    must_be(sitting, State.PLANNED)
    end(sitting, State.MISSED, now)


def learnt(session: AsyncSession, pair: Pair, sitting: Sitting, by: str) -> str:
    """What the leader wrote down, for the leader alone."""
    pair.must_lead(by)
    return vault_of(session).decrypt(sitting.sealed) if sitting.sealed else ""


async def owned(session: AsyncSession, workspace_id: str, by: str, *, sitting_id: int | None = None) -> Sequence[Owned]:
    """The roadblocks that somebody owns and has not removed yet, soonest first; or those of one sitting."""
    theirs = select(Roadblock).where(Roadblock.workspace_id == workspace_id, Roadblock.leader_id == by)
    which = Roadblock.done_at.is_(None) if sitting_id is None else Roadblock.sitting_id == sitting_id
    found = await session.scalars(theirs.where(which).order_by(Roadblock.due_on, Roadblock.id).limit(MOST))
    vault = vault_of(session)
    return [
        Owned(each.id, each.sitting_id, vault.decrypt(each.sealed), each.due_on, each.done_at is not None)
        for each in found
    ]


async def remove(session: AsyncSession, workspace_id: str, by: str, roadblock_id: int, *, now: datetime) -> Roadblock:
    """Its owner says that it is out of the way."""
    roadblock = await session.get(Roadblock, roadblock_id, with_for_update=True)
    if roadblock is None or (roadblock.workspace_id, roadblock.leader_id) != (workspace_id, by):
        raise Passed("That roadblock is not there any more.")
    roadblock.done_at = roadblock.done_at or now
    return roadblock


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what retention ends: sittings, with the roadblocks that are out of the way; says how much."""
    done = select(Roadblock.id).where(Roadblock.workspace_id == workspace_id, Roadblock.done_at < before)
    owned = select(Roadblock.id).where(Roadblock.sitting_id == Sitting.id)
    over = select(Sitting.id).where(Sitting.workspace_id == workspace_id, Sitting.ended_at < before, ~owned.exists())
    gone = 0
    for id, old in ((Roadblock.id, done), (Sitting.id, over)):
        these = delete(id.class_).where(id.in_(old.limit(limit))).returning(id)
        gone = max(gone, len((await session.execute(these)).all()))
    return gone


def remind(seat: Seat, roadblock_id: int, sitting_id: int, days: int) -> Candidate:
    """The day has come to which a roadblock was put; its words stay where they are."""
    facts = {"roadblock": roadblock_id, "sitting": sitting_id, "days": days}
    return Candidate(seat, ROADBLOCK, about=str(roadblock_id), urgency=Urgency.TODAY, facts=facts, every=ONCE)


async def reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Roadblocks whose day has come, for those who own them."""
    by = {seat.person.id: seat for seat in reversed(seats)}
    days = {id: seat.person.local(now).date() for id, seat in by.items()}
    due = select(Roadblock.id, Roadblock.sitting_id, Roadblock.leader_id, Roadblock.due_on, Roadblock.made_at).where(
        Roadblock.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Roadblock.leader_id.in_(by),
        Roadblock.due_on <= max(days.values(), default=now.date()),
        Roadblock.due_on > min(days.values(), default=now.date()) - LATELY,
        Roadblock.done_at.is_(None),
    )
    return [
        remind(by[row.leader_id], row.id, row.sitting_id, _days(by[row.leader_id], row.made_at, now))
        for row in await session.execute(due.order_by(Roadblock.due_on, Roadblock.id))
        if row.due_on <= days[row.leader_id]
    ]


def _days(seat: Seat, since: datetime, now: datetime) -> int:
    """How often somebody has slept since then."""
    return (seat.person.local(now).date() - seat.person.local(since).date()).days


def _must_fit(said: WrapUp, today: date) -> None:
    if max(len(said.learnt), len(said.roadblock)) > LONGEST:
        raise UserError(f"That is long; {LONGEST} characters are the most I keep.")
    if said.roadblock and (said.due_on is None or said.due_on <= today):
        raise UserError("Pick a day after today, by which you want it out of the way.", field=DUE)
