"""Take an agent's answers. Nothing else is stored: no delivery id, no message and no nudge tells who has answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.disposable_keys import DisposableKey
from bot.errors import AnswerTooLate, Refusal
from bot.features.pulse import queries, rules
from bot.features.pulse.models import PulseRound
from bot.messages.pulse import forms
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.slack.dispatcher import Actor


class Asked(NamedTuple):
    """A running round, and the agent whom it asks."""

    found: PulseRound
    key: DisposableKey
    team: Team
    person: Person


async def find_asked(session: AsyncSession, actor: Actor, round_id: int, *, now: datetime) -> Asked:
    """Return the round that asks a person.

    Raises `Refusal` if it does not ask them, and `AnswerTooLate` if it is over or they have answered.
    """
    return await _check(session, actor, await queries.find_round(session, actor.workspace_id, round_id), now)


async def _check(session: AsyncSession, actor: Actor, found: PulseRound, now: datetime) -> Asked:
    key = await queries.load_key(session, found)
    if now >= found.closes_at:
        raise AnswerTooLate(common.PULSE_ENDED)
    team = await session.get_one(Team, found.team_id)
    member = await membership.member(session, team, actor.person_id)
    is_agent = member is not None and member.role is Role.AGENT
    if not (is_agent and await queries.is_invited(session, found, key, actor.person_id)):
        raise Refusal(common.PULSE_NOT_ASKED)
    if await queries.has_answered(session, found, key, actor.person_id):
        raise AnswerTooLate(common.PULSE_ANSWERED)
    return Asked(found, key, team, await people.fetch_person(session, *actor))


async def answer(
    session: AsyncSession, actor: Actor, round_id: int, scores: Mapping[int, int], comment: str, *,
    may_be_quoted: bool, now: datetime,
) -> Asked:  # fmt: skip
    """Store a person's answers, once and for all.

    Raises as `find_asked` does, and `Refusal` for a missing or impossible rating, or a comment that is too long.
    """
    asked = await _check(session, actor, await queries.hold_round(session, actor.workspace_id, round_id), now)
    _check_answers(asked.found, scores, comment)
    rated = {number: scores[number] for number, _ in enumerate(asked.found.statements)}
    if not await queries.add_answers(
        session, asked.found, asked.key, actor.person_id, rated, comment, may_be_quoted=may_be_quoted and bool(comment)
    ):
        raise AnswerTooLate(common.PULSE_ANSWERED)
    return asked


def _check_answers(found: PulseRound, scores: Mapping[int, int], comment: str) -> None:
    for number, _ in enumerate(found.statements):
        if scores.get(number) not in rules.SCORES:
            raise Refusal(common.PULSE_UNRATED, field=forms.score_block(number))
    if len(comment) > rules.LONGEST_COMMENT:
        raise Refusal(common.too_long(rules.LONGEST_COMMENT), field=forms.COMMENT)
