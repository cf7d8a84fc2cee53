"""The card that teammates sign before the day: for the team without the one whose day it is, and encrypted."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.candidates import Candidate, Seat
from bot.database import insert, vault_of
from bot.errors import Passed, UserError
from bot.features.occasions.days import opens
from bot.features.occasions.settings import Own, Settings, Wish
from bot.features.occasions.tables import Kind, Occasion, Signed
from bot.hours import moment
from bot.hours.routine import Routine
from bot.teams import membership
from bot.teams.tables import Team

SIGN = "occasions.sign"
WORDS = "words"
"""The field of a form."""
LONGEST = 300
ONCE = timedelta(days=365)
GONE = "That card is not open any more. A line from you in the channel is just as good."


@dataclass(frozen=True)
class Signature:
    """What a teammate wrote, readable."""

    signer_id: str
    words: str


async def open_card(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> bool:
    """Let teammates sign, some working days before; says whether they may from now on."""
    days, zone = Settings.of(team).sign, ZoneInfo(team.zone)
    is_before = now.astimezone(zone).date() < occasion.due_at.astimezone(zone).date()
    if occasion.opened_at or not days or not is_before or now < opens(team, occasion.due_at, days):
        return False
    person = await directory.person(session, team.workspace_id, occasion.person_id)
    if Own.of(person).wish(Kind(occasion.kind)) is not Wish.PUBLIC:
        return False
    occasion.opened_at = now
    return True


async def to_sign(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return one candidate for each teammate and day, of the cards that they have not signed. A sponsor is none."""
    by_person: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        if seat.role:
            by_person[seat.person.id].append(seat)
    opened = await _open_in(session, {seat.team.id for theirs in by_person.values() for seat in theirs}, now)
    signed = await _signed_of(session, opened)
    return [
        candidate
        for id, theirs in by_person.items()
        for candidate in _candidates(theirs, opened, {occasion for occasion, signer in signed if signer == id}, now)
    ]


def _candidates(
    seats: Sequence[Seat], opened: Sequence[Occasion], signed: Collection[int], now: datetime
) -> list[Candidate]:
    """Group the cards that one person may sign by the day on which they hear of them."""
    by_team, today = {seat.team.id: seat for seat in seats}, seats[0].person.local(now).date()
    groups: dict[date, list[Occasion]] = defaultdict(list)
    for each in _for(seats, opened, signed):
        if each.id not in signed:
            groups[told_on(by_team[each.team_id].routine, each)].append(each)
    return [
        Candidate(
            by_team[cards[0].team_id], SIGN, about=day.isoformat(), every=ONCE,
            facts={"rows": [_row(by_team[each.team_id].team, each) for each in cards], "answers": {}},
        )
        for day, cards in groups.items()
        if day <= today
    ]  # fmt: skip


def told_on(routine: Routine, occasion: Occasion) -> date:
    """Return the working day on which somebody with this routine hears of an open card, whatever else they plan."""
    routine, opened_at = replace(routine, quiet=None, absences=()), occasion.opened_at
    assert opened_at  # noqa: S101
    begins = moment.next_good(routine, opened_at)
    if begins == opened_at:
        begins = moment.next_morning(routine, opened_at)
    return (begins or opened_at).astimezone(ZoneInfo(routine.zone)).date()


def _for(seats: Sequence[Seat], opened: Sequence[Occasion], signed: Collection[int]) -> list[Occasion]:
    """Return the cards of one person's teammates; of a day kept in two teams the signed one, else the first."""
    by_team = {seat.team.id: seat for seat in seats}
    theirs = [each for each in opened if each.team_id in by_team and each.person_id != seats[0].person.id]
    best_last = sorted(theirs, key=lambda each: (each.id in signed, -each.id))
    once = {(each.person_id, each.kind, each.year): each for each in best_last}
    return sorted(once.values(), key=lambda each: (each.due_at, each.id))


async def open_to(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[tuple[Occasion, Team, bool]]:
    """The open cards of somebody's teams, none of them their own, and whether they have signed."""
    if not seats:
        return []
    by_team = {seat.team.id: seat.team for seat in seats}
    opened = await _open_in(session, by_team.keys(), now)
    signed = {id for id, signer in await _signed_of(session, opened) if signer == seats[0].person.id}
    return [(each, by_team[each.team_id], each.id in signed) for each in _for(seats, opened, signed)]


async def _open_in(session: AsyncSession, team_ids: Collection[int], now: datetime) -> Sequence[Occasion]:
    opened = select(Occasion).where(
        Occasion.team_id.in_(team_ids), Occasion.opened_at.is_not(None), Occasion.given_at.is_(None),
        Occasion.due_at > now,
    )  # fmt: skip
    return (await session.scalars(opened)).all()


async def _signed_of(session: AsyncSession, opened: Sequence[Occasion]) -> set[tuple[int, str]]:
    """Return who has signed which of these cards."""
    if not opened:
        return set()
    signed = select(Signed.occasion_id, Signed.signer_id).where(Signed.occasion_id.in_([each.id for each in opened]))
    return {(row.occasion_id, row.signer_id) for row in await session.execute(signed)}


async def one(
    session: AsyncSession, workspace_id: str, by: str, occasion_id: int, *, lock: bool = False
) -> tuple[Team, Occasion]:
    """An open card, for a teammate; with `lock` nobody gives it meanwhile."""
    found = await session.get(Occasion, occasion_id, with_for_update=lock or None)
    if found is None or found.workspace_id != workspace_id or found.person_id == by:
        raise Passed(GONE)
    team = await session.get_one(Team, found.team_id)
    if found.opened_at is None or found.given_at or await membership.member(session, team, by) is None:
        raise Passed(GONE)
    return team, found


async def sign(
    session: AsyncSession, workspace_id: str, by: str, occasion_id: int, words: str, *, now: datetime
) -> tuple[Team, Occasion]:
    """Write on a card, in place of what one wrote before."""
    team, occasion = await one(session, workspace_id, by, occasion_id, lock=True)
    if not words:
        raise UserError("One line is enough.", field=WORDS)
    if len(words) > LONGEST:
        raise UserError(f"A card is small: {LONGEST} characters at most.", field=WORDS)
    news = {"sealed": vault_of(session).encrypt(words), "signed_at": now}
    row = insert(session, Signed).values(occasion_id=occasion.id, signer_id=by, **news)
    await session.execute(row.on_conflict_do_update(index_elements=["occasion_id", "signer_id"], set_=news))
    return team, occasion


async def signed_by(session: AsyncSession, workspace_id: str, by: str, occasion_id: int) -> tuple[Team, Occasion, str]:
    """An open card, and what somebody has written on it already."""
    team, occasion = await one(session, workspace_id, by, occasion_id)
    signed = await _signed(session, occasion, by)
    return team, occasion, vault_of(session).decrypt(signed.sealed) if signed else ""


async def signatures(session: AsyncSession, occasion: Occasion) -> list[Signature]:
    """All that was written, in the order it was."""
    theirs = select(Signed).where(Signed.occasion_id == occasion.id).order_by(Signed.signed_at, Signed.signer_id)
    vault = vault_of(session)
    return [Signature(each.signer_id, vault.decrypt(each.sealed)) for each in await session.scalars(theirs)]


async def _signed(session: AsyncSession, occasion: Occasion, by: str) -> Signed | None:
    return await session.get(Signed, (occasion.id, by), populate_existing=True)


def _row(team: Team, occasion: Occasion) -> dict[str, object]:
    given_on = occasion.due_at.astimezone(ZoneInfo(team.zone)).date()
    return {
        "occasion": occasion.id, "person": occasion.person_id, "kind": occasion.kind, "day": occasion.day.isoformat(),
        "given_on": given_on.isoformat(),
    }  # fmt: skip
