"""Reads and writes of change notices, receipts and questions."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Private
from bot.errors import AnswerTooLate
from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.features.notices.rules import NoticeText
from bot.org.teams.models import Team
from bot.refusals import common, notices


async def add(
    session: AsyncSession, team: Team, author_id: str, draft: NoticeText, *, today: date, now: datetime
) -> Notice:
    found = Notice(
        workspace_id=team.workspace_id, team_id=team.id, author_id=author_id, change=draft.change,
        details=draft.details, link=draft.link, starts_on=draft.starts_on, ends_on=draft.ends_on, asked_at=now,
        asked_on=[today.isoformat()],
    )  # fmt: skip
    session.add(found)
    await session.flush()
    return found


_VALID = (
    select(Notice)
    .where(Notice.team_id.in_(bindparam("team_ids", expanding=True)), Notice.ended_at.is_(None))
    .order_by(Notice.asked_at, Notice.id)
)
_RECEIPTS = (
    select(NoticeReceipt)
    .where(NoticeReceipt.notice_id.in_(bindparam("notice_ids", expanding=True)))
    .order_by(NoticeReceipt.id)
)
"""Built once at import, because every nudge check executes them."""


async def list_valid(session: AsyncSession, team_ids: Collection[int]) -> Sequence[Notice]:
    """Return the notices of these teams that have not ended, oldest first."""
    return (await session.scalars(_VALID, {"team_ids": [*team_ids]})).all() if team_ids else []


async def lock_valid(session: AsyncSession, team: Team) -> Sequence[Notice]:
    """Lock and return a team's notices that have not ended. Lock the team first.

    Whoever reads one waits, so that nothing is said about a notice between reading its questions and marking them.
    """
    valid = select(Notice).where(Notice.team_id == team.id, Notice.ended_at.is_(None)).order_by(Notice.id)
    return (await session.scalars(locks.for_update(valid, Notice).execution_options(populate_existing=True))).all()


async def list_asked_days(session: AsyncSession, team: Team, *, since: datetime) -> list[str]:
    """Return the days on which a team was asked to read something, of the notices asked about since then."""
    days = select(Notice.asked_on).where(Notice.team_id == team.id, Notice.asked_at >= since)
    return [day for each in await session.scalars(days) for day in each]


async def find_notice(session: AsyncSession, workspace_id: str, notice_id: int) -> Notice:
    """Return a notice. Raises `AnswerTooLate` if it is deleted or has ended."""
    return _valid(await session.get(Notice, notice_id), workspace_id)


async def lock_notice(session: AsyncSession, workspace_id: str, notice_id: int) -> Notice:
    """Return a notice that nobody else can change. Lock its team first. Raises as `find_notice` does."""
    return _valid(await locks.lock_row(session, Notice, notice_id, refresh=True), workspace_id)


def _valid(found: Notice | None, workspace_id: str) -> Notice:
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(common.GONE)
    if found.ended_at:
        raise AnswerTooLate(notices.ENDED)
    return found


async def save_receipt(session: AsyncSession, notice: Notice, person_id: str, *, is_clear: bool) -> bool:
    """Store whether the current edition is clear to a person. Lock the notice first.

    Returns whether this is their first *Got it* on this edition.
    """
    theirs = select(NoticeReceipt).where(NoticeReceipt.notice_id == notice.id, NoticeReceipt.person_id == person_id)
    found = await session.scalar(theirs.execution_options(populate_existing=True))
    had_got_it = found is not None and found.edition == notice.edition and found.has_got_it
    if found is None:
        found = NoticeReceipt(notice.workspace_id, notice.id, person_id, notice.edition, is_clear, is_clear)
        session.add(found)
    found.edition, found.is_clear, found.has_got_it = notice.edition, is_clear, is_clear or had_got_it
    await session.flush()
    return is_clear and not had_got_it


async def list_receipts(session: AsyncSession, notices: Collection[Notice]) -> list[NoticeReceipt]:
    """Return the receipts of the current editions of these notices."""
    editions = {each.id: each.edition for each in notices}
    rows = await session.scalars(_RECEIPTS, {"notice_ids": [*editions]})
    return [each for each in rows if each.edition == editions[each.notice_id]]


async def count_got_it(session: AsyncSession, notice: Notice) -> int:
    """Return how many people have ever pressed *Got it* on the current edition."""
    return await _count(session, notice, NoticeReceipt.has_got_it.is_(True))


async def count_unclear(session: AsyncSession, notice: Notice) -> int:
    """Return to how many people the current edition is unclear."""
    return await _count(session, notice, NoticeReceipt.is_clear.is_(False))


async def _count(session: AsyncSession, notice: Notice, those: ColumnElement[bool]) -> int:
    theirs = select(func.count()).where(
        NoticeReceipt.notice_id == notice.id, NoticeReceipt.edition == notice.edition, those
    )
    return await session.scalar(theirs) or 0


async def save_question(session: AsyncSession, notice: Notice, person_id: str, words: str) -> None:
    """Store a person's question about a notice, in place of one that leaders have not got yet."""
    unsent = delete(NoticeQuestion).where(
        NoticeQuestion.notice_id == notice.id,
        NoticeQuestion.person_id == person_id,
        NoticeQuestion.is_sent.is_(False),
    )
    await session.execute(unsent)
    session.add(NoticeQuestion(notice.workspace_id, secrets.token_hex(16), notice.id, person_id, Private(words)))
    await session.flush()


async def list_questions(session: AsyncSession, notice: Notice, *, is_sent: bool | None = True) -> list[NoticeQuestion]:
    """Return the questions about a notice that leaders have got, in random order; with None, all of them."""
    theirs = select(NoticeQuestion).where(NoticeQuestion.notice_id == notice.id).order_by(NoticeQuestion.id)
    if is_sent is not None:
        theirs = theirs.where(NoticeQuestion.is_sent.is_(is_sent))
    return [*await session.scalars(theirs)]


async def mark_sent(session: AsyncSession, notice: Notice) -> None:
    await session.execute(update(NoticeQuestion).where(NoticeQuestion.notice_id == notice.id).values(is_sent=True))


async def forget_questions(session: AsyncSession, notice: Notice) -> None:
    """Delete the questions about a notice: they were about an earlier edition, or the notice has ended."""
    await session.execute(delete(NoticeQuestion).where(NoticeQuestion.notice_id == notice.id))


async def forget_readers(session: AsyncSession, notice: Notice) -> None:
    """Delete who has read a notice that has ended."""
    await session.execute(delete(NoticeReceipt).where(NoticeReceipt.notice_id == notice.id))
