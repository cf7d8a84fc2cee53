"""Roadblocks: removed by their owner, with a word on what was done."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import Refusal
from bot.followups.models import Followup
from bot.followups.rules import Step
from bot.messages.followups.cards import View
from bot.messages.followups.names import WHY
from bot.org.people import Person
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.followups import steps


async def answer(session: AsyncSession, actor: Actor, roadblock_id: int, *, outcome: str, now: datetime) -> View:
    """Say that a roadblock is removed, and what was done. Raises `Refusal` without a word on that."""

    def store(this: Followup, by: Person) -> None:
        this.outcome = Private(outcome)

    if not outcome:
        raise Refusal(refusals.NO_OUTCOME, field=WHY)
    return await steps.take_step(session, actor, roadblock_id, Step.ANSWER, text=outcome, change=store, now=now)
