"""Event loop of the simulated year, which runs the bot's jobs and people's actions in order of time."""

import heapq
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from benchmarks.simulate import behaviour
from benchmarks.simulate.announcements import Announcements
from benchmarks.simulate.behaviour import Behaviour
from benchmarks.simulate.celebrations import Celebrations
from benchmarks.simulate.dice import Dice, SteadyDice
from benchmarks.simulate.drivers import Drivers
from benchmarks.simulate.followups import Followups
from benchmarks.simulate.fun_tank import FunTank
from benchmarks.simulate.hand_ups import HandUps
from benchmarks.simulate.harness import Harness
from benchmarks.simulate.judge import Json, Judge
from benchmarks.simulate.ledger import Ledger
from benchmarks.simulate.life_events import ADMIN, LifeEvents
from benchmarks.simulate.measures import Series
from benchmarks.simulate.personas import AGENTS_ANSWER, ONE_DAY, Human, random_for
from benchmarks.simulate.thanks import Thanks
from benchmarks.simulate.unasked import Unasked
from benchmarks.simulate.voice import Voice
from bot.meetings.models import Meeting

Act = Callable[[], Awaitable[None]]
SETTLE_MARGIN = timedelta(seconds=20)
BOT = "B0STEWARD0"
HAPPENS = 0.93
"""Probability that a planned meeting takes place if both people are at work."""


class Year:
    def __init__(
        self,
        world: Harness,
        people: dict[str, Human],
        seed: int,
        first: date,
        days: int,
        comes: float | None = None,
        *,
        has_requests: bool = True,
        model: Behaviour | None = None,
        reminds_followups: bool = True,
    ) -> None:
        self.world, self.people, self.seed, self.first = world, people, seed, first
        self.last = first + (days - 1) * ONE_DAY
        self.model = model
        """How people respond; None for the moods alone, and for thanks that depend on the fun tank."""
        self.reminds_followups = reminds_followups
        """Whether leaders are reminded of follow-ups; if not, only what follow-ups need is simulated."""
        self.dice = SteadyDice(seed) if model else Dice(seed)
        self.agents_answer = behaviour.agents_answer(model) if model else AGENTS_ANSWER
        self.sponsor = Human(ADMIN, mood="answers half")
        self.judge = Judge()
        self.series: dict[str, Series] = {}
        self.ledger = Ledger()
        self.drivers = Drivers(self)
        self.life = LifeEvents(self)
        self.fun_tank = FunTank(self)
        self.thanks, self.unasked = Thanks(self), Unasked(self)
        self.celebrations = Celebrations(self)
        self.followups = Followups(self)
        self.hand_ups = HandUps(self, comes)
        self.announcements = Announcements(self)
        self.voice = Voice(self)
        self.has_requests = has_requests
        """Whether people raise roadblocks, ideas, promises and hands, and ask for breaks."""
        self.channel_posts = 0
        self._queue: list[tuple[datetime, int, Act]] = []
        self._number = count()
        self._seen: set[tuple[str, str]] = set()
        self._noted: set[tuple[int, datetime]] = set()
        self._held: set[int] = set()

    @property
    def now(self) -> datetime:
        return self.world.now

    def rate(self, human: Human) -> float:
        """Return how often a person acts on requests."""
        return behaviour.rate(self.model, human) if self.model else human.manner.attends

    def plan(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._queue, (at.astimezone(UTC), next(self._number), act))

    async def live(self) -> None:
        await self.life.begin()
        if self.reminds_followups:
            await self.celebrations.begin()
            self.fun_tank.begin()
        if self.model:
            self.unasked.begin()
        if self.model and self.reminds_followups:
            self.thanks.begin()
        if self.has_requests:
            self.followups.begin()
            if not self.model:
                self.hand_ups.begin()
            if self.reminds_followups:
                self.announcements.begin()
        end = datetime.combine(self.last + ONE_DAY, time(), UTC)
        while True:
            await self._look_around()
            at = self._queue[0][0] if self._queue else end
            if await self.world.step(min(at, end)):
                continue
            if at >= end:
                break
            self.world.slack.clock.set(at)
            await heapq.heappop(self._queue)[2]()
        await self.followups.close()

    async def _look_around(self) -> None:
        """Read the bot's new messages in Slack, and plan how their readers react."""
        for channel, ts in self.world.slack.changes():
            if (channel, ts) in self._seen:
                continue
            self._seen.add((channel, ts))
            found = (await self.world.slack.look("messages", channel=channel, ts=ts))["messages"]
            for message in found:
                if message.get("bot_id") == BOT and "ephemeral_to" not in message:
                    self._hear(channel, message)

    def _hear(self, channel: str, message: Json) -> None:
        readers = {**self.people, self.sponsor.id: self.sponsor}
        human = readers.get(f"U{channel[1:]}") if channel.startswith("D") else None
        self.celebrations.hear(message, human)
        if human is None:
            self.channel_posts += 1
            self.followups.hear_channel(message)
            self.announcements.hear_channel(message)
            return
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        self.judge.hear(human, message, at)
        self.voice.hear(message)
        if self.hand_ups.hear(human, message, at):
            return
        act, when = self.drivers.reaction_to(human, message), self.reading_time(human, at)
        if act and human.is_here(when):
            self.plan(when, act)

    def reading_time(self, human: Human, at: datetime) -> datetime:
        """Return when a person reads a message that came at `at`: within a few working hours."""
        rolls = self.dice.of(human, at, "soon", human.name, at, next(self._number))
        minutes = rolls.randrange(3, 200) * (self.model.delay if self.model else 1)
        return human.next_work(human.next_work(at) + timedelta(minutes=minutes))

    async def note_plans(self, human: Human) -> None:
        """Schedule the meetings that a person has planned."""
        for meeting in await self.world.planned(human.id):
            if (meeting.id, meeting.starts_at) not in self._noted:
                self._noted.add((meeting.id, meeting.starts_at))
                leader, agent = self.people[meeting.organizer_id], self.people[meeting.attendee_id]
                self.ledger.agree(leader, agent, "one-on-one", self.now)
                self.plan(meeting.starts_at, self._meets(meeting.id, meeting.starts_at))

    def _meets(self, meeting_id: int, at: datetime) -> Act:
        async def meet() -> None:
            meeting = await self.world.meeting(meeting_id)
            if meeting.state == "planned" and meeting.starts_at == at:
                self._meet(meeting, at)

        return meet

    def _meet(self, meeting: Meeting, at: datetime) -> None:
        leader, agent = self.people[meeting.organizer_id], self.people[meeting.attendee_id]
        if self.happens(leader, agent, at):
            self._held.add(meeting.id)
            self.series[agent.id].held.append(leader.local(at).date())

    def happens(self, leader: Human, agent: Human, at: datetime) -> bool:
        return happens(self.seed, leader, agent, at)

    def has_met_since(self, agent: Human, day: date | None) -> bool:
        """Return whether an agent had a recent one-on-one after `day`, the day of the last one known to the bot."""
        known, lately = day or date.min, self.now.date() - 14 * ONE_DAY
        return any(held > max(known, lately) for held in self.series[agent.id].held)

    async def note_pairs(self) -> None:
        """Record who is paired with whom from today on, for the measures."""
        today = self.now.date()
        for each in await self.world.pairs():
            agent, leader = self.people[each.agent_id], self.people[each.leader_id]
            if each.ended_at is None and agent.is_here(self.now) and not agent.mood:
                known = self.series.setdefault(agent.id, Series(agent, max(today, self.first), self.last, []))
                if not known.leaders or known.leaders[-1][1] is not leader:
                    known.leaders.append((today, leader))

    def was_held(self, meeting_id: int) -> bool:
        return meeting_id in self._held

    def days_of(self, human: Human) -> list[date]:
        """Return all days of the year on which a person is in the team."""
        days = (self.first + number * ONE_DAY for number in range((self.last - self.first).days + 1))
        return [day for day in days if human.is_here(human.at(day, time(12)))]

    def working_days(self, humans: Iterable[Human]) -> int:
        return sum(human.works_on(day) for human in humans for day in self.days_of(human))

    async def settle(self) -> None:
        """Let the bot run everything that is due now."""
        while await self.world.step(self.now + SETTLE_MARGIN):
            pass
        await self.world.steward.sync.sync_due()


def happens(seed: int, leader: Human, agent: Human, at: datetime) -> bool:
    """Return whether a planned meeting takes place, which requires that both people are at work."""
    are_there = all(each.works_on(each.local(at).date()) and each.is_here(at) for each in (leader, agent))
    return are_there and random_for(seed, "happens", leader.name, agent.name, at.date()).random() < HAPPENS
