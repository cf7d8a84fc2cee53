"""Record what became of a shadow session, and show it."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import UserError
from bot.features.balance import queries
from bot.features.balance.models import Part
from bot.features.shadowing.models import Roadblock, ShadowSession, State
from bot.features.shadowing.rules import Pair, check_state, end_session
from bot.features.shadowing.wrap_ups import LONGEST, WrapUp
from bot.messages.shadowing import cards
from bot.org.people import Person
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import meetings
from bot.workflows.shadowing import updates
from bot.workflows.shadowing.updates import ABOUT, LET_GO

DUE = "due"
"""The field of a form."""


async def save_wrap_up(
    session: AsyncSession, pair: Pair, sitting: ShadowSession, by: str, said: WrapUp, *, now: datetime
) -> None:
    """It took place; what the leader wrote is kept, encrypted."""
    pair.must_lead(by)
    check_state(sitting, State.PLANNED, State.MISSED)
    _check_wrap_up(said, pair.leader.local(now).date())
    if sitting.starts_at > now:
        sitting.starts_at = now - sitting.length
    end_session(sitting, State.DONE, min(now, sitting.span[1]))
    if said.learnt:
        sitting.sealed = vault_of(session).encrypt(said.learnt)
    if said.roadblock and said.due_on:
        session.add(
            Roadblock(
                sitting.workspace_id, sitting.team_id, sitting.id, by, vault_of(session).encrypt(said.roadblock),
                due_on=said.due_on, made_at=now,
            )
        )  # fmt: skip


def mark_missed(sitting: ShadowSession, *, now: datetime) -> None:
    """It did not happen: the agent goes back to the head."""
    check_state(sitting, State.PLANNED)
    end_session(sitting, State.MISSED, now)


def _check_wrap_up(said: WrapUp, today: date) -> None:
    if max(len(said.learnt), len(said.roadblock)) > LONGEST:
        raise UserError(f"That is long; {LONGEST} characters are the most I keep.")
    if said.roadblock and (said.due_on is None or said.due_on <= today):
        raise UserError("Pick a day after today, by which you want it out of the way.", field=DUE)


async def count_for_balance(session: AsyncSession, pair: Pair, sitting: ShadowSession, now: datetime) -> None:
    """Time beside an agent is time at the frontline."""
    await queries.count_time(
        session, pair.team, pair.leader.id, part=Part.FRONTLINE, minutes=sitting.minutes,
        started_at=sitting.starts_at, source=f"{updates.ABOUT}:{sitting.id}", now=now,
    )  # fmt: skip


async def ask_outcome(
    session: AsyncSession, pair: Pair, sitting: ShadowSession, following: JobName, now: datetime
) -> None:
    post = cards.outcome(pair, sitting, again=following is LET_GO)
    morning = await meetings.ask_outcome(session, post, pair.leader, pair.team, now=now)
    await scheduler.put_about(session, following, pair.team, About(ABOUT, sitting.id), due_at=morning, now=now)


async def conclude(session: AsyncSession, pair: Pair, sitting: ShadowSession, *, now: datetime) -> None:
    """Somebody said what became of it: the clock has nothing more to do."""
    await updates.plan_jobs(session, pair, sitting, now=now)
    await show_outcome(session, pair, sitting, now=now)


async def show_outcome(session: AsyncSession, pair: Pair, sitting: ShadowSession, *, now: datetime) -> None:
    """What became of it, on every card there is."""
    posts: list[tuple[Person, Post]] = [
        (pair.leader, cards.recorded(pair, sitting)),
        *((reader, cards.card(pair, sitting, reader)) for reader in (pair.leader, pair.agent)),
    ]
    for reader, post in posts:
        await outbox.change(session, post, to=reader.dm, now=now)
