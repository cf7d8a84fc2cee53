"""Limits on what people raise: how long it may be, and how many a person can raise in a day."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.followups.models import Kind
from bot.messages.followups.names import TEXT
from bot.refusals import common
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import PERSON
from bot.workflows import daily_limits

DAILY_LIMIT = 5
LIMIT = "followups"
"""The name of the daily limit, shared by roadblocks, ideas and promises."""
EMOJI = re.compile(r":[^\s:]+:")


def check_text(kind: Kind, text: str, longest: int) -> None:
    """Raise `Refusal` for a text without any word, or one that is too long."""
    if not any(mark.isalnum() for mark in EMOJI.sub("", PERSON.sub("", text))):
        raise Refusal(refusals.NO_TEXT[kind], field=TEXT)
    if len(text) > longest:
        raise Refusal(common.too_long(longest), field=TEXT)


async def count_raised(session: AsyncSession, actor: Actor, text: str, *, now: datetime) -> None:
    """Count a new follow-up of somebody. Raises `Refusal` for the sixth of the day."""
    await daily_limits.count_use(session, *actor, LIMIT, DAILY_LIMIT, now, typed=text)
