"""The card that teammates sign before the day: for the team without the one whose day it is, and encrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, teams
from bot.candidates import Candidate, Seat
from bot.database import insert, vault_of
from bot.errors import Passed, UserError
from bot.features.occasions.days import opens
from bot.features.occasions.settings import Own, Settings, Wish
from bot.features.occasions.tables import Kind, Occasion, Signed
from bot.teams import Team

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
    """One for each teammate and each open card that they have not signed; a sponsor is none."""
    teammates = [seat for seat in seats if seat.role]
    there = {seat.team.id for seat in teammates}
    opened = (await session.scalars(_opened().where(Occasion.team_id.in_(there)))).all()
    if not opened:
        return []
    signed = select(Signed.occasion_id, Signed.signer_id).where(Signed.occasion_id.in_([each.id for each in opened]))
    has_signed = {(row.occasion_id, row.signer_id) for row in await session.execute(signed)}
    return [
        Candidate(seat, SIGN, about=str(each.id), facts=_facts(seat.team, each), every=ONCE)
        for seat in teammates
        for each in opened
        if each.team_id == seat.team.id and each.person_id != seat.person.id
        if (each.id, seat.person.id) not in has_signed and now < each.due_at
    ]


async def open_to(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[tuple[Occasion, Team, bool]]:
    """The open cards of somebody's teams, none of them their own, and whether they have signed."""
    by_team = {seat.team.id: seat for seat in seats}
    theirs = _opened().where(Occasion.team_id.in_(by_team), Occasion.due_at > now).order_by(Occasion.due_at)
    opened = [each for each in await session.scalars(theirs) if each.person_id != by_team[each.team_id].person.id]
    return [
        (each, by_team[each.team_id].team, bool(await _signed(session, each, by_team[each.team_id].person.id)))
        for each in opened
    ]


async def one(
    session: AsyncSession, workspace_id: str, by: str, occasion_id: int, *, lock: bool = False
) -> tuple[Team, Occasion]:
    """An open card, for a teammate; with `lock` nobody gives it meanwhile."""
    found = await session.get(Occasion, occasion_id, with_for_update=lock or None)
    if found is None or found.workspace_id != workspace_id or found.person_id == by:
        raise Passed(GONE)
    team = await session.get_one(Team, found.team_id)
    if found.opened_at is None or found.given_at or await teams.member(session, team, by) is None:
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


def _opened() -> Select[Occasion]:
    return select(Occasion).where(Occasion.opened_at.is_not(None), Occasion.given_at.is_(None))


def _facts(team: Team, occasion: Occasion) -> dict[str, object]:
    given_on = occasion.due_at.astimezone(ZoneInfo(team.zone)).date()
    return {
        "occasion": occasion.id, "person": occasion.person_id, "kind": occasion.kind, "day": occasion.day.isoformat(),
        "given_on": given_on.isoformat(),
    }  # fmt: skip
