"""Behavior of simulated leaders and agents in shadowing, and whether shadowing sessions took place."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.simulate.judge import SIT_ASK, SIT_MISSED, SIT_NO, SIT_OTHER_TIME, SIT_WRAP_UP, SIT_YES
from benchmarks.simulate.personas import AGENTS_ANSWER, Human

if TYPE_CHECKING:
    from benchmarks.simulate.drivers import Drivers
    from benchmarks.simulate.year import Year

ASKS, SAYS_YES, SUGGESTS, SAYS_NO = 0.6, 0.6, 0.75, 0.85
"""Thresholds of a random number: below the first, a leader asks an agent; below the others, the agent accepts, suggests
another time, or declines; above all, the agent does not answer."""


class Shadowing:
    def __init__(self, year: "Year", hands: "Drivers") -> None:
        self.year, self.drivers = year, hands
        self.times: Counter[str] = Counter()
        """How many sessions a leader had with each agent."""
        self._sat: set[int] = set()

    async def suggest(self, leader: Human, ts: str, value: str) -> None:
        """React to the nudge that suggests an agent whom the leader could shadow."""
        if self.drivers.roll(leader, "beside", ts) < ASKS:
            self.year.ledger.ask(leader, value, None, self.year.now)
            await self.drivers.press(leader, ts, SIT_ASK, value)

    async def answer(self, human: Human, ts: str) -> None:
        """Answer a request for a shadowing session as the agent, or another suggested time as the leader."""
        buttons, roll = dict(await self.drivers.buttons(human, ts)), self.drivers.answer_roll(human, "beside", ts)
        if SIT_YES not in buttons or (human.mood and not self.drivers.attends(human, ts)):
            return
        value = buttons[SIT_YES]
        sitting = await self.year.world.meeting(int(value))
        suits = human.works_on(human.local(sitting.starts_at).date())
        if not human.mood and not human.consents and roll < AGENTS_ANSWER:
            await self.drivers.press(human, ts, SIT_NO, value)
        elif suits and (human.mood or roll < SAYS_YES):
            await self.drivers.press(human, ts, SIT_YES, value)
            await self._note(int(value))
        elif human.mood or roll < SUGGESTS:
            leader, agent = self.year.people[sitting.organizer_id], self.year.people[sitting.attendee_id]
            at = self.drivers.both_free(leader, agent, max(self.year.now, sitting.starts_at), 1)
            await self.drivers.press(human, ts, SIT_OTHER_TIME, value)
            await self.drivers.submit_time(human, at)
        elif roll < SAYS_NO:
            await self.drivers.press(human, ts, SIT_NO, value)
            self.year.ledger.excuse(human, "shadowing", self.year.now)

    async def tell(self, leader: Human, ts: str) -> None:
        """Report to the bot whether a shadowing session took place."""
        buttons = dict(await self.drivers.buttons(leader, ts))
        if SIT_WRAP_UP not in buttons or not self.drivers.attends(leader, ts):
            return
        if int(buttons[SIT_MISSED]) in self._sat:
            await self.drivers.press(leader, ts, SIT_WRAP_UP, buttons[SIT_WRAP_UP])
            await self.drivers.submit(leader, learnt="the handbook opens too slowly")
        else:
            await self.drivers.press(leader, ts, SIT_MISSED, buttons[SIT_MISSED])

    async def _note(self, sitting_id: int) -> None:
        sitting = await self.year.world.meeting(sitting_id)
        at, leader, agent = (
            sitting.starts_at, self.year.people[sitting.organizer_id], self.year.people[sitting.attendee_id],
        )  # fmt: skip
        self.year.ledger.agree(leader, agent, "shadowing", self.year.now)

        async def sit() -> None:
            sitting = await self.year.world.meeting(sitting_id)
            leader, agent = self.year.people[sitting.organizer_id], self.year.people[sitting.attendee_id]
            is_on = sitting.state == "planned" and sitting.starts_at == at
            if is_on and sitting_id not in self._sat and self.year.happens(leader, agent, at):
                self._sat.add(sitting_id)
                self.times[agent.id] += 1
                self.year.ledger.hold(leader, agent, "shadowing", at)

        self.year.plan(at + timedelta(seconds=1), sit)
