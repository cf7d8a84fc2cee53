"""Nudges to sign a teammate's birthday or anniversary card."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.birthdays import queries, rules
from bot.features.birthdays.models import Occasion
from bot.nudges.selection import Candidate, NudgeRule
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team

SIGN = "birthdays.sign"


NOTICE_INTERVAL = timedelta(days=365)
SIGN_RULE = NudgeRule(
    when="A teammate made a birthday or anniversary public, its card is open, and you haven't signed it.",
    pace="Once for each card; cards that open on the same day come together.",
    acted_on="You signed the cards.",
)


async def signing_candidates(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for teammates with cards to sign, one per teammate and day. Sponsors get none."""
    by_person: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        if seat.role:
            by_person[seat.person.id].append(seat)
    opened = await queries.open_cards(session, {seat.team.id for theirs in by_person.values() for seat in theirs}, now)
    signed = await queries.signers_of(session, opened)
    return [
        candidate
        for id, theirs in by_person.items()
        for candidate in _candidates(theirs, opened, {occasion for occasion, signer in signed if signer == id}, now)
    ]


def _candidates(
    seats: Sequence[Seat], opened: Sequence[Occasion], signed: Collection[int], now: datetime
) -> list[Candidate]:
    """Return a person's nudge candidates: cards to sign, grouped by the day on which the person is told about them."""
    by_team, today = {seat.team.id: seat for seat in seats}, seats[0].person.local(now).date()
    groups: dict[date, list[Occasion]] = defaultdict(list)
    for each in rules.select_cards_to_sign(seats, opened, signed):
        if each.id not in signed:
            groups[rules.notice_day(by_team[each.team_id].routine, each)].append(each)
    return [
        Candidate(
            by_team[cards[0].team_id], SIGN, about=day.isoformat(), every=NOTICE_INTERVAL,
            facts={"rows": [_row(by_team[each.team_id].team, each) for each in cards], "answers": {}},
        )
        for day, cards in groups.items()
        if day <= today
    ]  # fmt: skip


def _row(team: Team, occasion: Occasion) -> dict[str, object]:
    given_on = occasion.due_at.astimezone(ZoneInfo(team.zone)).date()
    return {
        "occasion": occasion.id, "person": occasion.person_id, "kind": occasion.kind, "day": occasion.day.isoformat(),
        "given_on": given_on.isoformat(),
    }  # fmt: skip
