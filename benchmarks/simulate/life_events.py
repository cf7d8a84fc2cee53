"""Life events of the simulated team: its set-up, absences, thanks, and people who join and leave."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.simulate.harness import CHANNEL, Json
from benchmarks.simulate.personas import ONE_DAY, Absence, Human, absences, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

ADMIN = "grace"
ASSIGNMENT_DELAY = timedelta(hours=22)
"""By then, early the next morning, the bot has assigned newcomers to leaders."""
THANKS, WISHES, TOPICS, QUIET_CHANGES = 0.03, 0.003, 0.012, 0.006
"""Probabilities per person and working day of thanks, wishes, topics and changes of Do Not Disturb."""
ORDINARY_STARTS = (time(8), time(9), time(12))
"""Whoever begins at another time has a Do Not Disturb that fits their shift, and does not change it."""
REASON = "staying calm with a customer who was not #empathy"


class LifeEvents:
    def __init__(self, year: "Year") -> None:
        self.year = year
        self.people = {each.name: each for each in year.people.values()}

    async def begin(self) -> None:
        """Add those who are in the team from the start to the channel, set up the team, and plan the year."""
        year = self.year
        for human in self.people.values():
            human.joins, human.leaves = self._span(human)
            human.absences = list(absences(human, year.seed, year.first, (year.last - year.first).days))
        here = [each for each in self.people.values() if each.is_here(year.now)]
        harbour = [each["name"] for each in (await year.world.slack.look("state"))["users"] if not each["is_bot"]]
        for human in here:
            await self._arrive(human)
        await year.world.do("channels", channel=CHANNEL, remove=[name for name in harbour if name != ADMIN])
        await year.settle()
        await self._form("/steward", "setup", leaders=[each.name for each in here if each.mood], sponsor=ADMIN)
        for human in here:
            await self._set_own_hours(human)
            await self._share_hours(human)
        await year.settle()
        await year.note_pairs()
        if not year.reminds_followups:
            await year.world.mute_followups()
        for human in self.people.values():
            self._plan_days(human)
        self._plan_changes()

    def _span(self, human: Human) -> tuple[datetime | None, datetime | None]:
        """Return when a person joins and leaves the team; None if they are there from the start, or until the end."""
        start = human.at(self.year.first, time(10, 7))
        return (
            None if human.comes_after is None else start + human.comes_after,
            None if human.goes_after is None else start + human.goes_after,
        )

    async def _arrive(self, human: Human) -> None:
        dnd = {"from": f"{human.quiet[0]:%H:%M}", "until": f"{human.quiet[1]:%H:%M}"}
        said = {"user": human.name, "real_name": human.name.capitalize(), "tz": human.zone, "dnd": dnd}
        await self.year.world.do("users", **said)
        await self.year.world.do("channels", channel=CHANNEL, add=[human.name])

    async def _set_own_hours(self, human: Human) -> None:
        if human.has_own_hours:
            days = [str(day) for day in human.days]
            await self.say_own(human, "hours", start=f"{human.start:%H:%M}", end=f"{human.end:%H:%M}", days=days)

    async def _share_hours(self, human: Human) -> None:
        if human.shares_hours:
            await self.say_own(human, "reminder_hours", is_learned=["yes"])

    async def say_own(self, human: Human, feature: str, **values: object) -> None:
        """Submit one of the forms in a person's `/steward me`."""
        await self.year.drivers.type(human, "/steward", "me")
        asked = {"channel": CHANNEL, "as": human.name, "limit": 1}
        (note,) = (await self.year.world.slack.look("messages", **asked))["messages"]
        said = {"user": human.name, "channel": CHANNEL, "ts": note["ts"]}
        await self.year.world.do("actions", **said, action_id=f"settings:open_own:{feature}")
        await self._submit(human.name, {f"{feature}.{name}": value for name, value in values.items()})

    async def _form(self, word: str, text: str, **values: object) -> None:
        """Type a command as the admin, and submit the form that it opens."""
        await self.year.world.do("commands", user=ADMIN, channel=CHANNEL, command=word, text=text)
        await self._submit(ADMIN, values)

    async def _submit(self, user: str, values: Json) -> None:
        view = (await self.year.world.slack.look("views", user=user))["views"][-1]
        answer = await self.year.world.do("views/submit", user=user, view_id=view["id"], values=values)
        assert answer["ok"], answer  # noqa: S101
        assert answer.get("response_action") != "errors", answer  # noqa: S101
        if answer.get("response_action") == "push":  # a preview, which needs confirmation
            await self._submit(user, {})
            return
        await self.year.world.slack.do("views/close", user=user, view_id=view["id"], all=True)

    def _plan_days(self, human: Human) -> None:
        """Schedule what a person does on their own initiative, on random days."""
        for absence in human.absences:
            if absence.told_at:
                self.year.plan(absence.told_at, partial(self._go_away, human, absence))
        chances = {self._thank: THANKS, self._wish: WISHES, self._keep_topic: TOPICS, self._be_quiet: QUIET_CHANGES}
        if self.year.model:
            del chances[self._thank]
        if human.start not in ORDINARY_STARTS:
            del chances[self._be_quiet]
        for day in self._days():
            if human.works_on(day):
                for act, chance in chances.items():
                    rolls = random_for(self.year.seed, act.__name__, human.name, day)
                    if rolls.random() < chance:
                        at = human.at(day, human.start) + rolls.randrange(20, 460) * timedelta(minutes=1)
                        self.year.plan(at, partial(self._if_here, human, act))

    def _days(self) -> Iterator[date]:
        return (self.year.first + number * ONE_DAY for number in range((self.year.last - self.year.first).days + 1))

    async def _if_here(self, human: Human, act: Callable[[Human], Awaitable[None]]) -> None:
        if human.is_here(self.year.now):
            await act(human)

    async def _go_away(self, human: Human, absence: Absence) -> None:
        if not human.is_here(self.year.now):
            return
        back = human.at(absence.last + ONE_DAY, time())
        await self.year.drivers.type(human, "/steward", f"away until {back:%Y-%m-%d}")
        human.away.append((self.year.now, back))
        if human.mood:
            await self.year.followups.answer_listed(human, is_leaving=True)
        await self.year.drivers.rearrange(human, human.at(absence.first, time()), back)

    async def _thank(self, human: Human) -> None:
        others = [each for each in self.people.values() if each is not human and each.is_here(self.year.now)]
        whom = random_for(self.year.seed, "whom", human.name, self.year.now).choice(others)
        await self.year.drivers.type(human, "/shoutout", f"@{whom.name} for {REASON}")

    async def _wish(self, human: Human) -> None:
        if not human.mood:
            await self.year.drivers.type(human, "/1on1", "ask about my next step")

    async def _keep_topic(self, human: Human) -> None:
        if not human.mood:
            await self.year.drivers.type(human, "/1on1", "topic more time for training")

    async def _be_quiet(self, human: Human) -> None:
        """Change when a person's Do Not Disturb ends in the morning."""
        until = random_for(self.year.seed, "until", human.name, self.year.now).choice((time(8), time(10), time(11)))
        human.quiet = human.quiet[0], until
        dnd = {"from": f"{human.quiet[0]:%H:%M}", "until": f"{until:%H:%M}"}
        await self.year.world.do("users", user=human.name, dnd=dnd)

    def _plan_changes(self) -> None:
        for human in self.people.values():
            if human.joins and human.joins.date() <= self.year.last:
                self.year.plan(human.joins, partial(self._come, human))
            if human.leaves and human.leaves.date() <= self.year.last:
                self.year.plan(human.leaves, partial(self._go, human))

    async def _come(self, human: Human) -> None:
        await self._arrive(human)
        await self.year.settle()
        if human.mood:
            await self._appoint()
            await self._share_hours(human)
        await self._set_own_hours(human)
        if not self.year.reminds_followups:
            await self.year.world.mute_followups()
        self.year.plan(self.year.now + ASSIGNMENT_DELAY, self.year.note_pairs)

    async def _go(self, human: Human) -> None:
        if human.mood:
            await self._appoint()
        await self.year.world.do("channels", channel=CHANNEL, remove=[human.name])
        await self.year.world.do("users", user=human.name, deleted=True)
        if human.id in self.year.series:
            self.year.series[human.id].last = self.year.now.date()
        self.year.plan(self.year.now + ASSIGNMENT_DELAY, self.year.note_pairs)

    async def _appoint(self) -> None:
        """Change the team's leaders as the admin."""
        leaders = [each.name for each in self.people.values() if each.mood and each.is_here(self.year.now)]
        await self.year.world.do("commands", user=ADMIN, channel=CHANNEL, command="/steward", text="settings")
        view = (await self.year.world.slack.look("views", user=ADMIN))["views"][-1]
        said = {"user": ADMIN, "view_id": view["id"], "action_id": "settings:open", "block_id": "people"}
        await self.year.world.do("actions", **said)
        await self._submit(ADMIN, {"leaders": leaders})
        await self.year.settle()
