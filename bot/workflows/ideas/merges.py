"""Merge an idea into another one, so that their votes are combined, and undo a merge."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.ideas import votes as idea_votes
from bot.followups.models import Followup, Kind, State
from bot.followups.rules import Step
from bot.messages.ideas.forms import OTHER
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.followups import steps
from bot.workflows.ideas import votes


async def find_targets(session: AsyncSession, idea: Followup) -> Sequence[Followup]:
    """Return the open ideas that an idea can be merged into, newest first. Raises `Refusal` if there are none."""
    others = select(Followup).where(
        Followup.team_id == idea.team_id, Followup.kind == Kind.IDEA, Followup.audience == idea.audience,
        Followup.state.in_([State.OPEN, State.OWNED]), Followup.id != idea.id,
    )  # fmt: skip
    found = (await session.scalars(others.order_by(Followup.id.desc()))).all()
    if not found:
        raise Refusal(refusals.NO_OTHER_IDEA)
    return found


async def merge(session: AsyncSession, actor: Actor, idea_id: int, target_id: int, *, now: datetime) -> None:
    """Merge an idea into another open one of the team. Raises `AnswerTooLate` if one of them has been closed."""

    def store(this: Followup, by: Person) -> None:
        this.merged_into_id = target_id

    locked = await idea_votes.lock_ideas(session, [idea_id, target_id])
    this, target = locked.get(idea_id), locked.get(target_id)
    if this is None or target is None or this is target or target.team_id != this.team_id:
        raise AnswerTooLate(refusals.GONE, field=OTHER)
    if target.state not in (State.OPEN, State.OWNED) or target.audience != this.audience:
        raise AnswerTooLate(refusals.SETTLED[Kind.IDEA], field=OTHER)
    await steps.take_step(session, actor, this.id, Step.MERGE, change=store, now=now)
    await votes.recount(session, await session.get_one(Team, this.team_id), [target], now=now)


async def split(session: AsyncSession, actor: Actor, idea_id: int, *, now: datetime) -> None:
    """Undo a merge: both ideas have their own votes again."""
    ideas = await idea_votes.lock_with_targets(session, idea_id)
    await steps.take_step(session, actor, idea_id, Step.SPLIT, now=now)
    if ideas:
        await votes.recount(session, await session.get_one(Team, ideas[0].team_id), ideas, now=now)
