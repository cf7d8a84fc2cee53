"""Record what became of a shadow session, and show it."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.features.balance import queries as balance_queries
from bot.features.balance.models import Part
from bot.features.shadowing import queries, wrap_ups
from bot.features.shadowing.models import Roadblock, ShadowSession, State
from bot.features.shadowing.nudges import ROADBLOCK
from bot.features.shadowing.rules import Pair, check_state, end_session
from bot.features.shadowing.settings import Settings
from bot.features.shadowing.wrap_ups import LONGEST, WrapUp
from bot.features.visits import themes
from bot.messages.shadowing import cards
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org.teams import membership
from bot.refusals import common
from bot.refusals import shadowing as refusals
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import fun_tank, meetings
from bot.workflows.nudges import KINDS
from bot.workflows.shadowing.updates import ABOUT, LET_GO, plan_jobs

DUE = "due"
"""The field of a form."""


async def save_wrap_up(
    session: AsyncSession, actor: Actor, sitting_id: int, agent_id: str, said: WrapUp, *, now: datetime
) -> ShadowSession:
    """Record what a leader says of a session, 0 for one with that agent which nobody planned.

    It counts as time at the frontline, and its themes are counted.
    """
    if sitting_id:
        await membership.lock_team_of(session, ShadowSession, sitting_id)
        pair, shadow = await queries.find_session(session, *actor, sitting_id)
    else:
        pair = await queries.find_pair(session, *actor, agent_id)
        await membership.lock_team(session, pair.team.id)
        starts_at = now - timedelta(minutes=Settings.of(pair.team).minutes)
        shadow = await queries.add_session(session, pair, State.PLANNED, starts_at, now=now)
    add_wrap_up(session, pair, shadow, actor.person_id, said, now=now)
    await _conclude(session, pair, shadow, now=now)
    source = f"{ABOUT}:{shadow.id}"
    await balance_queries.count_time(
        session, pair.team, pair.leader.id, part=Part.FRONTLINE, minutes=shadow.minutes,
        started_at=shadow.starts_at, source=source, now=now,
    )  # fmt: skip
    await themes.record_themes(session, pair.team, said.themes, source=source, beside=shadow.agent_id, now=now)
    return shadow


def add_wrap_up(
    session: AsyncSession, pair: Pair, shadow: ShadowSession, by: str, said: WrapUp, *, now: datetime
) -> None:
    """It took place; what the leader wrote is kept, encrypted."""
    pair.must_lead(by)
    check_state(shadow, State.PLANNED, State.MISSED)
    _check_wrap_up(said, pair.leader.local(now).date())
    if shadow.starts_at > now:
        shadow.starts_at = now - shadow.length
    end_session(shadow, State.DONE, min(now, shadow.span[1]))
    if said.learnt:
        shadow.sealed = vault_of(session).encrypt(said.learnt)
    if said.roadblock and said.due_on:
        session.add(
            Roadblock(
                shadow.workspace_id, shadow.team_id, shadow.id, by, vault_of(session).encrypt(said.roadblock),
                due_on=said.due_on, made_at=now,
            )
        )  # fmt: skip


async def mark_missed(session: AsyncSession, actor: Actor, sitting_id: int, *, now: datetime) -> None:
    """Record that it did not happen: the agent goes back to the head."""
    pair, shadow = await queries.find_session(session, *actor, sitting_id)
    pair.must_lead(actor.person_id)
    check_state(shadow, State.PLANNED)
    end_session(shadow, State.MISSED, now)
    await _conclude(session, pair, shadow, now=now)


def _check_wrap_up(said: WrapUp, today: date) -> None:
    if max(len(said.learnt), len(said.roadblock)) > LONGEST:
        raise Refusal(common.too_long(LONGEST))
    if said.roadblock and (said.due_on is None or said.due_on <= today):
        raise Refusal(refusals.ROADBLOCK_DAY_NOT_AHEAD, field=DUE)


async def remove_roadblock(session: AsyncSession, actor: Actor, roadblock_id: int, *, now: datetime) -> None:
    """Record that a roadblock is out of the way, wherever its owner says so."""
    roadblock = await wrap_ups.remove_roadblock(session, *actor, roadblock_id, now=now)
    if nudge := await answers.latest_about(session, *actor, ROADBLOCK, str(roadblock_id)):
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    await fun_tank.record_roadblock_removed(session, roadblock, now=now)


async def ask(session: AsyncSession, sitting_id: int, following: JobName, *, now: datetime) -> None:
    """Ask the leader how it was; unless they answer, `following` is done the next morning."""
    pair, shadow = await queries.load_session(session, sitting_id)
    if shadow.state == State.PLANNED:
        is_again = following == LET_GO
        post, about = cards.outcome(pair, shadow, again=is_again), About(ABOUT, shadow.id)
        await meetings.ask_outcome(session, post, pair.leader, pair.team, about, following, is_again=is_again, now=now)


async def assume_missed(session: AsyncSession, sitting_id: int, *, now: datetime) -> None:
    """Count a session as missed of which nobody said what became: the agent comes first next time."""
    pair, shadow = await queries.load_session(session, sitting_id)
    if shadow.state == State.PLANNED:
        end_session(shadow, State.MISSED, now)
        await _show_outcome(session, pair, shadow, now=now)


async def _conclude(session: AsyncSession, pair: Pair, shadow: ShadowSession, *, now: datetime) -> None:
    """Somebody said what became of it: the clock has nothing more to do."""
    await plan_jobs(session, pair, shadow, now=now)
    await _show_outcome(session, pair, shadow, now=now)


async def _show_outcome(session: AsyncSession, pair: Pair, shadow: ShadowSession, *, now: datetime) -> None:
    """What became of it, on every card there is."""
    shown = [(reader, cards.card(pair, shadow, reader)) for reader in (pair.leader, pair.agent)]
    for reader, post in [(pair.leader, cards.recorded(pair, shadow)), *shown]:
        await outbox.change(session, post, to=reader.dm, now=now)
