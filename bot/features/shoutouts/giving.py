"""Giving thanks in one's own words, taking them back, keeping them for the morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.shoutouts import credits, rules
from bot.features.shoutouts.credits import Note
from bot.features.shoutouts.rules import MANNER, RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.features.shoutouts.tables import Credit, Kind, Place, Shoutout, Way
from bot.hours import moment, routine
from bot.teams import membership
from bot.teams.tables import Role, Team


@dataclass(frozen=True)
class Manner:
    """In what way somebody thanks."""

    kind: Kind = Kind.THANKS
    is_private: bool = False
    is_for_team: bool = False


PLAIN = Manner()


async def give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    *,
    receivers: Sequence[str],
    reason: str,
    source: str,
    now: datetime,
    about: Place | None = None,
    manner: Manner = PLAIN,
) -> tuple[Shoutout, list[Note]]:
    """Thank `receivers`, perhaps for a message. Past the daily five it is only offered, until `keep`."""
    if about:
        await membership.hold(session, team.id)
    others = () if manner.is_for_team else receivers
    giver, known = await directory.person_with(session, team.workspace_id, giver_id, others)
    receivers = await _meant(session, team, giver, receivers, known, manner)
    rules.must_say_why(reason)
    if about:
        await _must_be_new(session, team.workspace_id, str(about), giver_id, receivers, known)
    shoutout = Shoutout(
        workspace_id=team.workspace_id,
        team_id=team.id,
        giver_id=giver_id,
        message=str(about) if about else source,
        source=source,
        way=Way.SPOKEN,
        reason=reason,
        values=rules.values_in(reason, Settings.of(team).values),
        receivers=receivers,
        made_at=now,
        named=[] if manner.is_private else rules.named(receivers, known),
        kind=manner.kind,
        is_private=manner.is_private,
        is_for_team=manner.is_for_team,
    )
    await stand(session, team, shoutout, giver, now)
    session.add(shoutout)
    await session.flush()
    if about:
        return shoutout, await credits.settle(session, team, shoutout.message, now=now)
    return shoutout, await credits.first(session, shoutout, known, now) if shoutout.is_given else []


async def _meant(
    session: AsyncSession,
    team: Team,
    giver: Person,
    receivers: Sequence[str],
    known: dict[str, Person],
    manner: Manner,
) -> list[str]:
    """Who is thanked, each once."""
    if manner.is_for_team:
        return await _everybody(session, team, giver, manner)
    receivers = list(dict.fromkeys(receivers))
    rules.must_be_others(giver, receivers, known)
    return receivers


async def _everybody(session: AsyncSession, team: Team, giver: Person, manner: Manner) -> list[str]:
    here = {member.user_id: member for member in await membership.members(session, team)}
    leads = giver.id in here and here[giver.id].role is Role.LEADER
    if not leads and giver.id != team.sponsor_id:
        raise UserError(
            "Thanking the whole team at once is for its leaders. Name those you mean, like `@ana @ben`; "
            "they will feel it more.",
            field=RECEIVERS,
        )
    if manner.is_private:
        raise UserError("Thanks to the whole team are for all to read; leave one of the two out.", field=MANNER)
    if team.is_closed:
        raise UserError(
            "I cannot post in your channel any more, so nobody would read it. Name those you mean, like `@ana @ben`.",
            field=RECEIVERS,
        )
    if here.keys() <= {giver.id}:
        raise UserError("There is nobody else in this team yet. Name those you mean, like `@ana`.", field=RECEIVERS)
    return [user_id for user_id in here if user_id != giver.id]


async def _must_be_new(
    session: AsyncSession,
    workspace_id: str,
    message: str,
    giver_id: str,
    receivers: Sequence[str],
    known: dict[str, Person],
) -> None:
    """A second time for the same message to the same person would be no credit at all."""
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
        raise UserError(f"You have thanked {whom} for this message already; once is heard.", field=RECEIVERS)


async def stand(session: AsyncSession, team: Team, shoutout: Shoutout, giver: Person, now: datetime) -> None:
    """Give it, unless its giver has thanked as often as they may today. The giver must be locked."""
    today = giver.local(now).date()
    given, taken_back = await said_on(session, giver, today, besides=shoutout.message)
    may = max(given, taken_back) < Settings.of(team).daily
    shoutout.undone_at = None
    shoutout.given_at, shoutout.given_on = (now, today) if may else (None, None)


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
_SAID_ON = select(_GIVEN.scalar_subquery(), _TAKEN_BACK.scalar_subquery())


async def said_on(session: AsyncSession, giver: Person, day: date, *, besides: str = "") -> tuple[int, int]:
    """Return for how many messages somebody thanks on a day of theirs, and for how many they did and took it back.

    What was taken back has rung once all the same.
    """
    asked = {"workspace_id": giver.workspace_id, "giver_id": giver.id, "day": day, "besides": besides}
    given, taken_back = (await session.execute(_SAID_ON, asked)).one()
    return given, taken_back


async def one(session: AsyncSession, workspace_id: str, shoutout_id: int) -> tuple[Team, Shoutout]:
    """A shout-out and its team, held so that nobody else changes its thanks meanwhile."""
    its_team = select(Shoutout.team_id).where(Shoutout.workspace_id == workspace_id, Shoutout.id == shoutout_id)
    team = await membership.hold(session, its_team.scalar_subquery())
    found = await session.get(Shoutout, shoutout_id, populate_existing=True)
    if team is None or found is None:
        raise Passed("That shout-out is no longer kept here.")
    return team, found


async def undo(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver_id: str, *, now: datetime
) -> list[Note] | None:
    """Take thanks back within ten minutes; None when they are back already."""
    _must_be_their_own(shoutout, giver_id)
    if shoutout.undone_at is not None:
        return None
    _must_be_fresh(shoutout, now)
    shoutout.undone_at = now
    shoutout.reason, shoutout.values = "", []
    return await credits.settle(session, team, shoutout.message, now=now)


async def add(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver_id: str, receivers: Sequence[str], *, now: datetime
) -> list[Note]:
    """Add receivers to a shout-out, leaving out those who cannot be thanked. Calling it twice changes nothing."""
    _must_be_their_own(shoutout, giver_id)
    if shoutout.undone_at is not None or not shoutout.receivers:
        raise UserError("That shout-out was taken back, so I told nobody else. Please thank them in a new one.")
    fresh = [each for each in dict.fromkeys(receivers) if each not in shoutout.receivers]
    giver, known = await directory.person_with(session, team.workspace_id, giver_id, fresh)
    able = rules.others(giver_id, fresh, known)
    if fresh:
        rules.must_be_others(giver, able or fresh, known, besides=len(shoutout.receivers))
    shoutout.receivers = [*shoutout.receivers, *able]
    shoutout.named = [*shoutout.named, *_announced(shoutout, able, known)]
    return await credits.settle(session, team, shoutout.message, now=now)


def _announced(shoutout: Shoutout, receivers: Sequence[str], known: dict[str, Person]) -> Sequence[str]:
    """Return the receivers its card names; none for a channel message, which names them itself."""
    if shoutout.way == Way.HEARD:
        return receivers
    return [] if shoutout.is_private else rules.named(receivers, known)


async def put_right(
    session: AsyncSession, team: Team, shoutout: Shoutout, giver_id: str, *, wrong: str, right: str, now: datetime
) -> list[Note]:
    """Use one of the team's values in place of a tag that is none."""
    _must_be_their_own(shoutout, giver_id)
    if not shoutout.is_given:
        raise UserError("That shout-out is taken back, so there is nothing to put right.")
    _must_be_fresh(shoutout, now)
    shoutout.reason = rules.put_right(shoutout.reason, wrong, right)
    shoutout.values = rules.values_in(shoutout.reason, Settings.of(team).values)
    return credits.changed(shoutout, await credits.of_act(session, shoutout))


def _must_be_their_own(shoutout: Shoutout, giver_id: str) -> None:
    if shoutout.giver_id != giver_id:
        raise UserError("Only who gave a shout-out can change it or take it back.")


def _must_be_fresh(shoutout: Shoutout, now: datetime) -> None:
    if not rules.may_still_undo(shoutout, now):
        raise UserError("A shout-out can be changed or taken back for ten minutes, and this one has stood longer.")


async def keep(session: AsyncSession, shoutout: Shoutout, giver_id: str, *, now: datetime) -> datetime:
    """Keep an offered shout-out for the giver's next morning; says when that is. Keeping twice changes nothing."""
    if shoutout.giver_id != giver_id:
        raise UserError("Only who wrote a shout-out can keep it.")
    if shoutout.given_at is not None:
        raise Passed("That one has gone out already.")
    if shoutout.undone_at is not None:
        raise UserError("Its message thanks nobody any more, so there is nothing to keep.")
    if shoutout.kept_until is None:
        giver = await directory.person(session, shoutout.workspace_id, giver_id)
        team = await session.get_one(Team, shoutout.team_id)
        shoutout.kept_until = moment.next_morning(routine.of_person(giver, team), now)
    return shoutout.kept_until


async def give_kept(
    session: AsyncSession, team: Team, shoutout: Shoutout, *, now: datetime
) -> tuple[list[Note], list[str]]:
    """Give what was kept, to those who are still here; says who is not. It counts for the day on which it goes out.

    What cannot be given stays for a week as taken back, so that its giver can find it.
    """
    giver = await directory.person(session, shoutout.workspace_id, shoutout.giver_id, lock=True)
    known = await directory.people(session, shoutout.workspace_id, shoutout.receivers)
    able = rules.others(giver.id, shoutout.receivers, known)
    gone = [] if shoutout.is_for_team else [each for each in shoutout.receivers if each not in able]
    if not able:
        shoutout.undone_at = now
        return [], gone
    if gone:
        session.add(_unsent(shoutout, gone, now))
    shoutout.receivers = able
    shoutout.named = rules.named([each for each in shoutout.named if each in able], known)
    shoutout.given_at = now
    shoutout.given_on = giver.local(now).date()
    return await credits.settle(session, team, shoutout.message, now=now), gone


def _unsent(shoutout: Shoutout, receivers: list[str], now: datetime) -> Shoutout:
    """The part of an act that cannot be given."""
    return Shoutout(
        workspace_id=shoutout.workspace_id,
        team_id=shoutout.team_id,
        giver_id=shoutout.giver_id,
        message=shoutout.message,
        source=f"{shoutout.source}:unsent",
        way=shoutout.way,
        reason=shoutout.reason,
        values=[],
        receivers=receivers,
        made_at=shoutout.made_at,
        kind=shoutout.kind,
        is_private=shoutout.is_private,
        kept_until=shoutout.kept_until,
        undone_at=now,
    )
