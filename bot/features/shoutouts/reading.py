"""Looking back: lists for one, for a team, for Friday; and what nobody needs any more."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.features.shoutouts import rules
from bot.features.shoutouts.tables import Credit, Place, Shoutout, Way
from bot.teams.tables import Team

SIX_DAYS = timedelta(days=6)
Names = dict[int, list[str]]
"""Whom to name, by shout-out."""


_CARRIES = select(Credit.shoutout_id).where(Credit.shoutout_id == Shoutout.id).exists()
"""Whether somebody is credited by it."""
_OF_TEAM = select(Shoutout).where(
    Shoutout.team_id == bindparam("team_id"),
    Shoutout.given_at >= bindparam("start"),
    Shoutout.given_at < bindparam("end"),
    Shoutout.undone_at.is_(None),
    _CARRIES,
)
"""Built once, with those below: on a Friday at three a thousand teams ask."""
_LOUD = _OF_TEAM.where(Shoutout.way != Way.REACTION, Shoutout.is_private.is_(False)).order_by(Shoutout.given_at)
_NEWEST = _LOUD.order_by(None).order_by(Shoutout.given_at.desc(), Shoutout.id.desc())
_QUIET = _OF_TEAM.where(Shoutout.way == Way.REACTION).with_only_columns(func.count())


def week_before(team: Team, now: datetime) -> datetime:
    """When a team's last seven days began, by its own calendar and today among them, as its tank counts them."""
    zone = ZoneInfo(team.zone)
    return datetime.combine(now.astimezone(zone).date() - SIX_DAYS, time(), zone).astimezone(UTC)


async def given_between(
    session: AsyncSession, team: Team, start: datetime, end: datetime
) -> tuple[Sequence[Shoutout], Names]:
    """What a team may read of its thanks, oldest first: nothing private, and only those who like to be named."""
    given = (await session.scalars(_LOUD, {"team_id": team.id, "start": start, "end": end})).all()
    names = await named_in(session, team.workspace_id, given)
    return [each for each in given if names[each.id] or each.is_for_team], names


async def latest_in(
    session: AsyncSession, team: Team, start: datetime, end: datetime, limit: int
) -> tuple[Sequence[Shoutout], Names]:
    """As `given_between`, newest first: at most `limit` are looked at, of which some may not be for others to read."""
    given = (await session.scalars(_NEWEST.limit(limit), {"team_id": team.id, "start": start, "end": end})).all()
    names = await named_in(session, team.workspace_id, given)
    return [each for each in given if names[each.id] or each.is_for_team], names


async def is_new_to(session: AsyncSession, team: Team) -> bool:
    """Whether nobody in a team has thanked anybody yet."""
    any_of_theirs = select(Shoutout.id).where(Shoutout.team_id == team.id, Shoutout.given_at.is_not(None)).limit(1)
    return await session.scalar(any_of_theirs) is None


async def was_heard(session: AsyncSession, workspace_id: str, place: Place) -> bool:
    """Whether a message was heard as thanks to somebody."""
    heard = select(Shoutout.receivers).where(Shoutout.workspace_id == workspace_id, Shoutout.message == str(place))
    return any((await session.scalars(heard.where(Shoutout.way == Way.HEARD))).all())


async def quiet_between(session: AsyncSession, team: Team, start: datetime, end: datetime) -> int:
    """How many reactions thanked somebody."""
    return await session.scalar(_QUIET, {"team_id": team.id, "start": start, "end": end}) or 0


async def named_in(session: AsyncSession, workspace_id: str, shoutouts: Sequence[Shoutout]) -> Names:
    """Those named then who like to be named now."""
    ids = {receiver for shoutout in shoutouts for receiver in shoutout.named}
    known = await directory.people(session, workspace_id, ids)
    return {shoutout.id: rules.named(shoutout.named, known) for shoutout in shoutouts}


async def latest_of(
    session: AsyncSession, workspace_id: str, user_id: str, limit: int = 10
) -> tuple[Sequence[Shoutout], Sequence[Shoutout], Names]:
    """Somebody's latest thanks, received and given, newest first."""
    theirs = select(Credit.shoutout_id).where(Credit.workspace_id == workspace_id, Credit.receiver_id == user_id)
    standing = select(Shoutout).where(
        Shoutout.workspace_id == workspace_id, Shoutout.given_at.is_not(None), Shoutout.undone_at.is_(None)
    )
    newest = standing.order_by(Shoutout.given_at.desc()).limit(limit)
    received = (await session.scalars(newest.where(Shoutout.id.in_(theirs)))).all()
    given = (await session.scalars(newest.where(Shoutout.giver_id == user_id, _CARRIES))).all()
    named = await named_in(session, workspace_id, received)
    beside = {id: [user_id, *(each for each in names if each != user_id)] for id, names in named.items()}
    return received, given, beside | await receivers_of(session, given)


async def receivers_of(session: AsyncSession, shoutouts: Sequence[Shoutout]) -> Names:
    """Who is credited by each."""
    credits = select(Credit).where(Credit.shoutout_id.in_([shoutout.id for shoutout in shoutouts]))
    thanked: Names = {shoutout.id: [] for shoutout in shoutouts}
    for credit in await session.scalars(credits.order_by(Credit.shoutout_id, Credit.receiver_id)):
        thanked[credit.shoutout_id].append(credit.receiver_id)
    return thanked


async def kept_by(session: AsyncSession, workspace_id: str, giver_id: str) -> Sequence[Shoutout]:
    """What somebody keeps for later, and what could not be sent of it in the last week."""
    kept = select(Shoutout).where(
        Shoutout.workspace_id == workspace_id,
        Shoutout.giver_id == giver_id,
        Shoutout.given_on.is_(None),
        Shoutout.kept_until.is_not(None),
    )
    return (await session.scalars(kept.order_by(Shoutout.id))).all()


async def untold(session: AsyncSession, team: Team, since: datetime) -> Sequence[tuple[Credit, Shoutout]]:
    """Quiet thanks, given since then, that their receivers have not heard of."""
    quiet = (
        select(Credit, Shoutout)
        .join(Shoutout, Shoutout.id == Credit.shoutout_id)
        .where(
            Shoutout.team_id == team.id,
            Shoutout.given_at >= since,
            Shoutout.way == Way.REACTION,
            Credit.told_at.is_(None),
        )
    )
    return [(credit, act) for credit, act in await session.execute(quiet.order_by(Shoutout.given_at, Shoutout.id))]


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what retention ends, with its credits; says how many."""
    given = or_(Shoutout.given_at < before, and_(Shoutout.given_at.is_(None), Shoutout.made_at < before))
    old = select(Shoutout.id).where(Shoutout.workspace_id == workspace_id, given)
    these = delete(Shoutout).where(Shoutout.id.in_(old.limit(limit)))
    return len((await session.execute(these.returning(Shoutout.id))).all())


async def forget_unwanted(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Delete offers that nobody kept, and what was taken back; says how many."""
    never = and_(Shoutout.given_at.is_(None), Shoutout.kept_until.is_(None), Shoutout.made_at < before)
    unwanted = (
        select(Shoutout.id)
        .where(Shoutout.workspace_id == workspace_id, or_(never, Shoutout.undone_at < before))
        .where(or_(Shoutout.undone_at.is_(None), Shoutout.undone_at < before))
    )
    these = delete(Shoutout).where(Shoutout.id.in_(unwanted.limit(limit)))
    return len((await session.execute(these.returning(Shoutout.id))).all())
