"""Nudges about one-on-ones that are due, and about notes to follow up.

One-on-ones are planned ahead: a reminder on the day itself would be too late to find a time that suits both. Where the
bot offers times by itself, it reminds leaders only of what it could not settle.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import rules
from bot.features.one_on_ones.models import Note
from bot.features.one_on_ones.rules import monday_of
from bot.features.one_on_ones.settings import Settings
from bot.meetings.models import OPEN, Kind, Meeting, Series, State
from bot.nudges.models import Nudge
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.people import Person, fetch_people
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team

DUE = "one_on_ones.due"
REMINDER_INTERVAL = timedelta(hours=20)
REPEAT_PERIOD = timedelta(days=4)
"""How long after a reminder another one about the same pairs uses a short form; it includes a weekend."""
UNCOUNTED_STATES = (State.CANCELLED, State.EXPIRED)
"""States that do not count toward the weekly limit."""
DUE_RULE = NudgeRule(
    when="An agent has asked you for a one-on-one, or one is due within six days and nothing is booked, although the "
    "agent was offered times. If your team has *Offer times to agents* off, also when one is due by the end of next "
    "week.",
    pace="Once a working day for all agents together, and in a week no more of them than the team's *One-on-ones per "
    "leader per week*.",
    acted_on="For each agent you offered times, booked a time, said that you've met, or pressed *Not this time*.",
)


_IDS: Any = bindparam("ids", expanding=True)
_TOLD = (
    select(Nudge.person_id, Nudge.facts)
    .where(
        Nudge.workspace_id == bindparam("workspace_id"),
        Nudge.person_id.in_(_IDS),
        Nudge.kind == DUE,
        Nudge.said_at > bindparam("since"),
    )
    .order_by(Nudge.id)
)
_HAS_OPEN = select(Meeting.series_id).where(Meeting.series_id == Series.id, Meeting.state.in_(OPEN)).exists()
_TO_PLAN = (
    select(Series)
    .where(
        Series.workspace_id == bindparam("workspace_id"),
        Series.leader_id.in_(_IDS),
        Series.ended_at.is_(None),
        (Series.due_on <= bindparam("latest")) | Series.asked_at.is_not(None),
        ~_HAS_OPEN,
    )
    .order_by(Series.id)
)
_MADE = select(Meeting.organizer_id, Meeting.made_at).where(
    Meeting.workspace_id == bindparam("workspace_id"),
    Meeting.kind == Kind.ONE_ON_ONE,
    Meeting.organizer_id.in_(_IDS),
    Meeting.made_at >= bindparam("since"),
    Meeting.state.not_in(UNCOUNTED_STATES),
)
_GAVE_UP = select(Meeting.id).where(
    Meeting.series_id == Series.id,
    Meeting.state.in_(UNCOUNTED_STATES),
    Meeting.ended_at > bindparam("since"),
)
_TO_OFFER = (
    select(Series)
    .where(
        Series.team_id == bindparam("team_id"),
        Series.ended_at.is_(None),
        (Series.due_on <= bindparam("latest")) | (Series.asked_at <= bindparam("asked_by")),
        ~_HAS_OPEN,
        ~_GAVE_UP.exists(),
    )
    .order_by(Series.id)
)
_TO_FOLLOW_UP = (
    select(Note)
    .where(
        Note.workspace_id.in_(bindparam("workspace_ids", expanding=True)),
        Note.author_id.in_(_IDS),
        Note.follow_up_on <= bindparam("latest"),
        Note.followed_at.is_(None),
    )
    .order_by(Note.follow_up_on, Note.id)
)
"""Built once at import, because every nudge check executes them."""


@dataclass(frozen=True)
class RotaFacts:
    """The facts about a leader that decide which one-on-ones the leader should plan now."""

    due: Sequence[Series] = ()
    """Pairs without an open meeting, due by the end of next week or requested by the agent."""
    made: int = 0
    """Meetings created this week."""


def make_due_candidate(
    seat: Seat, facts: RotaFacts, today: date, told: Sequence[dict[str, Any]] = ()
) -> Candidate | None:
    """Return one nudge candidate about all one-on-ones that are due for a leader, or None.

    `told` has the rows of the leader's last nudge.
    """
    settings = Settings.of(seat.team)
    until = today + rules.OFFERED_AHEAD if settings.offers else None
    rows = rules.select_pairs_to_plan(facts.due, left=settings.weekly - facts.made, today=today, until=until)
    if not rows:
        return None
    shown = [make_pair_facts(series, today) for series in rows]
    known = [_without_days(each) for each in told]
    is_again = all(_without_days(each) in known for each in shown)
    facts_shown = {"rows": shown, "answers": {}, "again": is_again}
    soon = any(each.asked_at or each.is_missed or each.due_on <= rules.sunday_of(today) for each in rows)
    urgency = Urgency.DUE_SOON if soon else Urgency.TODAY
    return Candidate(seat, DUE, urgency=urgency, facts=facts_shown, every=REMINDER_INTERVAL)


def _without_days(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "days"}


def make_pair_facts(series: Series, today: date) -> dict[str, Any]:
    """Return the facts about one pair that go into a nudge."""
    return {
        "series": series.id, "agent": series.agent_id, "days": (today - rules.waiting_since(series)).days,
        "met": series.met_on is not None, "missed": series.is_missed, "asked": series.asked_at is not None,
        "due": series.due_on.isoformat(),
    }  # fmt: skip


async def find_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return a nudge candidate for each leader with one-on-ones that are due."""
    first = {seat.person.id: seat for seat in reversed(seats)}
    found = await find_facts(session, [seat.person for seat in first.values()], now) if first else {}
    told = await _fetch_last_reminded_rows(session, seats[0].team.workspace_id, list(first), now) if first else {}
    made = []
    for id, seat in first.items():
        made.append(make_due_candidate(seat, found[id], seat.person.local(now).date(), told.get(id, ())))
        await asyncio.sleep(0)  # yield to the event loop, so that acks are not delayed
    return [each for each in made if each]


async def _fetch_last_reminded_rows(
    session: AsyncSession, workspace_id: str, ids: Sequence[str], now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each leader's last reminder, if it was sent within the `REPEAT_PERIOD`."""
    told = await session.execute(_TOLD, {"workspace_id": workspace_id, "ids": [*ids], "since": now - REPEAT_PERIOD})
    return {person_id: facts["rows"] for person_id, facts in told}


async def find_due(session: AsyncSession, leader: Person, weekly: int, now: datetime) -> list[Series]:
    """Return the pairs of one leader that should plan a one-on-one now, most urgent first."""
    found = (await find_facts(session, [leader], now))[leader.id]
    return rules.select_pairs_to_plan(found.due, left=weekly - found.made, today=leader.local(now).date())


async def find_facts(session: AsyncSession, leaders: Sequence[Person], now: datetime) -> dict[str, RotaFacts]:
    """Return, by leader id, the facts that decide which one-on-ones to plan, in two queries for all leaders."""
    workspace_id, ids = leaders[0].workspace_id, [each.id for each in leaders]
    latest = rules.planned_until(now.date() + timedelta(days=1))
    due = defaultdict[str, list[Series]](list)
    for series in await session.scalars(_TO_PLAN, {"workspace_id": workspace_id, "ids": ids, "latest": latest}):
        due[series.leader_id].append(series)
    made = await _count_made(session, leaders, now)
    return {id: RotaFacts(due[id], made.get(id, 0)) for id in ids}


async def find_to_offer(session: AsyncSession, team: Team, now: datetime) -> list[Series]:
    """Return the pairs of a team for which the bot should offer times by itself now, most urgent first.

    Each leader gets as many one-on-ones in a week as they would be reminded of.
    """
    today, settings = now.astimezone(ZoneInfo(team.zone)).date(), Settings.of(team)
    known = {"team_id": team.id, "latest": today + rules.OFFERED_AHEAD, "asked_by": now - rules.ANSWERED_WITHIN}
    due = defaultdict[str, list[Series]](list)
    for series in await session.scalars(_TO_OFFER, {**known, "since": now - rules.OFFERED_AGAIN}):
        due[series.leader_id].append(series)
    if not due:
        return []
    leaders = await fetch_people(session, team.workspace_id, due)
    made = await _count_made(session, list(leaders.values()), now)
    return [
        series
        for id, theirs in due.items()
        for series in rules.select_pairs_to_plan(theirs, left=settings.weekly - made.get(id, 0), today=today)
    ]


async def _count_made(session: AsyncSession, leaders: Sequence[Person], now: datetime) -> dict[str, int]:
    """Return how many one-on-ones each leader has created since Monday in the leader's own time zone."""
    mondays = {each.id: _monday(each, now) for each in leaders}
    since = {"workspace_id": leaders[0].workspace_id, "ids": [*mondays], "since": min(mondays.values())}
    made = defaultdict[str, int](int)
    for leader_id, made_at in await session.execute(_MADE, since):
        made[leader_id] += made_at >= mondays[leader_id]
    return made


def _monday(person: Person, now: datetime) -> datetime:
    return datetime.combine(monday_of(person.local(now).date()), time(), ZoneInfo(person.zone))


FOLLOW_UP = "one_on_ones.follow_up"
FOLLOW_UP_AGAIN = timedelta(days=7)
"""How long after a reminder of a note the next one comes."""
FOLLOW_UP_RULE = NudgeRule(
    when="The day has come on which you wanted to go back to a note from a one-on-one.",
    pace="On that day, and then once a week for each note.",
    acted_on="You pressed *Done*.",
)


def make_follow_up_candidate(seat: Seat, note: Note, now: datetime) -> Candidate:
    """Return a nudge candidate for a note whose follow-up date has come; it does not contain the note's text.

    The first reminder comes on the day that its author chose. If they leave it, the next ones wait for a good moment.
    """
    late = seat.person.local(now).date() - (note.follow_up_on or date.max)
    return Candidate(
        seat,
        FOLLOW_UP,
        about=str(note.id),
        urgency=Urgency.LAST_DAY if late < FOLLOW_UP_AGAIN else Urgency.TODAY,
        facts={"note": note.id, "other": _other(note), "days": (now - note.made_at).days},
        every=FOLLOW_UP_AGAIN,
    )


async def find_follow_ups(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for the authors of notes whose follow-up date has come."""
    by = {seat.person.id: seat for seat in reversed(seats)}
    latest = max((seat.person.local(now).date() for seat in seats), default=now.date())
    due = {"workspace_ids": list({seat.team.workspace_id for seat in seats}), "ids": [*by], "latest": latest}
    return [
        make_follow_up_candidate(by[note.author_id], note, now)
        for note in await session.scalars(_TO_FOLLOW_UP, due)
        if note.follow_up_on and note.follow_up_on <= by[note.author_id].person.local(now).date()
    ]


def _other(note: Note) -> str:
    return note.agent_id if note.author_id == note.leader_id else note.leader_id
