"""Forms of the steps of roadblocks that need words."""

from datetime import date, datetime

from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups.models import Followup
from bot.followups.rules import Step
from bot.messages import roadblocks as messages
from bot.messages.followups.names import WHY
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import clean
from bot.workflows import roadblocks
from handlers.payloads import FormValues

FORMS = (Step.ANSWER,)
"""Steps of a roadblock that need words."""


def build_form(step: Step, roadblock: Followup, team: Team, by: Person, now: datetime) -> ModalView:
    """Build the form of a step that needs words."""
    return messages.answer_form(roadblock.id)


async def take_step(
    session: AsyncSession, actor: Actor, step: Step, roadblock_id: int, filled: FormValues, day: date | None,
    now: datetime,
) -> None:  # fmt: skip
    """Take the step for which a form was filled in."""
    await roadblocks.answer(session, actor, roadblock_id, outcome=clean(filled[WHY] or ""), now=now)
