"""Record what became of a visit and what was promised, and show it."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.features.visits import queries, themes
from bot.features.visits.models import Debrief, State, Visit
from bot.features.visits.nudges import PROMISE
from bot.features.visits.rules import (
    DUE,
    IN_THE_WAY,
    LONGEST_ANSWER,
    SEEN,
    WILL_DO,
    DebriefAnswers,
    Participants,
    check_state,
    end_visit,
)
from bot.messages.visits import cards
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import fun_tank, meetings
from bot.workflows.nudges import KINDS
from bot.workflows.visits import updates
from bot.workflows.visits.updates import ABOUT, LET_GO


async def save_debrief(
    session: AsyncSession, actor: Actor, visit_id: int, said: DebriefAnswers, *, now: datetime
) -> None:
    """Record what the sponsor says of a visit, and pass their promise on."""
    await membership.lock_team_of(session, Visit, visit_id)
    pair, visit = await queries.find_visit(session, *actor, visit_id)
    debrief = await add_debrief(session, pair, visit, actor.person_id, said, now=now)
    await _conclude(session, pair, visit, now=now)
    await announce_promise(session, debrief, now=now)


async def add_debrief(
    session: AsyncSession, pair: Participants, visit: Visit, by: str, said: DebriefAnswers, *, now: datetime
) -> Debrief:
    """It took place; what the sponsor wrote is kept, encrypted, and its themes are counted."""
    pair.must_sponsor(by)
    check_state(visit, State.PLANNED, State.MISSED)
    _check_answers(said, pair.sponsor.local(now).date())
    visit.starts_at = min(visit.starts_at, now - visit.length)
    end_visit(visit, State.DONE, visit.span[1])
    debrief = Debrief(visit.workspace_id, visit.team_id, visit.id, by, now)
    debrief.works, debrief.in_the_way = _encrypt(session, said.works), _encrypt(session, said.in_the_way)
    if said.will_do:
        debrief.promise, debrief.due_on = _encrypt(session, said.will_do), said.due_on
    session.add(debrief)
    await session.flush()
    await themes.record_themes(
        session, pair.team, said.themes, source=f"visit:{visit.id}", beside=visit.host_id, now=now
    )
    return debrief


async def mark_missed(session: AsyncSession, actor: Actor, visit_id: int, *, now: datetime) -> None:
    """Record that it did not happen."""
    pair, visit = await queries.find_visit(session, *actor, visit_id)
    pair.must_sponsor(actor.person_id)
    check_state(visit, State.PLANNED)
    end_visit(visit, State.MISSED, now)
    await _conclude(session, pair, visit, now=now)


async def fulfil_promise(session: AsyncSession, actor: Actor, debrief_id: int, *, now: datetime) -> None:
    """Record that a promise is kept, wherever its sponsor says so, and show it where it was passed on."""
    debrief = await queries.fulfil_promise(session, *actor, debrief_id, now=now)
    await fun_tank.record_promise_kept(session, debrief, now=now)
    await announce_kept_promise(session, debrief, now=now)
    if nudge := await answers.latest_about(session, *actor, PROMISE, str(debrief_id)):
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)


def _encrypt(session: AsyncSession, words: str) -> bytes | None:
    return vault_of(session).encrypt(words) if words else None


def _check_answers(said: DebriefAnswers, today: date) -> None:
    for field, words in (("works", said.works), (IN_THE_WAY, said.in_the_way), (WILL_DO, said.will_do)):
        if len(words) > LONGEST_ANSWER:
            raise Refusal(common.too_long(LONGEST_ANSWER), field=field)
    if said.in_the_way and not said.themes:
        raise Refusal(refusals.NO_TAG, field=SEEN)
    if said.will_do and (said.due_on is None or said.due_on <= today):
        raise Refusal(refusals.PROMISE_DAY_NOT_AHEAD, field=DUE)


async def ask(session: AsyncSession, visit_id: int, following: JobName, *, now: datetime) -> None:
    """Ask the sponsor how it was; unless they answer, `following` is done the next morning."""
    pair, visit = await queries.load_visit(session, visit_id)
    if visit.state == State.PLANNED:
        is_again = following == LET_GO
        post, about = cards.outcome(pair, visit, again=is_again), About(ABOUT, visit.id)
        await meetings.ask_outcome(session, post, pair.sponsor, pair.team, about, following, is_again=is_again, now=now)


async def assume_missed(session: AsyncSession, visit_id: int, *, now: datetime) -> None:
    """Count a visit as missed of which nobody said what became."""
    pair, visit = await queries.load_visit(session, visit_id)
    if visit.state == State.PLANNED:
        end_visit(visit, State.MISSED, now)
        await _show_outcome(session, pair, visit, now=now)


async def _conclude(session: AsyncSession, pair: Participants, visit: Visit, *, now: datetime) -> None:
    """The sponsor said what became of it: the clock has nothing more to do."""
    await updates.plan_jobs(session, pair, visit, now=now)
    await _show_outcome(session, pair, visit, now=now)


async def _show_outcome(session: AsyncSession, pair: Participants, visit: Visit, *, now: datetime) -> None:
    """What became of it, on every card there is."""
    shown = [(reader, cards.card(pair, visit, reader)) for reader in (pair.sponsor, pair.host)]
    for reader, post in [(pair.sponsor, cards.recorded(pair, visit)), *shown]:
        await outbox.change(session, post, to=reader.dm, now=now)
    await updates.notify_leaders(session, pair, visit, now=now)


async def announce_promise(session: AsyncSession, debrief: Debrief, *, now: datetime) -> None:
    """Pass on what the sponsor promised."""
    team, promised = await session.get_one(Team, debrief.team_id), queries.decrypt_promise(session, debrief)
    for leader in await updates.find_leaders(session, team) if promised.words else ():
        post = cards.promise_card(team, promised, debrief.sponsor_id, leader)
        await outbox.put(session, post, to=leader.dm, not_before=now, hours_of=team)


async def announce_kept_promise(session: AsyncSession, debrief: Debrief, *, now: datetime) -> None:
    """Show that a promise is kept, where it was passed on."""
    team, kept = await session.get_one(Team, debrief.team_id), queries.decrypt_promise(session, debrief)
    for leader in await updates.find_leaders(session, team):
        post = cards.promise_card(team, kept, debrief.sponsor_id, leader, is_kept=True)
        await outbox.change(session, post, to=leader.dm, now=now)
