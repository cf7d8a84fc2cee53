"""Shout-outs: thanks from one member to others, told to them and read out to the team."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot import directory, teams
from bot.database import Base
from bot.directory import Person
from bot.errors import UserError
from bot.teams import Team

RECEIVERS = "receivers"
REASON = "reason"
MOST_RECEIVERS = 20
LONGEST_REASON = 500
TEN_MINUTES = timedelta(minutes=10)
MORNING = time(9)
TAG = re.compile(r"(?<!\S)#([\w-]+)")
EMOJI_NAME = re.compile(r":[\w+'-]+:")
MENTION = re.compile(r"<[@#!][^>]*>")


class Settings(teams.Settings):
    """A team's way with shout-outs."""

    feature: ClassVar[str] = "shoutouts"
    values: list[str] = ["empathy", "ownership", "teamwork", "craft"]
    daily: int = 5


class Shoutout(Base):
    """One act of thanks. Offered and kept ones wait for a day on which their giver has not said five yet."""

    __tablename__ = "shoutouts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "message", "giver_id"),
        Index(None, "workspace_id", "giver_id", "given_on"),
        Index(None, "team_id", "given_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    giver_id: Mapped[str]
    message: Mapped[str]
    """What it came from: a Slack message or delivery; one act each."""
    reason: Mapped[str]
    values: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    given_on: Mapped[date | None]
    """The giver's own day, for the daily five."""
    kept_until: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_given(self) -> bool:
        return self.given_at is not None and self.undone_at is None


class Credit(Base):
    """One receiver of a shout-out."""

    __tablename__ = "shoutout_credits"
    __table_args__ = (Index(None, "workspace_id", "receiver_id"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    shoutout_id: Mapped[int] = mapped_column(ForeignKey("shoutouts.id", ondelete="CASCADE"), primary_key=True)
    receiver_id: Mapped[str] = mapped_column(primary_key=True)


def values_in(reason: str, known: Sequence[str]) -> list[str]:
    """The team's values that a reason carries as tags, each once, in the team's own spelling."""
    tags = {tag.casefold() for tag in TAG.findall(reason)}
    return [value for value in known if value.casefold() in tags]


def must_say_why(reason: str) -> None:
    words = MENTION.sub("", EMOJI_NAME.sub("", TAG.sub("", reason)))
    if not any(character.isalnum() for character in words):
        raise UserError("Say in a few words what they did, like `for staying calm with an angry caller`.", field=REASON)
    if len(reason) > LONGEST_REASON:
        raise UserError(
            f"That is {len(reason)} characters; {LONGEST_REASON} is the most. Could you say it shorter?",
            field=REASON,
        )


def must_be_others(giver: Person, receivers: Sequence[str], known: dict[str, Person]) -> None:
    if not receivers:
        raise UserError("Whom would you like to thank? Name somebody, like `@ana`.", field=RECEIVERS)
    if giver.id in receivers:
        raise UserError("A shout-out is for somebody else; leave yourself out and it can go.", field=RECEIVERS)
    if len(receivers) > MOST_RECEIVERS:
        raise UserError(
            f"That is {len(receivers)} people; name {MOST_RECEIVERS} at most, so that each feels meant.",
            field=RECEIVERS,
        )
    for receiver in receivers:
        person = known.get(receiver)
        if person is None:
            raise UserError("One of them is nobody I know here. Pick them from the list.", field=RECEIVERS)
        if person.is_bot:
            raise UserError(f"@{person.name} is a bot; thank a person behind it instead.", field=RECEIVERS)
        if person.has_left:
            raise UserError(f"@{person.name} has left this workspace; I cannot tell them.", field=RECEIVERS)


def may_still_undo(shoutout: Shoutout, now: datetime) -> bool:
    return shoutout.given_at is not None and now - shoutout.given_at < TEN_MINUTES


def next_morning(giver: Person, now: datetime) -> datetime:
    """09:00 of the giver's next weekday."""
    local = giver.local(now)
    day = local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, ZoneInfo(giver.zone))


async def give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    *,
    receivers: Sequence[str],
    reason: str,
    message: str,
    now: datetime,
) -> Shoutout:
    """Thank `receivers`. Past the daily five it is only offered: neither given nor told, until `keep`."""
    giver = await directory.person(session, team.workspace_id, giver_id, lock=True)
    receivers = list(dict.fromkeys(receivers))
    known = await directory.people(session, team.workspace_id, receivers)
    must_be_others(giver, receivers, known)
    must_say_why(reason)
    settings = Settings.of(team)
    today = giver.local(now).date()
    may_give = await given_on(session, giver, today) < settings.daily
    shoutout = Shoutout(
        workspace_id=team.workspace_id,
        team_id=team.id,
        giver_id=giver_id,
        message=message,
        reason=reason,
        values=values_in(reason, settings.values),
        made_at=now,
        given_at=now if may_give else None,
        given_on=today if may_give else None,
    )
    session.add(shoutout)
    await session.flush()
    session.add_all(Credit(team.workspace_id, shoutout.id, receiver) for receiver in receivers)
    return shoutout


async def given_on(session: AsyncSession, giver: Person, day: date) -> int:
    """How many times somebody has thanked on a day of theirs."""
    acts = select(func.count()).where(
        Shoutout.workspace_id == giver.workspace_id,
        Shoutout.giver_id == giver.id,
        Shoutout.given_on == day,
        Shoutout.undone_at.is_(None),
    )
    return await session.scalar(acts) or 0


async def undo(session: AsyncSession, shoutout: Shoutout, giver_id: str, *, now: datetime) -> bool:
    """Take thanks back within ten minutes; False when they are back already."""
    if shoutout.giver_id != giver_id:
        raise UserError("Only who gave a shout-out can take it back.")
    if shoutout.undone_at is not None:
        return False
    if not may_still_undo(shoutout, now):
        raise UserError("A shout-out can be taken back for ten minutes, and this one has stood longer.")
    shoutout.undone_at = now
    return True


async def keep(session: AsyncSession, shoutout: Shoutout, giver_id: str, *, now: datetime) -> datetime:
    """Keep an offered shout-out for the giver's next morning; says when that is. Keeping twice changes nothing."""
    if shoutout.giver_id != giver_id:
        raise UserError("Only who wrote a shout-out can keep it.")
    if shoutout.given_at is not None:
        raise UserError("That one has gone out already.")
    if shoutout.kept_until is None:
        giver = await directory.person(session, shoutout.workspace_id, giver_id)
        shoutout.kept_until = next_morning(giver, now)
    return shoutout.kept_until


async def give_kept(session: AsyncSession, shoutout: Shoutout, *, now: datetime) -> None:
    """Give what was kept; it counts for the day on which it goes out."""
    giver = await directory.person(session, shoutout.workspace_id, shoutout.giver_id, lock=True)
    shoutout.given_at = now
    shoutout.given_on = giver.local(now).date()


async def one(session: AsyncSession, workspace_id: str, shoutout_id: int) -> Shoutout:
    """A shout-out, locked against two presses at once."""
    query = select(Shoutout).where(Shoutout.workspace_id == workspace_id, Shoutout.id == shoutout_id)
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise UserError("That shout-out is no longer kept here.")
    return found


async def receivers_of(session: AsyncSession, shoutouts: Sequence[Shoutout]) -> dict[int, list[str]]:
    """Who was thanked, by shout-out."""
    credits = select(Credit).where(Credit.shoutout_id.in_([shoutout.id for shoutout in shoutouts]))
    thanked: dict[int, list[str]] = {shoutout.id: [] for shoutout in shoutouts}
    for credit in await session.scalars(credits.order_by(Credit.shoutout_id, Credit.receiver_id)):
        thanked[credit.shoutout_id].append(credit.receiver_id)
    return thanked


async def given_between(session: AsyncSession, team: Team, start: datetime, end: datetime) -> Sequence[Shoutout]:
    given = select(Shoutout).where(
        Shoutout.team_id == team.id,
        Shoutout.given_at >= start,
        Shoutout.given_at < end,
        Shoutout.undone_at.is_(None),
    )
    return (await session.scalars(given.order_by(Shoutout.given_at))).all()


async def latest_of(
    session: AsyncSession, workspace_id: str, user_id: str, limit: int = 10
) -> tuple[Sequence[Shoutout], Sequence[Shoutout]]:
    """Somebody's latest thanks, received and given, newest first."""
    credited = select(Credit.shoutout_id).where(Credit.workspace_id == workspace_id, Credit.receiver_id == user_id)
    standing = select(Shoutout).where(
        Shoutout.workspace_id == workspace_id, Shoutout.given_at.is_not(None), Shoutout.undone_at.is_(None)
    )
    newest = standing.order_by(Shoutout.given_at.desc()).limit(limit)
    received = (await session.scalars(newest.where(Shoutout.id.in_(credited)))).all()
    given = (await session.scalars(newest.where(Shoutout.giver_id == user_id))).all()
    return received, given


async def forget_unwanted(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Delete offers that nobody kept; says how many."""
    unwanted = (
        select(Shoutout)
        .where(
            Shoutout.workspace_id == workspace_id,
            Shoutout.given_at.is_(None),
            Shoutout.kept_until.is_(None),
            Shoutout.made_at < before,
        )
        .limit(limit)
    )
    found = (await session.scalars(unwanted)).all()
    for shoutout in found:
        await session.delete(shoutout)
    return len(found)
