"""People's answers to a ritual: participation, quiz answers, whether a coffee pair met, and the lean (care or pace)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import queries, quiz, settings
from bot.features.rituals.models import RitualRun
from bot.features.rituals.settings import LeanWay
from bot.messages.rituals import coffee
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import rituals as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import fun_tank
from bot.workflows.rituals import cards


async def take_part(session: AsyncSession, team: Team, run_id: int, person_id: str, *, now: datetime) -> None:
    """Record that somebody took part, once per person and run."""
    if await queries.record_participation(session, team, run_id, person_id):
        await fun_tank.record_ritual_participation(session, team, run_id, person_id, now=now)


async def answer_quiz(session: AsyncSession, actor: Actor, run_id: int, said: str, *, now: datetime) -> None:
    ritual, run = await queries.find_run(session, actor.workspace_id, run_id)
    team = await session.get_one(Team, run.team_id)
    await quiz.save_answer(session, team, ritual, run, actor.person_id, said)
    await take_part(session, team, run.id, actor.person_id, now=now)


async def record_whether_met(session: AsyncSession, actor: Actor, run_id: int, *, has_met: bool, now: datetime) -> None:
    """Save whether a person's coffee took place, and show it on their card.

    A coffee that took place counts as participation.
    """
    person = await people.fetch_person(session, *actor)
    run = await rituals_coffee.record_whether_met(session, person, run_id, has_met=has_met)
    if has_met:
        await take_part(session, await session.get_one(Team, run.team_id), run.id, person.id, now=now)
    await outbox.edit(session, coffee.answered_card(run, person.id, has_met=has_met), to=person.dm, not_before=now)


async def choose_lean(session: AsyncSession, actor: Actor, run_id: int, way: LeanWay, *, now: datetime) -> None:
    """Set whether care or pace matters more this week (the team's lean), and show it on the kick-off's card.

    Raises a `Refusal` for people who do not lead the team.
    """
    await membership.lock_team_of(session, RitualRun, run_id)
    ritual, run = await queries.find_run(session, actor.workspace_id, run_id)
    team = await teams_queries.own_team(session, *actor, run.team_id)
    member = await membership.member(session, team, actor.person_id)
    if member is None:
        raise Refusal(refusals.FOR_LEADERS)
    settings.set_lean(team, member, way, now=now)
    await outbox.edit(session, await cards.build_card(session, team, ritual, run), to=team.channel, not_before=now)
