"""Reads and writes of the voice of the frontline, and what it tells about ideas and roadblocks."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Private
from bot.db.sessions import insert
from bot.errors import AnswerTooLate
from bot.features.voice.models import VoiceMonth
from bot.followups.models import Audience, Followup, Kind, Quoting, Reason, State, Support
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common

MOST_SHOWN = 3
"""How many months `/steward voice` lists for each team."""
MOST_EDITED = 12
"""How many of the latest messages are edited when a roadblock in them moves on."""
UNTOLD = (Reason.WITHDRAWN, Reason.MERGED, Reason.DECLINED)
"""Reasons for which an idea is closed that leave nothing to tell about it."""


async def add_month(
    session: AsyncSession, team: Team, month: date, *, hand_ups: str, sends_at: datetime, now: datetime
) -> VoiceMonth | None:
    """Add a month. Return None if it was added before, also by another replica at the same moment."""
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "month": month, "drafted_at": now, "sends_at": sends_at,
        "hand_ups": Private(hand_ups), "comment": Private(""), "words": Private(""), "leader_words": Private(""),
        "left_out": [], "message": Private(""),
    }  # fmt: skip
    added = insert(session, VoiceMonth).values(row).on_conflict_do_nothing().returning(VoiceMonth.id)
    id = await session.scalar(added)
    return await session.get_one(VoiceMonth, id) if id is not None else None


async def find_month(session: AsyncSession, workspace_id: str, id: int) -> tuple[Team, VoiceMonth]:
    """Return a month and its team. Raises `AnswerTooLate` if it is deleted."""
    return await _with_team(session, await session.get(VoiceMonth, id), workspace_id)


async def lock_month(session: AsyncSession, workspace_id: str, id: int) -> tuple[Team, VoiceMonth]:
    """Return a month that nobody else can change, and its team. Raises `AnswerTooLate` if it is deleted."""
    await membership.lock_team_of(session, VoiceMonth, id)
    return await _with_team(session, await locks.lock_row(session, VoiceMonth, id, refresh=True), workspace_id)


async def _with_team(session: AsyncSession, found: VoiceMonth | None, workspace_id: str) -> tuple[Team, VoiceMonth]:
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(common.GONE)
    return await session.get_one(Team, found.team_id), found


async def list_sent(session: AsyncSession, team_ids: Collection[int]) -> list[VoiceMonth]:
    """Return the latest months that were sent, newest first, up to `MOST_SHOWN` for each team."""
    newest = func.row_number().over(partition_by=VoiceMonth.team_id, order_by=VoiceMonth.month.desc())
    sent = select(VoiceMonth.id, newest.label("nth")).where(
        VoiceMonth.team_id.in_(sorted(team_ids)), VoiceMonth.words != ""
    )
    numbered = sent.subquery()
    found = select(VoiceMonth).join(numbered, numbered.c.id == VoiceMonth.id).where(numbered.c.nth <= MOST_SHOWN)
    return [*await session.scalars(found.order_by(VoiceMonth.month.desc(), VoiceMonth.id))]


async def lock_sent(session: AsyncSession, team: Team) -> Sequence[VoiceMonth]:
    """Lock and return the latest months that were sent, in the order of their ids."""
    theirs = select(VoiceMonth.id).where(VoiceMonth.team_id == team.id, VoiceMonth.message != "")
    latest = theirs.order_by(VoiceMonth.month.desc()).limit(MOST_EDITED)
    held = locks.for_update(select(VoiceMonth).where(VoiceMonth.id.in_(latest)).order_by(VoiceMonth.id), VoiceMonth)
    return (await session.scalars(held.execution_options(populate_existing=True))).all()


async def list_ideas(
    session: AsyncSession, team: Team, since: datetime, until: datetime
) -> Sequence[tuple[Followup, int]]:
    """Return the ideas of a period that the whole team may read, with their votes, most votes first."""
    votes = select(func.count(Support.id)).where(Support.followup_id == Followup.id).scalar_subquery()
    theirs = select(Followup, votes).where(
        Followup.team_id == team.id,
        Followup.kind == Kind.IDEA,
        Followup.audience == Audience.TEAM,
        Followup.raised_at >= since,
        Followup.raised_at < until,
        func.coalesce(Followup.reason, "").not_in(UNTOLD),
    )
    rows = await session.execute(theirs.order_by(votes.desc(), Followup.raised_at, Followup.id))
    return [(idea, many) for idea, many in rows if idea.text]


async def list_with_sponsor(session: AsyncSession, team: Team) -> Sequence[Followup]:
    """Return the roadblocks for which the owner has asked the sponsor, who has not taken or answered them.

    Those between two people are left out, because leaders read the draft.
    """
    theirs = select(Followup).where(
        Followup.team_id == team.id,
        Followup.kind == Kind.ROADBLOCK,
        Followup.state == State.OWNED,
        Followup.with_sponsor_since.is_not(None),
        Followup.audience != Audience.PAIR,
    )
    found = await session.scalars(theirs.order_by(Followup.with_sponsor_since, Followup.id))
    return [each for each in found if each.sponsor_note and each.owner_id != team.sponsor_id]


async def list_quotable(session: AsyncSession, team: Team, since: datetime, until: datetime) -> list[Followup]:
    """Return the follow-ups of a period that may be quoted, oldest first.

    Their authors have agreed, have not taken them back, and are still in the team.
    """
    theirs = select(Followup).where(
        Followup.team_id == team.id,
        Followup.quoting != Quoting.NO,
        Followup.quoted_at.is_(None),
        Followup.raised_at >= since,
        Followup.raised_at < until,
        Followup.audience != Audience.PAIR,
        Followup.state != State.OFFERED,
        func.coalesce(Followup.reason, "") != Reason.WITHDRAWN,
    )
    found = await session.scalars(theirs.order_by(Followup.raised_at, Followup.id))
    members = {each.user_id for each in await membership.members(session, team)}
    return [each for each in found if each.quoted_words and each.author_id in members]


async def list_consents(session: AsyncSession, workspace_id: str, person_id: str, since: datetime) -> list[Followup]:
    """Return what a person raised since then and agreed to have quoted, if it has not been quoted yet."""
    theirs = select(Followup).where(
        Followup.workspace_id == workspace_id,
        Followup.author_id == person_id,
        Followup.quoting != Quoting.NO,
        Followup.quoted_at.is_(None),
        Followup.raised_at >= since,
        func.coalesce(Followup.reason, "") != Reason.WITHDRAWN,
    )
    found = await session.scalars(theirs.order_by(Followup.raised_at.desc(), Followup.id.desc()))
    return [each for each in found if each.quoted_words]


async def list_open_months(session: AsyncSession, team: Team) -> Sequence[VoiceMonth]:
    """Return the months whose draft leaders can see now, oldest first."""
    theirs = select(VoiceMonth).where(VoiceMonth.team_id == team.id, VoiceMonth.ended_at.is_(None))
    return (await session.scalars(theirs.order_by(VoiceMonth.month))).all()
