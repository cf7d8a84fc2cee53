"""Limits of follow-ups: the length of texts, how many a person may raise a day, and how long they wait for answers."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.followups import queries
from bot.followups.models import Followup, Kind, Quoting, State
from bot.followups.rules import Step
from bot.messages.followups.forms import QUOTING, TEXT
from bot.org import people
from bot.org.availability import working_hours
from bot.org.availability.working_hours import working_days_between
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import PERSON
from bot.workflows import daily_limits
from bot.workflows.followups import steps

DAILY_LIMIT = 5
LIMIT = "followups"
"""The name of the daily limit, shared by roadblocks, ideas and promises."""
EXPIRY_DAYS = 10
"""Working days without an answer after which a follow-up is closed."""
EMOJI = re.compile(r":[^\s:]+:")


def check_text(kind: Kind, text: str, longest: int) -> None:
    """Raise `Refusal` for a text without any word, or one that is too long."""
    if not any(mark.isalnum() for mark in EMOJI.sub("", PERSON.sub("", text))):
        raise Refusal(refusals.NO_TEXT[kind], field=TEXT)
    check_length(text, longest, field=TEXT)


def check_length(text: str, longest: int, *, field: str) -> None:
    if len(text) > longest:
        raise Refusal(common.too_long(longest), field=field)


def check_quoting(quoting: Quoting, *, is_named: bool) -> None:
    """Raise `Refusal` for a quote with the name of an author who hides it."""
    if quoting is Quoting.NAMED and not is_named:
        raise Refusal(refusals.NAME_HIDDEN, field=QUOTING)


async def count_raised(session: AsyncSession, actor: Actor, text: str, *, now: datetime) -> None:
    """Count a new follow-up toward a person's daily limit. Raises `Refusal` beyond the limit."""
    await daily_limits.count_use(session, *actor, LIMIT, DAILY_LIMIT, now, typed=text)


async def close_unconfirmed(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Close follow-ups that are done but were not confirmed in time, and suggested promises not accepted in time."""
    for each in await queries.find_waiting_for_answer(session, team):
        if await _has_expired(session, team, each, now):
            _, this = await queries.lock_followup(session, team.workspace_id, each.id)
            await queries.take_step(session, this, Step.EXPIRE, None, (), now=now)
            await steps.publish(session, team, this, Step.EXPIRE, by=None, now=now)


async def _has_expired(session: AsyncSession, team: Team, this: Followup, now: datetime) -> bool:
    since = this.raised_at if this.state == State.OFFERED else this.answered_at or this.raised_at
    asked = this.owner_id if this.state == State.OFFERED else this.recipient_id or this.author_id
    person = (await people.fetch_people(session, team.workspace_id, [asked or this.author_id])).get(asked or "")
    if person is None:
        return True
    routine = working_hours.person_hours(person, team)
    days = working_days_between(routine, person.local(since).date(), person.local(now).date())
    return days >= EXPIRY_DAYS
