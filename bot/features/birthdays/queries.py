"""Queries on birthdays, anniversaries and the cards that teammates sign. Signatures are stored encrypted."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.errors import AnswerTooLate
from bot.features.birthdays import rules
from bot.features.birthdays.models import Occasion, SealedSignature
from bot.features.birthdays.settings import Wish
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Member, Team
from bot.refusals import common


@dataclass(frozen=True)
class Signature:
    """A decrypted signature."""

    signer_id: str
    words: str


async def open_cards_of(
    session: AsyncSession, seats: Sequence[Seat], now: datetime
) -> list[tuple[Occasion, Team, bool]]:
    """Return the open cards of a person's teammates, each with its team and whether the person has signed it."""
    if not seats:
        return []
    by_team = {seat.team.id: seat.team for seat in seats}
    opened = await open_cards(session, by_team.keys(), now)
    signed = {id for id, signer in await signers_of(session, opened) if signer == seats[0].person.id}
    return [
        (each, by_team[each.team_id], each.id in signed) for each in rules.select_cards_to_sign(seats, opened, signed)
    ]


async def open_cards(session: AsyncSession, team_ids: Collection[int], now: datetime) -> Sequence[Occasion]:
    return (await session.scalars(_OPENED, {"team_ids": [*team_ids], "now": now})).all()


_OPENED = select(Occasion).where(
    Occasion.team_id.in_(bindparam("team_ids", expanding=True)),
    Occasion.opened_at.is_not(None),
    Occasion.given_at.is_(None),
    Occasion.due_at > bindparam("now"),
)
"""Built once at import, because every nudge check executes it."""


async def signers_of(session: AsyncSession, opened: Sequence[Occasion]) -> set[tuple[int, str]]:
    """Return who has signed which of these cards, as pairs of occasion id and signer id."""
    if not opened:
        return set()
    signed = select(SealedSignature.occasion_id, SealedSignature.signer_id).where(
        SealedSignature.occasion_id.in_([each.id for each in opened])
    )
    return {(row.occasion_id, row.signer_id) for row in await session.execute(signed)}


async def find_open_card(
    session: AsyncSession, workspace_id: str, by: str, occasion_id: int, *, lock: bool = False
) -> tuple[Team, Occasion]:
    """Return an open card that a person may sign, and its team; with `lock`, it is not posted during the transaction.

    Raises `AnswerTooLate` if the card is closed, is the person's own, or is another team's.
    """
    found = await (locks.lock_row(session, Occasion, occasion_id) if lock else session.get(Occasion, occasion_id))
    if found is None or found.workspace_id != workspace_id or found.person_id == by:
        raise AnswerTooLate(common.CARD_CLOSED)
    team = await session.get_one(Team, found.team_id)
    if found.opened_at is None or found.given_at or await membership.member(session, team, by) is None:
        raise AnswerTooLate(common.CARD_CLOSED)
    return team, found


async def card_with_words(
    session: AsyncSession, workspace_id: str, by: str, occasion_id: int
) -> tuple[Team, Occasion, str]:
    """Return an open card's team, the occasion, and what a person has written on the card so far."""
    team, occasion = await find_open_card(session, workspace_id, by, occasion_id)
    signed = await session.get(SealedSignature, (occasion.id, by), populate_existing=True)
    return team, occasion, vault_of(session).read(signed.sealed) if signed else ""


async def decrypt_signatures(session: AsyncSession, occasion: Occasion) -> list[Signature]:
    """Return all signatures on a card, decrypted, in the order of signing."""
    theirs = (
        select(SealedSignature)
        .where(SealedSignature.occasion_id == occasion.id)
        .order_by(SealedSignature.signed_at, SealedSignature.signer_id)
    )
    vault = vault_of(session)
    return [Signature(each.signer_id, vault.read(each.sealed)) for each in await session.scalars(theirs)]


async def lock_upcoming(session: AsyncSession, team: Team, ids: Iterable[str]) -> Sequence[Occasion]:
    theirs = select(Occasion).where(
        Occasion.team_id == team.id, Occasion.person_id.in_(sorted(ids)), Occasion.given_at.is_(None)
    )
    found = locks.for_update(theirs.order_by(Occasion.id), Occasion)
    return (await session.scalars(found, execution_options={"populate_existing": True})).all()


async def home_teams(session: AsyncSession, team: Team, ids: Sequence[str]) -> dict[str, int]:
    """Return each person's home team by id: the one joined first or, for sponsors without a team, sponsored first."""
    if not ids:
        return {}
    firsts = select(func.min(Member.id)).where(
        Member.workspace_id == team.workspace_id, Member.user_id.in_(ids), Member.left_at.is_(None)
    )
    theirs = select(Member.user_id, Member.team_id).where(Member.id.in_(firsts.group_by(Member.user_id)))
    sponsored = select(Team.sponsor_id, func.min(Team.id)).where(
        Team.workspace_id == team.workspace_id, Team.sponsor_id.in_(ids)
    )
    found = {row[0]: row[1] for row in await session.execute(sponsored.group_by(Team.sponsor_id)) if row[0]}
    return found | {row.user_id: row.team_id for row in await session.execute(theirs)}


@dataclass(frozen=True)
class DueOccasion:
    """A birthday or anniversary that is due, with everything that the message about it needs."""

    occasion: Occasion
    person: Person
    wish: Wish
    years: int
    """Years since their first day; unused for a birthday."""
    signatures: list[Signature]

    @property
    def is_public(self) -> bool:
        return self.wish is Wish.PUBLIC


async def belongs_to(session: AsyncSession, team: Team, person: Person) -> bool:
    """Return whether a person is a member of a team, or its sponsor."""
    sponsors = team.sponsor_id == person.id and person.may_join
    return sponsors or await membership.member(session, team, person.id) is not None


async def find_people_due(session: AsyncSession, team: Team, occasion_id: int) -> Sequence[str]:
    """Return the people whose birthday or anniversary is due in a team at the same instant as the given one."""
    due_at = select(Occasion.due_at).where(Occasion.id == occasion_id).scalar_subquery()
    theirs = select(Occasion.person_id).where(Occasion.team_id == team.id, Occasion.due_at == due_at)
    return (await session.scalars(theirs.where(Occasion.given_at.is_(None)).distinct())).all()


async def find_ids_due_together(session: AsyncSession, given: DueOccasion) -> list[int]:
    """Return the ids of a team's occasions that are due at the same instant as this one and not celebrated yet."""
    its = given.occasion
    others = select(Occasion.id).where(
        Occasion.team_id == its.team_id, Occasion.due_at == its.due_at, Occasion.given_at.is_(None)
    )
    return list(await session.scalars(others.order_by(Occasion.person_id, Occasion.id)))


async def was_celebrated_elsewhere(session: AsyncSession, occasion: Occasion) -> bool:
    """Return whether another of the person's teams has celebrated an occasion. Lock the person first."""
    others = select(Occasion.id).where(
        Occasion.workspace_id == occasion.workspace_id, Occasion.person_id == occasion.person_id,
        Occasion.kind == occasion.kind, Occasion.year == occasion.year, Occasion.id != occasion.id,
        Occasion.given_at.is_not(None),
    )  # fmt: skip
    return await session.scalar(others.limit(1)) is not None
