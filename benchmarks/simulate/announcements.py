"""Change notices and heads-ups of a simulated year: leaders announce, people read, ask and book hours.

About half of those at work press a button of a notice in the channel; the others wait for the reminder. One in ten
finds it unclear, and half of these ask something.
"""

from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.simulate.harness import CHANNEL
from benchmarks.simulate.judge import Json, actions
from benchmarks.simulate.personas import ONE_DAY, Human

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

GOT_IT, UNCLEAR, ANSWER = "notices:got_it", "notices:unclear", "notices:answer"
COVER, REVIEW = "heads_ups:cover", "heads_ups:review"
NOTICE_EVERY, HEADS_UP_EVERY = timedelta(days=14), timedelta(days=35)
READS, FINDS_UNCLEAR, ASKS, BOOKS = 0.5, 0.1, 0.5, 0.5
"""Probabilities that a reader presses a button in the channel, then finds the notice unclear, and then asks something,
and that a leader who is reminded of free hours books one."""


class Announcements:
    def __init__(self, year: "Year") -> None:
        self.year, self.drivers = year, year.drivers
        self.posted = {"notices": 0, "heads-ups": 0, "receipts": 0, "questions": 0, "hours booked": 0}

    def begin(self) -> None:
        """Plan a notice every two weeks and a heads-up every five, each by the next leader in turn."""
        leaders = [human for human in self.year.people.values() if human.mood]
        for every, announce in ((NOTICE_EVERY, self._post_notice), (HEADS_UP_EVERY, self._announce)):
            day = self.year.first + 2 * ONE_DAY
            for number in range((self.year.last - day).days // every.days + 1):
                leader = leaders[number % len(leaders)]
                at = leader.next_work(leader.at(day + number * every, time(11)))
                self.year.plan(at, partial(announce, leader))

    async def _post_notice(self, leader: Human) -> None:
        if leader.is_here(self.year.now) and leader.is_at_work(self.year.now):
            today = leader.local(self.year.now).date()
            await self.drivers.type(leader, "/steward", "notice refunds over 50 euros need a second pair of eyes")
            await self.drivers.submit(
                leader, change="refunds over 50 euros need a second pair of eyes", details="two were paid twice",
                starts_on=f"{today + ONE_DAY}", ends_on=f"{today + 10 * ONE_DAY}",
            )  # fmt: skip
            self.posted["notices"] += 1

    async def _announce(self, leader: Human) -> None:
        if leader.is_here(self.year.now) and leader.is_at_work(self.year.now):
            day = leader.next_work(self.year.now + 7 * ONE_DAY)
            await self.drivers.type(leader, "/queue", "headsup new prices in the shop")
            await self.drivers.submit(
                leader, title="new prices in the shop", from_day=f"{leader.local(day):%Y-%m-%d}", from_time="09:00",
                until_day=f"{leader.local(day):%Y-%m-%d}", until_time="17:00",
            )  # fmt: skip
            self.posted["heads-ups"] += 1

    def hear_channel(self, message: Json) -> None:
        """Plan who answers a notice that has come in the channel."""
        value = next((value for action, value in actions(message) if action == GOT_IT), None)
        at = datetime.fromtimestamp(float(message["ts"]), self.year.now.tzinfo)
        for human in self.year.people.values() if value else ():
            roll = self.drivers.roll(human, "notice", message["ts"])
            if human.is_here(at) and roll < READS:
                act = partial(self.answer, human, message["ts"], value or "", CHANNEL)
                self.year.plan(self.year.reading_time(human, at), act)

    async def answer(self, human: Human, ts: str, value: str, channel: str = "bot") -> None:
        """Press *Got it* or *Unclear to me* in the channel or on a reminder."""
        if not human.is_here(self.year.now):
            return
        is_unclear = self.drivers.roll(human, "unclear", value) < FINDS_UNCLEAR
        action = UNCLEAR if is_unclear else GOT_IT
        if channel == CHANNEL:
            await self.drivers.press_card(human, ts, action, value, channel)
        else:
            await self.drivers.press(human, ts, action, value)
        if is_unclear:
            asks = self.drivers.roll(human, "asks", value) < ASKS
            await self.drivers.submit(human, **({"words": "what about vouchers?"} if asks else {}))
            self.posted["questions"] += asks
        self.posted["receipts"] += 1

    async def cover(self, human: Human, ts: str, value: str) -> None:
        """Book the first free hour of a heads-up, after a reminder."""
        if self.drivers.roll(human, "covers", value) >= BOOKS:
            return
        await self.drivers.press(human, ts, COVER, value)
        for view in (await self.year.world.slack.look("views", user=human.name))["views"][-1:]:
            menus = [block["element"] for block in view["blocks"] if block["block_id"] == "hours"]
            if menus:
                await self.drivers.submit(human, hours=[menus[0]["option_groups"][0]["options"][0]["value"]])
                self.posted["hours booked"] += 1

    async def react(self, human: Human, ts: str, found: list[tuple[str, str]]) -> None:
        """Answer the questions about a notice, or look back on a heads-up."""
        for action, value in found:
            if action == ANSWER:
                await self.drivers.press_card(human, ts, action, value)
                await self.drivers.submit(human, words="vouchers too")
            elif action == REVIEW:
                await self.drivers.press_card(human, ts, action, value)
                await self.drivers.submit(human, words="start the cover an hour earlier")

    def figures(self) -> dict[str, Any]:
        """Return how much was announced and answered."""
        ledger = self.year.ledger
        reminders = {kind: ledger.counts(kind)["said"] for kind in ("a change notice", "hours to cover")}
        return {**self.posted, "reminders sent": reminders}
