"""Quizzes: rituals whose question has answers.

Saves answers, reveals the correct one, and counts the team's results.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import insert
from bot.errors import AnswerTooLate, Refusal
from bot.features.rituals import rules
from bot.features.rituals.models import QuizAnswer, Ritual, RitualRun
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import rituals as refusals

FEWEST = 3
"""With fewer answers nothing is counted, so that nobody can be identified."""
RECENT_QUESTIONS = 12


class AnswerCount(NamedTuple):
    """How many people answered a quiz correctly (`knew`), out of how many (`of`)."""

    knew: int
    of: int


class Outcome(NamedTuple):
    """The result of a quiz, shown when the answer is revealed."""

    answer: str | None
    """The correct answer; None if the question is no longer in its file."""
    people: AnswerCount | None
    """How many of those who answered were right; None if too few answered."""
    lately: AnswerCount | None
    """How many of its recent questions the team got right; None if there are too few."""


async def save_answer(
    session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, person_id: str, said: str
) -> None:
    """Save a team member's answer to a quiz; a later answer replaces it until the correct one is revealed.

    Raises `AnswerTooLate` if the quiz is over or gone, and `Refusal` for people who are not in the team.
    """
    if ritual.template is None:
        raise AnswerTooLate(refusals.RITUAL_GONE)
    if await membership.member(session, team, person_id) is None:
        raise Refusal(refusals.QUIZ_NOT_YOURS)
    if run.revealed_at:
        raise AnswerTooLate(refusals.QUIZ_OVER)
    row = {"occasion_id": run.id, "person_id": person_id, "workspace_id": team.workspace_id, "said": said}
    written = insert(session, QuizAnswer).values(row)
    await session.execute(
        written.on_conflict_do_update(index_elements=["occasion_id", "person_id"], set_={"said": said})
    )


async def reveal_answer(session: AsyncSession, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    """Close a quiz because its answer is revealed, so that later answers do not count."""
    people = await _count_people(session, run, rules.quiz_answers(ritual, run))
    run.revealed_at = now
    run.is_known = 2 * people.knew >= people.of if people else None
    await session.flush()


async def fetch_outcome(session: AsyncSession, ritual: Ritual, run: RitualRun) -> Outcome:
    theirs = rules.quiz_answers(ritual, run)
    lately = await _count_recent(session, run)
    return Outcome(theirs[0] if theirs else None, await _count_people(session, run, theirs), lately)


async def _count_people(session: AsyncSession, run: RitualRun, answers: Sequence[str]) -> AnswerCount | None:
    """Return how many of the people who answered a quiz were right.

    Returns None if too few people answered, or if the answers in the file have changed since.
    """
    said = select(QuizAnswer.said, func.count()).where(QuizAnswer.occasion_id == run.id).group_by(QuizAnswer.said)
    many = {row[0]: row[1] for row in await session.execute(said)}
    if sum(many.values()) < FEWEST or not many.keys() <= set(answers):
        return None
    return AnswerCount(many.get(answers[0], 0), sum(many.values()))


async def _count_recent(session: AsyncSession, run: RitualRun) -> AnswerCount | None:
    counted = select(RitualRun.is_known).where(
        RitualRun.ritual_id == run.ritual_id, RitualRun.starts_at <= run.starts_at, RitualRun.is_known.is_not(None)
    )
    known = (await session.scalars(counted.order_by(RitualRun.starts_at.desc()).limit(RECENT_QUESTIONS))).all()
    return AnswerCount(sum(map(bool, known)), len(known)) if len(known) > 1 else None
