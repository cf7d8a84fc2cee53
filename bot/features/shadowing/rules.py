"""Rules of shadowing: which agents have waited longest, and which leader shadows whom this week."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.features.shadowing.settings import Settings
from bot.meetings.models import State
from bot.meetings.settings import ShadowingPreferences
from bot.org import people
from bot.org.availability import good_moments, slots, working_hours
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.org.teams.models import Team

A_WEEK = timedelta(days=7)
SUGGESTION_WINDOW = timedelta(days=10)
"""How far ahead the time in this week's suggestion may be."""
MORNING_MARGIN = timedelta(hours=1)
LONG_WAIT = 4 * A_WEEK
"""How long somebody must have waited to be suggested as the second agent of a week."""
COOLDOWNS = {State.DECLINED: 4 * A_WEEK, State.EXPIRED: 2 * A_WEEK}
"""Cooldown for an agent who declined or did not answer, by state."""


@dataclass(frozen=True)
class Agent:
    """An agent, with the facts that decide when it is their turn to be shadowed."""

    person: Person
    joined_at: datetime
    ended: Mapping[str, datetime]
    """When a session of theirs last ended, by state."""
    is_taken: bool = False
    """Whether a leader has asked them this week, or has an open session with them."""

    @property
    def last_shadowed_at(self) -> datetime | None:
        return self.ended.get(State.MET)

    @property
    def waiting_since(self) -> datetime:
        """When the agent started to wait for a shadowing session."""
        return self.last_shadowed_at or self.joined_at

    @property
    def is_missed(self) -> bool:
        """Whether a shadowing session was planned after the agent started to wait, and did not take place."""
        missed = self.ended.get(State.MISSED)
        return missed is not None and missed >= self.waiting_since

    @property
    def has_refused(self) -> bool:
        return not ShadowingPreferences.of(self.person).may_be_asked

    def is_in_cooldown(self, now: datetime) -> bool:
        return any(now < self.ended[state] + rest for state, rest in COOLDOWNS.items() if state in self.ended)


@dataclass(frozen=True)
class Assignment:
    """The agent whom a leader should shadow next, and a time that suits both."""

    agent: Agent
    at: datetime


@dataclass(frozen=True)
class TeamWeek:
    """A team's week of shadowing: its leaders, its agents, and which of the leaders have asked somebody already."""

    team: Team
    leaders: Sequence[Person]
    agents: Sequence[Agent]
    have_asked: Collection[str] = ()
    busy: Sequence[Busy] = ()
    """The busy times of all these leaders and agents."""


def select_askable(agents: Iterable[Agent], peace: timedelta, now: datetime) -> list[Agent]:
    """Return the agents who may be asked for a shadowing session: first those who missed one, then by waiting time.

    Ties are broken by a weekly draw.
    """
    free = [each for each in agents if not (each.is_taken or each.has_refused or each.is_in_cooldown(now))]
    ready = [
        each for each in free if each.is_missed or each.last_shadowed_at is None or now - each.last_shadowed_at >= peace
    ]
    return sorted(ready, key=lambda each: (not each.is_missed, each.waiting_since.date(), _lot(each, now)))


def _lot(agent: Agent, now: datetime) -> bytes:
    return people.draw_lot(agent.person.id, "shadowing", *now.isocalendar()[:2])


def assign_agents(week: TeamWeek, now: datetime) -> dict[str, Assignment]:
    """Assign an agent and a time for a shadowing session to each leader, by leader id.

    No agent is assigned twice, and a different leader chooses first each week.
    """
    left = select_askable(week.agents, timedelta(days=Settings.of(week.team).peace), now)
    dealt: dict[str, Assignment] = {}
    for leader in _in_turn(week, now):
        if turn := _first(week, leader, left, now):
            dealt[leader.id] = turn
            left.remove(turn.agent)
    return dealt


def assign_second_agents(week: TeamWeek, first: Mapping[str, Assignment], now: datetime) -> dict[str, Assignment]:
    """Assign each leader another agent, who has waited for `LONG_WAIT`, at another time than their `first` one's."""
    dealt = {turn.agent.person.id for turn in first.values()}
    length = timedelta(minutes=Settings.of(week.team).minutes)
    times = [Busy({id, turn.agent.person.id}, (turn.at, turn.at + length)) for id, turn in first.items()]
    waiting = [each for each in week.agents if each.person.id not in dealt and now - each.waiting_since >= LONG_WAIT]
    return assign_agents(replace(week, agents=waiting, busy=[*week.busy, *times]), now)


def find_slot(team: Team, pair: Sequence[Person], busy: Sequence[Busy], now: datetime) -> datetime | None:
    """Return the first time for a shadowing session that suits both people, or None.

    The time is at least an hour into the working day after the one on which the agent reads the request.
    """
    routines = [working_hours.person_hours(each, team) for each in pair]
    ids = {each.id for each in pair}
    taken = [each.span for each in busy if each.ids & ids]
    after = good_moments.morning_after_delivery(routines[1], now) + MORNING_MARGIN
    return next(iter(slots.find_slots(routines, after, timedelta(minutes=Settings.of(team).minutes), 1, taken)), None)


def start_of_week(team: Team, now: datetime) -> datetime:
    """Return the start of the team's week: Monday at 0:00 in its time zone."""
    local = now.astimezone(ZoneInfo(team.zone))
    return datetime.combine(local.date() - timedelta(days=local.weekday()), time(), ZoneInfo(team.zone))


def last_ended_by_agent(rows: Iterable[tuple[str, str, datetime]]) -> dict[str, dict[str, datetime]]:
    """Return when each agent's shadowing sessions last ended, by agent id and state."""
    ended = defaultdict[str, dict[str, datetime]](dict)
    for agent_id, state, at in rows:
        ended[agent_id][state] = at
    return ended


def _in_turn(week: TeamWeek, now: datetime) -> list[Person]:
    if not week.leaders:
        return []
    first = start_of_week(week.team, now).toordinal() // 7 % len(week.leaders)
    return [each for each in (*week.leaders[first:], *week.leaders[:first]) if each.id not in week.have_asked]


def _first(week: TeamWeek, leader: Person, left: Sequence[Agent], now: datetime) -> Assignment | None:
    for agent in left:
        at = find_slot(week.team, (leader, agent.person), week.busy, now)
        if at and at - now < SUGGESTION_WINDOW:
            return Assignment(agent, at)
    return None
