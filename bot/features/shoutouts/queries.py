"""Queries on shout-outs by source, team, week and person, and the daily limit."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from bot.db.models import table
from bot.errors import AnswerTooLate, Refusal
from bot.features.shoutouts import rules
from bot.features.shoutouts.models import Credit, MessageRef, Shoutout, Way
from bot.features.shoutouts.rules import RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import shoutouts as refusals

SIX_DAYS = timedelta(days=6)
Names = dict[int, list[str]]
"""The user ids to name, by shout-out id."""


_CARRIES = select(Credit.shoutout_id).where(Credit.shoutout_id == Shoutout.id).exists()
"""Condition: a credit belongs to the shout-out."""
_OF_TEAM = select(Shoutout).where(
    Shoutout.team_id == bindparam("team_id"),
    Shoutout.given_at >= bindparam("start"),
    Shoutout.given_at < bindparam("end"),
    Shoutout.undone_at.is_(None),
    _CARRIES,
)
"""Built once, like the queries below: on Friday at 15:00 a thousand teams run them."""
_LOUD = _OF_TEAM.where(Shoutout.way != Way.REACTION, Shoutout.is_private.is_(False)).order_by(Shoutout.given_at)
_NEWEST = _LOUD.order_by(None).order_by(Shoutout.given_at.desc(), Shoutout.id.desc())
_QUIET = _OF_TEAM.where(Shoutout.way == Way.REACTION).with_only_columns(func.count())
_OF_DAY = (
    Shoutout.workspace_id == bindparam("workspace_id"),
    Shoutout.giver_id == bindparam("giver_id"),
    Shoutout.given_on == bindparam("day"),
    Shoutout.message != bindparam("besides"),
)
_GIVEN = select(func.count(Credit.message.distinct())).join(Shoutout, Shoutout.id == Credit.shoutout_id).where(*_OF_DAY)
_TAKEN_BACK = select(func.count(Shoutout.message.distinct())).where(
    *_OF_DAY, Shoutout.undone_at.is_not(None), Shoutout.way != Way.REACTION
)
_COUNTS_OF_DAY = select(_GIVEN.scalar_subquery(), _TAKEN_BACK.scalar_subquery())
"""The number of messages that a person thanked for on a day, and the number for which they undid their thanks."""
_COLUMNS = {column.key for column in table(Shoutout).c} - {"id"}
_INSERT = insert(table(Shoutout)).returning(table(Shoutout).c.id)
_CLAIM_EFFECTS = (
    update(Shoutout)
    .where(Shoutout.team_id == bindparam("of_team"), Shoutout.effects_due)
    .values(effects_due=False)
    .returning(Shoutout)
)


def week_before(team: Team, now: datetime) -> datetime:
    """Return when a team's last seven days, including today, began in its time zone."""
    zone = ZoneInfo(team.zone)
    return datetime.combine(now.astimezone(zone).date() - SIX_DAYS, time(), zone).astimezone(UTC)


async def given_between(
    session: AsyncSession, team: Team, start: datetime, end: datetime
) -> tuple[Sequence[Shoutout], Names]:
    """Return the shout-outs given from `start` to `end` that a team may read, oldest first.

    Private thanks are left out, and only receivers who chose to be public are named.
    """
    return await _readable(session, team, _LOUD, start, end)


async def latest_in_team(
    session: AsyncSession, team: Team, start: datetime, end: datetime, limit: int
) -> tuple[Sequence[Shoutout], Names]:
    """Return the latest shout-outs that a team may read, newest first.

    It reads at most `limit` rows, and leaves out those that the team may not read.
    """
    return await _readable(session, team, _NEWEST.limit(limit), start, end)


async def _readable(
    session: AsyncSession, team: Team, query: Select[Shoutout], start: datetime, end: datetime
) -> tuple[Sequence[Shoutout], Names]:
    given = (await session.scalars(query, {"team_id": team.id, "start": start, "end": end})).all()
    names = await _names_shown(session, team.workspace_id, given)
    return [each for each in given if names[each.id] or each.is_for_team], names


async def count_given(session: AsyncSession, giver: Person, start: datetime, end: datetime) -> int:
    """Return for how many messages, commands included, somebody thanked others from `start` to `end`."""
    given = select(func.count(Shoutout.message.distinct())).where(
        Shoutout.workspace_id == giver.workspace_id,
        Shoutout.giver_id == giver.id,
        Shoutout.given_at >= start,
        Shoutout.given_at < end,
        Shoutout.undone_at.is_(None),
        _CARRIES,
    )
    return await session.scalar(given) or 0


async def has_never_thanked(session: AsyncSession, team: Team) -> bool:
    """Return whether nobody in a team has thanked anybody yet."""
    any_of_theirs = select(Shoutout.id).where(Shoutout.team_id == team.id, Shoutout.given_at.is_not(None)).limit(1)
    return await session.scalar(any_of_theirs) is None


async def is_recognized_as_thanks(session: AsyncSession, workspace_id: str, place: MessageRef) -> bool:
    """Return whether a message was recognized as thanks to somebody."""
    heard = select(Shoutout.receivers).where(Shoutout.workspace_id == workspace_id, Shoutout.message == str(place))
    return any((await session.scalars(heard.where(Shoutout.way == Way.HEARD))).all())


async def count_reactions(session: AsyncSession, team: Team, start: datetime, end: datetime) -> int:
    """Return how many reactions thanked somebody from `start` to `end`."""
    return await session.scalar(_QUIET, {"team_id": team.id, "start": start, "end": end}) or 0


async def _names_shown(session: AsyncSession, workspace_id: str, shoutouts: Sequence[Shoutout]) -> Names:
    """Return, by shout-out id, the receivers who were named when it was given and still choose to be public."""
    ids = {receiver for shoutout in shoutouts for receiver in shoutout.named}
    known = await people.fetch_people(session, workspace_id, ids)
    return {shoutout.id: rules.select_public_receivers(shoutout.named, known) for shoutout in shoutouts}


async def latest_for_person(
    session: AsyncSession, workspace_id: str, user_id: str, limit: int = 10
) -> tuple[Sequence[Shoutout], Sequence[Shoutout], Names]:
    """Return a person's latest thanks, received and given, newest first, with the names to show."""
    theirs = select(Credit.shoutout_id).where(Credit.workspace_id == workspace_id, Credit.receiver_id == user_id)
    standing = select(Shoutout).where(
        Shoutout.workspace_id == workspace_id, Shoutout.given_at.is_not(None), Shoutout.undone_at.is_(None)
    )
    newest = standing.order_by(Shoutout.given_at.desc()).limit(limit)
    received = (await session.scalars(newest.where(Shoutout.id.in_(theirs)))).all()
    given = (await session.scalars(newest.where(Shoutout.giver_id == user_id, _CARRIES))).all()
    named = await _names_shown(session, workspace_id, received)
    beside = {id: [user_id, *(each for each in names if each != user_id)] for id, names in named.items()}
    return received, given, beside | await _receivers_of(session, given)


async def _receivers_of(session: AsyncSession, shoutouts: Sequence[Shoutout]) -> Names:
    """Return who is credited by each shout-out."""
    credits = select(Credit).where(Credit.shoutout_id.in_([shoutout.id for shoutout in shoutouts]))
    thanked: Names = {shoutout.id: [] for shoutout in shoutouts}
    for credit in await session.scalars(credits.order_by(Credit.shoutout_id, Credit.receiver_id)):
        thanked[credit.shoutout_id].append(credit.receiver_id)
    return thanked


async def postponed_by(session: AsyncSession, workspace_id: str, giver_id: str) -> Sequence[Shoutout]:
    """Return the shout-outs that a person has postponed, including those of the last week that could not be sent."""
    kept = select(Shoutout).where(
        Shoutout.workspace_id == workspace_id,
        Shoutout.giver_id == giver_id,
        Shoutout.given_on.is_(None),
        Shoutout.kept_until.is_not(None),
    )
    return (await session.scalars(kept.order_by(Shoutout.id))).all()


async def untold_reactions(session: AsyncSession, team: Team, since: datetime) -> Sequence[tuple[Credit, Shoutout]]:
    """Return the thanks by reaction since a given time whose receivers have not been told about them."""
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


async def check_not_thanked_yet(
    session: AsyncSession,
    workspace_id: str,
    message: str,
    giver_id: str,
    receivers: Sequence[str],
    known: dict[str, Person],
) -> None:
    """Raise `Refusal` if the giver has thanked any receiver for this message: more thanks would add no credit.

    Reactions do not count.
    """
    loud = (
        select(Credit.receiver_id)
        .join(Shoutout, Shoutout.id == Credit.shoutout_id)
        .where(
            Credit.workspace_id == workspace_id,
            Credit.message == message,
            Credit.giver_id == giver_id,
            Credit.receiver_id.in_(receivers),
            Shoutout.way != Way.REACTION,
        )
    )
    if again := (await session.scalars(loud.limit(1))).first():
        whom = known[again].shown if again in known else "one of them"
        raise Refusal(refusals.thanked_before(whom), field=RECEIVERS)


async def give_within_limit(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver: Person, now: datetime
) -> None:
    """Give a shout-out, unless the giver has reached the daily limit. Lock the giver first.

    The limit applies to the messages thanked for today and, separately, to those undone today, because each of them has
    notified somebody.
    """
    today = giver.local(now).date()
    asked = {"workspace_id": giver.workspace_id, "giver_id": giver.id, "day": today, "besides": shoutout.message}
    given, taken_back = (await session.execute(_COUNTS_OF_DAY, asked)).one()
    may = max(given, taken_back) < Settings.of(team).daily
    shoutout.undone_at = None
    shoutout.given_at, shoutout.given_on = (now, today) if may else (None, None)


async def insert_shoutout(session: AsyncSession, shoutout: Shoutout) -> None:
    """Insert a shout-out as a flush would, but without the unit of work, which costs more than the insert itself."""
    values = {name: getattr(shoutout, name) for name in _COLUMNS}
    defaults = values.keys() - vars(shoutout).keys()
    shoutout.id = (await session.execute(_INSERT, values)).scalar_one()
    make_transient_to_detached(shoutout)
    for name in defaults:  # otherwise, reading one of them would query the database
        set_committed_value(shoutout, name, values[name])
    session.add(shoutout)


async def claim_effects(session: AsyncSession, team: Team) -> Sequence[Shoutout]:
    """Return the team's shout-outs whose effects are due, oldest first, and mark their effects as applied."""
    claimed = await session.scalars(_CLAIM_EFFECTS, {"of_team": team.id})
    return sorted(claimed.all(), key=lambda shoutout: shoutout.id)


async def lock_shoutout(session: AsyncSession, workspace_id: str, shoutout_id: int) -> tuple[Team, Shoutout]:
    """Lock the team of a shout-out and return both. Raises `AnswerTooLate` if the shout-out is gone."""
    its_team = select(Shoutout.team_id).where(Shoutout.workspace_id == workspace_id, Shoutout.id == shoutout_id)
    team = await session.scalar(membership.select_locked(its_team.scalar_subquery()))
    found = await session.get(Shoutout, shoutout_id, populate_existing=True)
    if team is None or found is None:
        raise AnswerTooLate(refusals.SHOUTOUT_GONE)
    return team, found


async def find_by_source(session: AsyncSession, team: Team, source: str, giver_id: str) -> Shoutout | None:
    its = select(Shoutout).where(
        Shoutout.workspace_id == team.workspace_id, Shoutout.source == source, Shoutout.giver_id == giver_id
    )
    return (await session.scalars(its)).one_or_none()
