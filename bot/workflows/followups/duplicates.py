"""Replace a new follow-up with an earlier one that it duplicates, and reopen the earlier one if it is closed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate
from bot.followups import queries
from bot.followups.models import Followup
from bot.followups.rules import Step, find_rule
from bot.org import people
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.followups import steps


async def support_earlier(
    session: AsyncSession, actor: Actor, new_id: int, earlier_id: int, *, now: datetime
) -> Followup:
    """Withdraw a person's new follow-up, and add their support to the earlier one that it duplicates.

    Raises `AnswerTooLate` if either has changed meanwhile, and `Refusal` if the new one is another person's.
    """
    team, earlier = await _replace(session, actor, new_id, earlier_id, now)
    find_rule(earlier, Step.TAKE if earlier.owner_id is None else Step.HAND_ON)
    person = await people.fetch_person(session, *actor)
    await steps.publish(session, team, earlier, Step.KEEP, by=person, now=now)
    return earlier


async def reopen_earlier(
    session: AsyncSession, actor: Actor, new_id: int, earlier_id: int, *, now: datetime
) -> Followup:
    """Withdraw a person's new follow-up, and reopen the earlier one, with its history and its supporters.

    Raises the same errors as `join`.
    """
    _, earlier = await _replace(session, actor, new_id, earlier_id, now)
    await steps.take_step(session, actor, earlier.id, Step.REOPEN, now=now)
    return earlier


async def _replace(
    session: AsyncSession, actor: Actor, new_id: int, earlier_id: int, now: datetime
) -> tuple[Team, Followup]:
    if earlier_id >= new_id:
        raise AnswerTooLate(refusals.GONE)
    team, earlier = await queries.lock_followup(session, actor.workspace_id, earlier_id)
    await steps.take_step(session, actor, new_id, Step.WITHDRAW, now=now)
    await queries.add_support(session, earlier, actor.person_id, now=now)
    return team, earlier
