"""Roadblocks: who sees a new one, and reminders to leaders to take unowned roadblocks or finish their own."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Instant
from bot.followups.models import Audience, Followup, Kind, State
from bot.followups.rules import is_waiting
from bot.nudges.models import Nudge
from bot.nudges.selection import Candidate, NudgePreferences, NudgeRule, Urgency
from bot.org.availability import working_hours
from bot.org.availability.absences import is_away
from bot.org.availability.working_hours import add_working_days, is_working_day, team_hours, working_days_between
from bot.org.people import Person, draw_lot
from bot.org.teams import membership, settings
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

TAKE = "roadblocks.take"
OWNED = "roadblocks.owned"
DUE = "roadblocks.due"
DUE_INTERVAL = timedelta(days=365)
MAX_REMINDER_AGE = timedelta(days=14)
"""Nobody is reminded of a roadblock that was due longer ago, so that old reminders are not sent after an outage."""
UNOWNED_DAYS = 1
"""Working days before a leader is asked to take a roadblock that nobody owns."""
QUESTION_INTERVAL = 5
"""Working days after which the owner of a roadblock is asked, again and again, what to do with it."""
LEADERS_A_DAY = 2
"""How many leaders are asked per working day, from the second day of asking on."""
ASK_INTERVAL = timedelta(hours=12)
"""Less than a day, because `choose_leaders` decides who is asked on which working day."""
DUE_RULE = NudgeRule(
    when="The day has come by which you wanted to clear a roadblock that you've taken, and it isn't on hold.",
    pace="Once for each roadblock.",
    acted_on="You took a step, such as *It's cleared*, or somebody else ended it.",
)
OWNED_RULE = NudgeRule(
    when=f"You took a roadblock {QUESTION_INTERVAL} working days ago, or {2 * QUESTION_INTERVAL}, and so on, and it "
    "isn't on hold.",
    pace="Once on each of these days for each roadblock.",
    acted_on="You took a step, such as *It's cleared* or *Waiting for…*, or somebody else ended it.",
)
TAKE_RULE = NudgeRule(
    when="Nobody has taken a roadblock of a team that you lead for a working day, and it's your turn: first come "
    "those who were asked about it least often, then those who have the fewest.",
    pace=f"One leader on the first day, then {LEADERS_A_DAY} leaders a working day.",
    acted_on="You or somebody else took it or ended it.",
)


class Shown(StrEnum):
    """Who sees a new roadblock, and whether its author is named."""

    WITHOUT_MY_NAME = "unnamed"
    WITH_MY_NAME = "named"
    ONLY_LEADERS = "leaders"


class RoadblockPreferences(settings.Settings):
    """A person's preference for who sees the roadblocks that they raise."""

    feature: ClassVar[str] = "roadblocks"
    title: ClassVar[str] = "Roadblocks you raise"
    shown: Shown = Field(
        Shown.WITHOUT_MY_NAME,
        title="Show your roadblocks",
        description="In the team's channel with or without your name, or only to the team's leaders. You can change it "
        "for each one.",
    )


def reminder_day(followup: Followup, routine: working_hours.WorkingHours, age: int) -> date | None:
    """Return the day of the latest reminder to an owner who has had a roadblock for `age` working days, or None."""
    if followup.owned_on is None or age < QUESTION_INTERVAL:
        return None
    return add_working_days(routine, followup.owned_on, age - age % QUESTION_INTERVAL)


def next_reminder_day(followup: Followup, routine: working_hours.WorkingHours, today: date) -> date:
    """Return the first day after `today` on which a roadblock's owner is reminded."""
    if followup.waiting_until and is_waiting(followup, today):
        return followup.waiting_until
    since = followup.owned_on or today
    age = working_days_between(routine, since, today)
    return add_working_days(routine, since, age + QUESTION_INTERVAL - age % QUESTION_INTERVAL)


_TAKEN = select(Followup).where(
    Followup.workspace_id.in_(bindparam("workspace_ids", expanding=True)),
    Followup.kind == Kind.ROADBLOCK,
    Followup.state == State.OWNED,
    Followup.owner_id.in_(bindparam("owner_ids", expanding=True)),
)
_BY_AGE = _TAKEN.order_by(Followup.owned_on, Followup.id)
_DUE = _TAKEN.where(Followup.due_on > bindparam("after"), Followup.due_on <= bindparam("until")).order_by(
    Followup.due_on, Followup.id
)
"""Built once at import, like those below, because every nudge check executes them."""
_UNOWNED = (
    select(Followup)
    .where(
        Followup.team_id.in_(bindparam("team_ids", expanding=True)),
        Followup.kind == Kind.ROADBLOCK,
        Followup.state == State.OPEN,
        Followup.audience != Audience.PAIR,
    )
    .order_by(Followup.raised_at, Followup.id)
)


def _name_owners(seats: Sequence[Seat]) -> dict[str, Any]:
    """Return the parameters of a query for what people in these seats own."""
    return {
        "workspace_ids": list({seat.team.workspace_id for seat in seats}),
        "owner_ids": list({seat.person.id for seat in seats}),
    }


async def find_owner_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for owners who have had a roadblock for several working days."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    found = await session.scalars(_BY_AGE, _name_owners(seats))
    made = [remind_owner(seat, each, now) for each in found if (seat := by.get((each.owner_id or "", each.team_id)))]
    return [each for each in made if each]


def remind_owner(seat: Seat, roadblock: Followup, now: datetime) -> Candidate | None:
    """Return a nudge candidate for a roadblock's owner; None before the first reminder, or while the owner waits."""
    today = seat.person.local(now).date()
    if is_waiting(roadblock, today) or roadblock.owned_on is None:
        return None
    age = working_days_between(seat.routine, roadblock.owned_on, today)
    if (day := reminder_day(roadblock, seat.routine, age)) is None:
        return None
    since = datetime.combine(day, time(), ZoneInfo(seat.person.zone))
    has_sponsor = seat.team.sponsor_id not in (None, seat.person.id) and roadblock.with_sponsor_since is None
    facts = {
        "followup": roadblock.id, "has_sponsor": has_sponsor, "waited": roadblock.waiting_until is not None,
    }  # fmt: skip
    every = now - since.astimezone(UTC)
    return Candidate(seat, OWNED, about=str(roadblock.id), urgency=Urgency.TODAY, facts=facts, every=every)


async def find_unowned(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for roadblocks without an owner: for one leader on the first day, then for two a day."""
    led = {seat.team.id: seat.team for seat in seats if seat.role is Role.LEADER}
    if not led:
        return []
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    waiting: dict[int, list[Followup]] = defaultdict(list)
    for each in await session.scalars(_UNOWNED, {"team_ids": [*led]}):
        if is_unowned_too_long(led[each.team_id], each, now):
            waiting[each.team_id].append(each)
    if not waiting:
        return []
    asks = await _load_asks(session, seats[0].team.workspace_id, waiting)
    return [
        Candidate(seat, TAKE, about=str(each.id), urgency=Urgency.AWAITED, facts=_facts(led[team_id], each),
                  every=ASK_INTERVAL)
        for team_id, theirs in waiting.items()
        for each, leader_ids in choose_leaders(led[team_id], theirs, asks[team_id], now)
        for leader_id in leader_ids if (seat := by.get((leader_id, team_id)))
    ]  # fmt: skip


def _facts(team: Team, roadblock: Followup) -> dict[str, Any]:
    raised_on = roadblock.raised_at.astimezone(ZoneInfo(team.zone)).date()
    return {"followup": roadblock.id, "since": raised_on.isoformat()}


def is_unowned_too_long(team: Team, roadblock: Followup, now: datetime) -> bool:
    zone = ZoneInfo(team.zone)
    since, today = roadblock.raised_at.astimezone(zone).date(), now.astimezone(zone).date()
    return working_days_between(team_hours(team), since, today) >= UNOWNED_DAYS


@dataclass(frozen=True)
class Asks:
    """The leaders of a team, what they have taken, and which of them were asked to take which roadblock before."""

    leaders: Sequence[Person] = ()
    owned: Counter[str] = field(default_factory=Counter)
    """Per leader, the number of roadblocks that they own."""
    asked: Sequence[tuple[int, str, int, datetime]] = ()
    """Roadblock, leader, how often the leader was asked about it, and when last."""


def choose_leaders(
    team: Team, roadblocks: Sequence[Followup], asks: Asks, now: datetime
) -> Iterator[tuple[Followup, Sequence[str]]]:
    """Yield each of these roadblocks with the leaders who should still be asked today to take it.

    Only leaders who work today are asked: first those who were asked least often about that roadblock, then those who
    own the fewest roadblocks; ties are broken by lot. One is asked on the first day, then `LEADERS_A_DAY`.
    """
    here = [each for each in asks.leaders if _may_be_asked(team, each, now)]
    owned = asks.owned.copy()
    day = datetime.combine(now.astimezone(ZoneInfo(team.zone)).date(), time(), ZoneInfo(team.zone))
    asked, today, before = Counter[tuple[int, str]](), Counter[int](), set[int]()
    for about, person_id, count, last in asks.asked:
        asked[about, person_id] = count
        if last >= day:
            today[about] += 1
            owned[person_id] += 1
        else:
            before.add(about)
    for each in roadblocks:
        lot = {who.id: (asked[each.id, who.id], owned[who.id], draw_lot(who.id, TAKE, each.id)) for who in here}
        left = (LEADERS_A_DAY if each.id in before else 1) - today[each.id]
        turns = sorted(lot, key=lot.__getitem__)[: max(left, 0)]
        owned.update(turns)
        yield each, turns


def _may_be_asked(team: Team, person: Person, now: datetime) -> bool:
    routine = working_hours.person_hours(person, team)
    is_at_work = is_working_day(routine, person.local(now).date()) and not is_away(person.absences, now)
    return is_at_work and TAKE not in NudgePreferences.of(person).muted


async def _load_asks(
    session: AsyncSession, workspace_id: str, waiting: Mapping[int, Sequence[Followup]]
) -> dict[int, Asks]:
    """Return what decides who is asked to take the roadblocks that are `waiting`, by team id."""
    leaders = await membership.leaders_of_teams(session, waiting.keys())
    taken = select(Followup.team_id, Followup.owner_id).where(
        Followup.team_id.in_(waiting), Followup.kind == Kind.ROADBLOCK, Followup.state == State.OWNED
    )
    owned = defaultdict[int, Counter[str]](Counter)
    for team_id, owner_id in await session.execute(taken):
        owned[team_id][owner_id or ""] += 1
    team_of = {each.id: team_id for team_id, theirs in waiting.items() for each in theirs}
    those = Nudge.about.in_([str(id) for id in team_of])
    asks = (
        select(Nudge.about, Nudge.person_id, func.count(), func.max(Nudge.said_at, type_=Instant()))
        .where(Nudge.workspace_id == workspace_id, Nudge.kind == TAKE, those)
        .group_by(Nudge.about, Nudge.person_id)
    )
    asked = defaultdict[int, list[tuple[int, str, int, datetime]]](list)
    for about, person_id, count, last in await session.execute(asks):
        asked[team_of[int(about)]].append((int(about), person_id, count, last))
    return {id: Asks(leaders[id], owned[id], asked[id]) for id in waiting}


async def find_due_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for the owners of roadblocks that are due."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = [seat.person.local(now).date() for seat in seats]
    today = now.date()
    due = {"after": min(days, default=today) - MAX_REMINDER_AGE, "until": max(days, default=today)}
    found = await session.scalars(_DUE, _name_owners(seats) | due)
    made = [remind_due(seat, each, now) for each in found if (seat := by.get((each.owner_id or "", each.team_id)))]
    return [each for each in made if each]


def remind_due(seat: Seat, roadblock: Followup, now: datetime) -> Candidate | None:
    """Return a nudge candidate for a roadblock's owner; None before its due day, or while the owner waits."""
    today, due_on = seat.person.local(now).date(), roadblock.due_on
    if due_on is None or today < due_on or is_waiting(roadblock, today):
        return None
    facts = {"followup": roadblock.id, "due_on": due_on.isoformat()}
    return Candidate(seat, DUE, about=str(roadblock.id), urgency=Urgency.LAST_DAY, facts=facts, every=DUE_INTERVAL)
