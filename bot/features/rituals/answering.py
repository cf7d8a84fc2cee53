"""Questions with answers: what people press, when the right one comes out, and how the team did together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import insert
from bot.errors import Passed, UserError
from bot.features.rituals.keeping import GONE
from bot.features.rituals.tables import Answer, Occasion, Ritual
from bot.hours import moment
from bot.hours import routine as hours_routine
from bot.teams import membership
from bot.teams.tables import Team

FEWEST = 3
"""Of fewer nothing is counted, so that nobody is pointed at."""
LATELY = 12
HALF_AN_HOUR = timedelta(minutes=30)
NOT_YOURS = "This one is for the people of this channel's team. Guess along in the thread, if you like."
OUT = "The answer is out already; it stands on the card. Thank you for joining in!"


class Count(NamedTuple):
    """So many of so many."""

    knew: int
    of: int


class Outcome(NamedTuple):
    """What there is to say when the answer comes out."""

    answer: str | None
    """None when the question is not in its file any more."""
    people: Count | None
    """How many knew it of those who answered; None when too few did."""
    lately: Count | None
    """How many of its last questions the team knew; None when there are too few."""


def answers(ritual: Ritual, occasion: Occasion) -> Sequence[str]:
    """The answers to what it asks, the right one first; none when it has none."""
    prompts = ritual.recipe.prompts if ritual.recipe else ()
    return next((each.answers for each in prompts if each.ask == occasion.prompt), ())


def choices(ritual: Ritual, occasion: Occasion) -> list[str]:
    """The same, mixed, and each time that one looks in the same order."""
    return sorted(
        answers(ritual, occasion), key=lambda each: sha256(f"{occasion.id}:{occasion.day}:{each}".encode()).hexdigest()
    )


def reveal_at(team: Team, asked_at: datetime) -> datetime:
    """Three hours on, sooner when the team's day ends; the next morning for what is asked shortly before that."""
    routine = hours_routine.of_team(team)
    later = (asked_at + timedelta(minutes=minutes) for minutes in range(180, 25, -5))
    return next((at for at in later if moment.lasts(routine, at, HALF_AN_HOUR)), moment.next_morning(routine, asked_at))


async def answer(
    session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, person_id: str, said: str
) -> None:
    """Somebody of the team says what they think; until the answer is out, their last word counts."""
    if ritual.recipe is None:
        raise Passed(GONE)
    if await membership.member(session, team, person_id) is None:
        raise UserError(NOT_YOURS)
    if occasion.revealed_at:
        raise Passed(OUT)
    row = {"occasion_id": occasion.id, "person_id": person_id, "workspace_id": team.workspace_id, "said": said}
    written = insert(session, Answer).values(row)
    await session.execute(
        written.on_conflict_do_update(index_elements=["occasion_id", "person_id"], set_={"said": said})
    )


async def reveal(session: AsyncSession, ritual: Ritual, occasion: Occasion, *, now: datetime) -> None:
    """From now on nothing that is pressed counts."""
    people = await _people(session, occasion, answers(ritual, occasion))
    occasion.revealed_at = now
    occasion.is_known = 2 * people.knew >= people.of if people else None
    await session.flush()


async def outcome(session: AsyncSession, ritual: Ritual, occasion: Occasion) -> Outcome:
    theirs = answers(ritual, occasion)
    lately = await _lately(session, occasion)
    return Outcome(theirs[0] if theirs else None, await _people(session, occasion, theirs), lately)


async def _people(session: AsyncSession, occasion: Occasion, answers: Sequence[str]) -> Count | None:
    """Nothing is counted by a file that has changed since people answered."""
    said = select(Answer.said, func.count()).where(Answer.occasion_id == occasion.id).group_by(Answer.said)
    many = {row[0]: row[1] for row in await session.execute(said)}
    if sum(many.values()) < FEWEST or not many.keys() <= set(answers):
        return None
    return Count(many.get(answers[0], 0), sum(many.values()))


async def _lately(session: AsyncSession, occasion: Occasion) -> Count | None:
    counted = select(Occasion.is_known).where(
        Occasion.ritual_id == occasion.ritual_id,
        Occasion.starts_at <= occasion.starts_at,
        Occasion.is_known.is_not(None),
    )
    known = (await session.scalars(counted.order_by(Occasion.starts_at.desc()).limit(LATELY))).all()
    return Count(sum(map(bool, known)), len(known)) if len(known) > 1 else None
