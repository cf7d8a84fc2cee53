"""What people were sent, and what stands open: queries on nudges that answer none."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges import answers
from bot.nudges.answers import nudges_of
from bot.nudges.models import EXPIRED, OPEN, Nudge, NudgeState
from bot.org.people import Person


async def asked_about(session: AsyncSession, workspace_id: str, kinds: Collection[str], about: str) -> set[str]:
    """Return the ids of the people with an open nudge of these kinds about a subject."""
    asked = select(Nudge.person_id).where(
        Nudge.workspace_id == workspace_id, Nudge.kind.in_(kinds), Nudge.about == about, Nudge.state.in_(OPEN)
    )
    return set(await session.scalars(asked))


async def lock_expired(
    session: AsyncSession, workspace_id: str, kinds: Collection[str], about: str, *, by: str | None
) -> Sequence[Nudge]:
    """Lock the nudges of `by` and of all who were asked about a subject; return those of these kinds that have expired.

    These are the latest ones, without an answer, of each person; older cards no longer show what a newer one repeats.
    """
    asked = select(Nudge).where(Nudge.workspace_id == workspace_id, Nudge.kind.in_(kinds), Nudge.about == about)
    unanswered = asked.where(Nudge.state.in_([*OPEN, *EXPIRED])).with_only_columns(Nudge.person_id).distinct()
    for person_id in sorted({*await session.scalars(unanswered), *([by] if by else [])}):
        await answers.lock_nudges(session, workspace_id, person_id)
    latest = {(each.person_id, each.kind): each for each in await session.scalars(asked.order_by(Nudge.id))}
    return [each for each in latest.values() if each.state in EXPIRED and not each.facts.get(answers.IS_OVER)]


async def due_nudges(session: AsyncSession, person: Person, now: datetime) -> Sequence[Nudge]:
    """Return a person's unexpired nudges that are neither answered nor snoozed, oldest first."""
    unanswered = nudges_of(person.workspace_id, person.id).where(Nudge.state == NudgeState.SAID, Nudge.ends_at > now)
    return (await session.scalars(unanswered.order_by(Nudge.said_at, Nudge.id))).all()


async def was_offered(session: AsyncSession, workspace_id: str, person_id: str, about: str) -> bool:
    """Return whether a person has had a nudge about this subject; nudges deleted by retention do not count."""
    said = nudges_of(workspace_id, person_id).where(Nudge.about == about)
    return await session.scalar(said.limit(1)) is not None


async def count_sent(session: AsyncSession, person: Person, *, since: datetime) -> Mapping[str, Mapping[str, int]]:
    """Return how many of the nudges that a person was sent from `since` on are in each state, by kind."""
    sent = (
        select(Nudge.kind, Nudge.state, func.count())
        .where(Nudge.workspace_id == person.workspace_id, Nudge.person_id == person.id)
        .where(Nudge.said_at >= since, Nudge.state != NudgeState.UNHEARD)
    )
    counts: dict[str, dict[str, int]] = {}
    for kind, state, count in await session.execute(sent.group_by(Nudge.kind, Nudge.state)):
        counts.setdefault(kind, {})[state] = count
    return counts


async def unsent_nudges(session: AsyncSession, person: Person, *, since: datetime) -> Sequence[Nudge]:
    """Return a person's nudges from `since` on that expired before a good moment to send them, newest first."""
    unsent = nudges_of(person.workspace_id, person.id).where(Nudge.said_at >= since, Nudge.state == NudgeState.UNHEARD)
    return (await session.scalars(unsent.order_by(Nudge.said_at.desc()))).all()
