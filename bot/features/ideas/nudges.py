"""Reminders of ideas: to a leader when an idea is unanswered, and to its owner when an experiment has ended."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import rules
from bot.followups.models import Audience, Event, Followup, Kind, State, Support
from bot.followups.outcomes import load_standing
from bot.followups.rules import Step
from bot.nudges.models import OPEN, Nudge
from bot.nudges.selection import Candidate, NudgePreferences, NudgeRule, Urgency
from bot.org.availability import good_moments, working_hours
from bot.org.availability.working_hours import working_days_between
from bot.org.people import Person, draw_lot
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

ANSWER = "ideas.answer"
LESSON = "ideas.lesson"
FIRST_AFTER = 3
"""Working days without an answer before the first leader is reminded."""
NEXT_AFTER = 1
"""Further working days before the next leader is reminded."""
LESSON_INTERVAL = timedelta(days=1, hours=12)
"""The interval between reminders of an experiment that has ended, so that one comes every second day."""
REMINDER_INTERVAL = timedelta(hours=12)
MAX_REMINDER_AGE = timedelta(days=14)
"""Nobody is reminded of an experiment that ended longer ago, so that old reminders are not sent after an outage."""
OPENING_STEPS = (Step.RAISE, Step.REOPEN, Step.HAND_BACK, Step.SPLIT)
"""The steps after which an idea waits for an answer."""
ANSWER_RULE = NudgeRule(
    when=f"An idea in a team that you lead has had no answer for {FIRST_AFTER} working days, and it's your turn: "
    "first come those who were reminded of it least often, then those who have taken on the least.",
    pace="One leader at first, then another each working day.",
    acted_on="You took a step, such as *I'll look into it*, or somebody answered the idea.",
)
LESSON_RULE = NudgeRule(
    when=f"An experiment of yours was due to end, no more than {MAX_REMINDER_AGE.days} days ago.",
    pace="Every second day for each experiment.",
    acted_on="You shared the lesson or took another step with the idea.",
)


@dataclass(frozen=True)
class Reminded:
    """When an idea started to wait for an answer, and the leaders who were reminded since then, latest last."""

    since: datetime
    leaders: Sequence[tuple[str, datetime]] = ()


@dataclass(frozen=True)
class Leaders:
    """The leaders of a team who can be reminded now, by id, and how much each has to do already."""

    free: Mapping[str, Person] = field(default_factory=dict)
    load: Counter[str] = field(default_factory=Counter)
    """Per leader, the number of ideas and roadblocks that they own, plus their open reminders of ideas."""


_IDS: Any = bindparam("ids", expanding=True)
_WORKSPACES: Any = bindparam("workspace_ids", expanding=True)
_WAITING = (
    select(Followup)
    .where(
        Followup.team_id.in_(bindparam("team_ids", expanding=True)),
        Followup.kind == Kind.IDEA,
        Followup.state == State.OPEN,
        Followup.audience.in_([Audience.TEAM, Audience.LEADERS]),
    )
    .order_by(Followup.raised_at, Followup.id)
)
_BEGUN: Any = (
    select(Event.followup_id, func.max(Event.at))
    .where(Event.followup_id.in_(_IDS), Event.step.in_(OPENING_STEPS))
    .group_by(Event.followup_id)
)
_SAID = (
    select(Nudge.about, Nudge.person_id, Nudge.said_at)
    .where(
        Nudge.workspace_id.in_(_WORKSPACES),
        Nudge.kind == ANSWER,
        Nudge.about.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(Nudge.said_at, Nudge.id)
)
_OWNED = select(Followup.owner_id).where(
    Followup.workspace_id == bindparam("workspace_id"),
    Followup.owner_id.in_(_IDS),
    Followup.state == State.OWNED,
    Followup.kind != Kind.PROMISE,
)
_ASKED = select(Nudge.person_id).where(
    Nudge.workspace_id == bindparam("workspace_id"),
    Nudge.person_id.in_(_IDS),
    Nudge.kind == ANSWER,
    Nudge.state.in_(OPEN),
    Nudge.ends_at > bindparam("now"),
)
_ENDED = (
    select(Followup)
    .where(
        Followup.workspace_id.in_(_WORKSPACES),
        Followup.kind == Kind.IDEA,
        Followup.state == State.OWNED,
        Followup.owner_id.in_(bindparam("owner_ids", expanding=True)),
        Followup.experiment_ends_on <= bindparam("until"),
        Followup.experiment_ends_on > bindparam("after"),
    )
    .order_by(Followup.experiment_ends_on, Followup.id)
)
"""Built once at import, because every nudge check executes them."""


async def find_unanswered(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return a nudge candidate for each unanswered idea whose next leader to remind is among these people."""
    teams = {seat.team.id: seat.team for seat in seats if seat.role is Role.LEADER}
    ideas = (await session.scalars(_WAITING, {"team_ids": [*teams]})).all() if teams else []
    if not ideas:
        return []
    reminded = await _load_reminded(session, ideas)
    leaders = await _load_leaders(session, [teams[id] for id in sorted({each.team_id for each in ideas})], now)
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    found = []
    for idea in ideas:
        theirs = leaders[idea.team_id]
        leader_id = choose_leader(idea, teams[idea.team_id], reminded[idea.id], theirs, now)
        if leader_id:
            theirs.load[leader_id] += 1
        if seat := by.get((leader_id or "", idea.team_id)):
            facts = {"followup": idea.id}
            found.append(Candidate(seat, ANSWER, str(idea.id), Urgency.AWAITED, facts, REMINDER_INTERVAL))
    return found


def choose_leader(idea: Followup, team: Team, reminded: Reminded, leaders: Leaders, now: datetime) -> str | None:
    """Return the id of the leader to remind of an idea now, or None.

    The leader who was reminded of it least often comes first, then the one with the lowest load; ties are broken by
    lot.
    """
    routine = working_hours.team_hours(team)
    last = reminded.leaders[-1][1] if reminded.leaders else reminded.since
    waited = working_days_between(routine, routine.to_wall_time(last).date(), routine.to_wall_time(now).date())
    if waited < (NEXT_AFTER if reminded.leaders else FIRST_AFTER):
        return None
    before = [leader_id for leader_id, _ in reminded.leaders]
    others = leaders.free.keys() - {idea.author_id} or leaders.free.keys()
    turn = {id: (before.count(id), leaders.load[id], draw_lot(id, "ideas", idea.id)) for id in others}
    return min(turn, key=lambda id: turn[id], default=None)


async def _load_reminded(session: AsyncSession, ideas: Collection[Followup]) -> dict[int, Reminded]:
    ids = [each.id for each in ideas]
    since = dict((await session.execute(_BEGUN, {"ids": ids})).all())
    about = {"workspace_ids": list({each.workspace_id for each in ideas}), "subjects": [str(id) for id in ids]}
    said = (await session.execute(_SAID, about)).all()
    return {
        each.id: Reminded(
            begun_at := since.get(each.id, each.raised_at),
            [(row.person_id, row.said_at) for row in said if row.about == str(each.id) and row.said_at >= begun_at],
        )
        for each in ideas
    }


async def _load_leaders(session: AsyncSession, teams: Sequence[Team], now: datetime) -> dict[int, Leaders]:
    lead = await membership.leaders_of_teams(session, [team.id for team in teams])
    free = {team.id: {each.id: each for each in lead[team.id] if _can_be_reminded(each, team, now)} for team in teams}
    workspace_id, everybody = teams[0].workspace_id, {id for theirs in free.values() for id in theirs}
    whose = {"workspace_id": workspace_id, "ids": [*everybody]}
    owned, asked = await session.scalars(_OWNED, whose), await session.scalars(_ASKED, whose | {"now": now})
    load = Counter(id for id in [*owned, *asked] if id)
    return {id: Leaders(theirs, Counter({each: load[each] for each in theirs})) for id, theirs in free.items()}


def _can_be_reminded(person: Person, team: Team, now: datetime) -> bool:
    """Return whether a leader works on this day and has not muted reminders of ideas."""
    routine = working_hours.person_hours(person, team)
    is_away = any(start <= now < end for start, end in routine.absences)
    muted = NudgePreferences.of(person).muted
    return good_moments.is_on_working_day(routine, now) and not is_away and ANSWER not in muted


async def find_lesson_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for the owners of experiments that have ended."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = [seat.person.local(now).date() for seat in seats]
    ended = {
        "workspace_ids": list({seat.team.workspace_id for seat in seats}),
        "owner_ids": list({seat.person.id for seat in seats}),
        "until": max(days, default=now.date()),
        "after": min(days, default=now.date()) - MAX_REMINDER_AGE,
    }
    found = await session.scalars(_ENDED, ended)
    made = [
        make_lesson_candidate(seat, each, now)
        for each in found
        if (seat := by.get((each.owner_id or "", each.team_id)))
    ]
    return [each for each in made if each]


def make_lesson_candidate(seat: Seat, idea: Followup, now: datetime) -> Candidate | None:
    """Return a nudge candidate that asks what an experiment showed, once it has ended; before that, None."""
    today, ends_on = seat.person.local(now).date(), idea.experiment_ends_on
    if ends_on is None or today < ends_on or rules.is_waiting(idea, today):
        return None
    facts = {"followup": idea.id, "ended_on": ends_on.isoformat()}
    return Candidate(seat, LESSON, about=str(idea.id), urgency=Urgency.TODAY, facts=facts, every=LESSON_INTERVAL)


async def load_words(session: AsyncSession, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Load the texts of ideas, how they stand and their votes, which reminders do not store."""
    ids = [facts["followup"] for facts in asked]
    found = {each.id: each for each in await session.scalars(select(Followup).where(Followup.id.in_(ids)))}
    named = [each.id for each in found.values() if each.is_named]
    voted = select(Support.followup_id, func.count()).where(Support.followup_id.in_(named))
    votes = dict((await session.execute(voted.group_by(Support.followup_id))).all()) if named else {}
    return [
        {**standing, "question": found[id].question if id in found else "", "votes": votes.get(id, 0)}
        for standing, id in zip(await load_standing(session, asked), ids, strict=True)
    ]
