"""Begin the erasure of a person's data: because they ask, an operator does, or they left the workspace long ago."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import AnswerTooLate, Refusal
from bot.messages import erasures as messages
from bot.org import erasures, people
from bot.org.people import Person
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor

GO_ON = JobName("erasures.go_on")
KEPT_AFTER_LEAVING = timedelta(days=90)
"""How long the data of somebody is kept who has left the workspace in Slack."""


async def check_can_begin(session: AsyncSession, actor: Actor) -> Person:
    """Return the person who wants their data erased. Raises `Refusal` if that is going on already."""
    person = await people.fetch_person(session, *actor)
    if person.is_being_erased:
        raise AnswerTooLate(common.ERASURE_RUNS)
    return person


async def begin_own(
    session: AsyncSession, actor: Actor, typed: str, *, leaves: bool, words_too: bool, now: datetime
) -> None:
    """Begin to erase the actor's own data. Raises `Refusal` unless they have typed the word."""
    if typed.strip().strip("“”\"'").casefold() != messages.WORD:
        raise Refusal(common.ERASE_NOT_TYPED, field=messages.TYPED)
    await people.fetch_person(session, *actor, lock=True)
    if not await begin(session, *actor, leaves=leaves, words_too=words_too, now=now):
        raise AnswerTooLate(common.ERASURE_RUNS)


async def begin(
    session: AsyncSession,
    workspace_id: str,
    person_id: str,
    *,
    leaves: bool = False,
    words_too: bool = False,
    is_told: bool = True,
    now: datetime,
) -> bool:
    """Mark a person, whose data is then erased by the job `GO_ON`. Return False if that is going on already."""
    person = await locks.lock_row(session, Person, (workspace_id, person_id))
    is_new = await erasures.begin(
        session, workspace_id, person_id, leaves=leaves, words_too=words_too, is_told=is_told, now=now
    )
    if is_new:
        if person:
            person.is_being_erased = True
        await scheduler.put_workspace_job(session, GO_ON, workspace_id, due_at=now)
    return is_new


async def begin_deactivated(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """Begin to erase the data of everybody who left the workspace more than `KEPT_AFTER_LEAVING` ago."""
    since = int((now - KEPT_AFTER_LEAVING).timestamp())
    theirs = select(Person.id).where(
        Person.workspace_id == workspace_id, Person.has_left, Person.is_bot.is_(False), Person.left_since <= since,
        Person.is_being_erased.is_(False),
    )  # fmt: skip
    for person_id in (await session.scalars(theirs.order_by(Person.id))).all():
        await begin(session, workspace_id, person_id, leaves=True, is_told=False, now=now)
