"""Rituals by the clock: who hosts is asked the working day before; then each comes on its day, or kindly not.

An open spike comes first: the ritual waits, half an hour at a time, while the team is at work that day, and is then let
go. What was planned is a *run*; a job for one that is there no more does nothing. A week after coffee people are asked
whether they met, and a quiz's answer comes out some hours later.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import queries, rules
from bot.features.rituals.models import Ritual, RitualRun
from bot.messages.rituals import cards, coffee
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.models import Occurrence
from bot.slack.outbox import outbox
from bot.workflows.rituals import cards as rituals_cards
from bot.workflows.rituals import coffee as rituals_coffee
from bot.workflows.rituals import plans, quiz, runs
from bot.workflows.rituals.plans import OPEN_RUN
from bot.workflows.rituals.quiz import REVEAL
from bot.workflows.rituals.runs import A_MINUTE

TIME_TO_ANSWER = timedelta(days=5)


async def appoint_hosts(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Each morning: what comes until the next working day is over has a host, who hears of it."""
    await plans.appoint_next_hosts(session, team, now=due.at)


async def open_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """It is time, by its rule; after a day off it comes a little later."""
    ritual, day = await session.get(Ritual, due.about_id), rules.local_day(team, due.at)
    if ritual is None or team.is_closed or not ritual.comes_on(day):
        return
    dues = await scheduler.due_until(session, team, OPEN_RUN, due.at)
    at = rules.run_time(team, ritual, due.at, next((each.then for each in dues if each.about == due.about), None))
    if at is None:
        return
    occasion = await queries.find_run_on(session, ritual, day) or await queries.plan_run(session, team, ritual, day, at)
    if at == due.at and runs.ends_round_up(team, ritual, at):
        at += A_MINUTE  # unless the round-up says it
    if at > due.at:
        await runs.schedule_run(session, team, occasion, at, now=due.at)
    else:
        await runs.open_or_give_way(session, team, ritual, occasion, now=due.at)


async def open_moved_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """What was moved, or planned by hand: that comes though its ritual is off."""
    occasion = await session.get(RitualRun, due.about_id)
    ritual = await session.get(Ritual, occasion.ritual_id) if occasion else None
    if occasion is None or ritual is None or occasion.starts_at > due.at:
        return  # called off; SQLite gives its id to the next one
    if not team.is_closed and ritual.may_come_on(occasion.day):
        await runs.open_or_give_way(session, team, ritual, occasion, now=due.at)


async def ask_whether_met(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A week later: did they meet?"""
    occasion = await session.get(RitualRun, due.about_id)
    if occasion and not team.is_closed:
        await rituals_coffee.notify_each(
            session, team, occasion, coffee.ask_whether_met, now=due.at, expires_at=due.at + TIME_TO_ANSWER
        )


async def reveal_answer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The answer comes out, in the card and for those in its thread: late after an outage, rather than never."""
    occasion = await session.get(RitualRun, due.about_id, with_for_update=True)
    ritual = await session.get(Ritual, occasion.ritual_id) if occasion else None
    if occasion is None or ritual is None or ritual.recipe is None or team.is_closed or occasion.revealed_at:
        return
    if at := await quiz.reveal_later(session, team, occasion, due.at):
        await rituals_cards.schedule_about_run(session, team, occasion, at, REVEAL, now=due.at)
    elif await outbox.is_said(session, cards.card_name(occasion), to=team.channel):
        await quiz.reveal_answer(session, team, ritual, occasion, now=due.at)
