"""Drivers for simulated leaders and agents, who react to the bot's messages according to their mood."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import TYPE_CHECKING

from benchmarks.simulate import announcements, behaviour, followups, voice
from benchmarks.simulate.fun_tank import YES
from benchmarks.simulate.harness import CHANNEL
from benchmarks.simulate.judge import MET, PICK, SIT_ASK, SIT_WRAP_UP, SIT_YES, WEEK_TITLE, WHY, Json, actions
from benchmarks.simulate.personas import AGENTS_ANSWER, ONE_DAY, Human, random_for
from benchmarks.simulate.shadowing import Shadowing

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

Act = Callable[[], Awaitable[None]]
LATER, NOT_NOW, SEE, FOLLOWED = "nudges:later", "nudges:not_now", "shoutouts:see", "one_on_ones:followed"
SIGN, FINE = "birthdays:sign", "rituals:fine"
THANK = "shoutouts:thank"
MENU = "menu"
"""The action id of menus; their options have the action id and value of a button."""
PROPOSE, PLANNED, SKIP = "one_on_ones:propose", "one_on_ones:planned", "one_on_ones:skip"
COUNTER, ACCEPT, OTHERS = "meetings:other_time", "meetings:yes", "one_on_ones:others"
MOVE, CANCEL, NOT_YET, SKIPPED, OPEN = (
    "one_on_ones:move", "meetings:cancel", "meetings:missed", "one_on_ones:skipped", "one_on_ones:open",
)  # fmt: skip

PROPOSES = 0.86
"""How often a leader who acts on a one-on-one that is due, or is offered the next one, proposes times."""


class Drivers:
    def __init__(self, year: "Year") -> None:
        self.year = year
        self.shadowing = Shadowing(year, self)

    def reaction_to(self, human: Human, message: Json) -> Act | None:
        """Return how a person will react to a message when they read it; None if they will not react."""
        found = {action for action, _ in actions(message)}
        todo: dict[str, Callable[[Human, str], Awaitable[None]]] = {
            WHY: self._answer_nudges, PROPOSE: self._answer_rows, MET: self._tell, OTHERS: self._answer_suggestion,
            PICK: self._choose_time, SIT_YES: self.shadowing.answer, SIT_WRAP_UP: self.shadowing.tell,
        }  # fmt: skip
        act = next((act for action, act in todo.items() if action in found), None)
        if message["text"].startswith(WEEK_TITLE):
            self.year.ledger.hear_week(human, message, self.year.now)
            act = self._plan_week
        if WHY in found:
            self.year.ledger.hear(human, message, self.year.now)
        if act is None and found & {announcements.ANSWER, announcements.REVIEW}:
            act = self._react_to_announcement
        if act is None and found & {voice.COMMENT, voice.CHANGE}:
            act = self.year.voice.react
        if act is None and followups.is_card(message):
            act = self.year.followups.react
        return (lambda: act(human, message["ts"])) if act else None

    async def _react_to_announcement(self, human: Human, ts: str) -> None:
        if self.attends(human, ts):
            await self.year.announcements.react(human, ts, await self.buttons(human, ts))

    async def _answer_nudges(self, human: Human, ts: str) -> None:
        """React to a card of nudges: snooze all nudges, act on each, or ignore the card."""
        if not self.attends(human, ts):
            return
        if self.roll(human, "snooze", ts) < human.manner.snoozes:
            await self._snooze(human, ts)
            return
        await self._answer_rows(human, ts)
        if self.year.reminds_followups:
            await self.year.followups.answer_nudges(human, ts)
        for action, value in await self.buttons(human, ts):
            if action == SEE:
                await self._thank_unseen(human, ts, value)
            elif action == SIT_ASK:
                await self.shadowing.suggest(human, ts, value)
            elif action == YES:
                await self.year.fun_tank.agree(human, ts, value)
            elif action == FOLLOWED or (action == FINE and self.year.model):
                await self.press(human, ts, action, value)
            elif action == announcements.GOT_IT:
                await self.year.announcements.answer(human, ts, value)
            elif action == announcements.COVER:
                await self.year.announcements.cover(human, ts, value)
            elif action == SIGN:
                await self.press(human, ts, action, value)
                await self.submit(human, words="many happy days with us")

    async def _plan_week(self, human: Human, ts: str) -> None:
        """React to what the leader's week suggests to plan, as to the nudges that suggest the same."""
        if not self.attends(human, ts):
            return
        for action, value in await self.buttons(human, ts):
            if action == PROPOSE:
                await self._answer_row(human, ts, value)
            elif action == SIT_ASK:
                await self.shadowing.suggest(human, ts, value)
            elif action == THANK and self.roll(human, "thank", ts) < 0.6:
                await self.press(human, ts, THANK, value)
                await self.submit(human, reason="the patient way with a hard customer")

    async def _snooze(self, human: Human, ts: str) -> None:
        """Snooze every nudge on a card that still has a snooze menu; the bot allows five snoozes per nudge."""
        span = self._dice(human, "span", ts).choice(("30", "60", "90", "tomorrow"))
        found = await self.year.world.slack.look("messages", channel="bot", ts=ts, **{"as": human.name})
        for message in found["messages"]:
            for value, block_id in snooze_menus(message):
                await self.press(human, ts, LATER, f"{value}:{span}", block_id=block_id)

    async def _thank_unseen(self, human: Human, ts: str, nudge_id: str) -> None:
        roll = self.roll(human, "thank", ts)
        if human.mood == "ignores most" and roll < 0.3:
            await self._mute(human, ts, nudge_id)
        elif roll < 0.6:
            await self.press(human, ts, SEE, nudge_id)
            await self.submit(human, reason="the patient way with a hard customer")
        elif roll < 0.9:
            await self.press(human, ts, NOT_NOW, nudge_id)

    async def _mute(self, human: Human, ts: str, nudge_id: str) -> None:
        await self.press(human, ts, WHY, nudge_id)
        await self.submit(human)
        self.year.ledger.muted += 1

    async def _answer_rows(self, human: Human, ts: str) -> None:
        """Answer each row of a leader's list of due one-on-ones."""
        if not self.attends(human, ts):
            return
        for action, value in await self.buttons(human, ts):
            if action == PROPOSE and value.count(":") == 1:
                await self._answer_row(human, ts, value)
            elif action == PROPOSE:  # on the card of a one-on-one that has ended
                await self._propose_next(human, ts)

    async def _answer_row(self, human: Human, ts: str, value: str) -> None:
        series = await self.year.world.series(int(value.partition(":")[2]))
        agent = self.year.people[series.agent_id]
        roll = self.roll(human, "row", value, ts)
        if self.year.has_met_since(agent, series.met_on):  # the bot does not know that they met
            if roll < 0.6:
                self.year.ledger.ask(human, value, agent, self.year.now)
                self.year.ledger.agree(human, agent, "one-on-one", self.year.now)
                await self._type(human, f"done @{agent.name}")
                await self._propose_next(human)
            else:
                await self.press(human, ts, SKIP, value)
        elif roll < PROPOSES:
            self.year.ledger.ask(human, value, agent, self.year.now)
            await self.press(human, ts, PROPOSE, value)
        elif roll < 0.92:
            at = self.both_free(human, agent, self.year.now, 1)
            self.year.ledger.ask(human, value, agent, self.year.now)
            await self.press(human, ts, PLANNED, value)
            await self.submit(human, **_form(at))
            await self.year.note_plans(human)
        elif roll < 0.96:
            await self.press(human, ts, SKIP, value)
            self.year.series[agent.id].let_go.append(human.local(self.year.now).date())

    async def _choose_time(self, agent: Human, ts: str) -> None:
        """Pick the first offered meeting time that suits, suggest another time, or do not answer."""
        roll = self.answer_roll(agent, "choose", ts)
        if roll > AGENTS_ANSWER:
            return
        found = [(action, value) for action, value in await self.buttons(agent, ts) if action.startswith(PICK[:-1])]
        if not found:
            return
        meeting = await self.year.world.meeting(int(found[0][1].partition(":")[0]))
        times = dict(zip(meeting.times, found, strict=True))
        suits = [at for at in times if at > self.year.now and agent.works_on(agent.local(at).date())]
        if suits and roll < AGENTS_ANSWER * 0.85:
            await self.press(agent, ts, *times[suits[0]])
            await self.year.note_plans(agent)
            return
        leader = self.year.people[meeting.organizer_id]
        at = self.both_free(leader, agent, max(self.year.now, min(meeting.times)), 1)
        await self.press(agent, ts, COUNTER, str(meeting.id))
        await self.submit_time(agent, at)

    async def _answer_suggestion(self, human: Human, ts: str) -> None:
        if not self.attends(human, ts):
            return
        buttons, roll = dict(await self.buttons(human, ts)), self.roll(human, "suggestion", ts)
        action = ACCEPT if roll < 0.85 else OTHERS if roll < 0.95 else SKIP
        if action in buttons:
            await self.press(human, ts, action, buttons[action])
            await self.year.note_plans(human)
        if action == SKIP and action in buttons:
            meeting = await self.year.world.meeting(int(buttons[ACCEPT]))
            self.year.series[meeting.attendee_id].let_go.append(human.local(self.year.now).date())

    async def _tell(self, human: Human, ts: str) -> None:
        """Report to the bot whether a one-on-one took place."""
        buttons = dict(await self.buttons(human, ts))
        if MET not in buttons or not self.attends(human, ts):
            return
        meeting, roll = await self.year.world.meeting(int(buttons[MET])), self.roll(human, "tell", ts)
        agent = self.year.people[meeting.attendee_id]
        if self.year.was_held(meeting.id):
            await self.press(human, ts, MET, buttons[MET])
            if roll < 0.15:
                await self._write_down(human, ts)
            await self._propose_next(human, ts)
        elif roll < 0.8:
            await self.press(human, ts, NOT_YET, buttons[MET])
            await self._propose_next(human, ts)
        elif roll < 0.9:
            await self._move(human, human, agent, ts, buttons[MET])
        else:
            await self.press(human, ts, SKIPPED, buttons[MET])
            self.year.series[agent.id].let_go.append(human.local(self.year.now).date())

    async def _propose_next(self, human: Human, ts: str = "") -> None:
        """Propose times for the next one-on-one on the card of the last, or on the answer to `/1on1 done` without `ts`.

        Leaders do so as often as they propose times when they are reminded.
        """
        await self.year.settle()
        buttons, channel = await self.buttons(human, ts) if ts else [], "bot"
        if not ts:
            asked = {"channel": CHANNEL, "as": human.name, "limit": 1}
            (note,) = (await self.year.world.slack.look("messages", **asked))["messages"]
            buttons, channel, ts = actions(note), CHANNEL, note["ts"]
        value = dict(buttons).get(PROPOSE)
        if value and self.roll(human, "next", ts) < PROPOSES:
            await self.press_card(human, ts, PROPOSE, value, channel)

    async def _write_down(self, human: Human, ts: str) -> None:
        """Write a one-on-one note with a follow-up date in two weeks."""
        await self.year.settle()
        buttons = dict(await self.buttons(human, ts))
        if OPEN in buttons:
            await self.press(human, ts, OPEN, buttons[OPEN])
            day = human.local(self.year.now).date() + 14 * ONE_DAY
            await self.submit(human, note="more time for the handbook", follow_up=f"{day}")

    async def rearrange(self, human: Human, first: datetime, last: datetime) -> None:
        """Move, cancel or forget a person's planned meetings before an absence."""
        for meeting in await self.year.world.planned(human.id):
            roll = self.roll(human, "rearrange", meeting.id)
            if not first <= meeting.starts_at <= last or roll > 0.7:
                continue
            leader, agent = self.year.people[meeting.organizer_id], self.year.people[meeting.attendee_id]
            if ts := await self._planned_card(human, meeting.id):
                if roll < 0.45:
                    await self._move(human, leader, agent, ts, str(meeting.id), last)
                else:
                    await self.press(human, ts, MENU, f"{CANCEL} {meeting.id}")
                    if human is leader:
                        await self._propose_next(human, ts)

    async def _planned_card(self, human: Human, meeting_id: int) -> str | None:
        asked = {"channel": "bot", "as": human.name, "limit": 60}
        latest = (await self.year.world.slack.look("messages", **asked))["messages"]
        return next((each["ts"] for each in latest[::-1] if (MOVE, str(meeting_id)) in actions(each)), None)

    async def _move(
        self, human: Human, leader: Human, agent: Human, ts: str, meeting_id: str, after: datetime | None = None
    ) -> None:
        at = self.both_free(leader, agent, after or self.year.now, 1)
        await self.press(human, ts, MOVE, meeting_id)
        await self.submit_time(human, at)
        await self.year.note_plans(human)

    def both_free(self, leader: Human, agent: Human, after: datetime, days: int) -> datetime:
        """Return a later time at which leader and agent both work, or a morning of the leader if there is none."""
        start = leader.local(after).date() + days * ONE_DAY
        for day in (start + number * ONE_DAY for number in range(40)):
            for half in range(16, 36):
                at = leader.at(day, time(half // 2, half % 2 * 30))
                if at > after and leader.is_at_work(at) and agent.is_at_work(at):
                    return at
        return leader.next_work(leader.at(start, leader.start))

    async def type(self, human: Human, word: str, text: str) -> Json:
        return await self.year.world.do("commands", user=human.name, channel=CHANNEL, command=word, text=text)

    async def _type(self, human: Human, text: str) -> None:
        await self.type(human, "/1on1", text)

    async def buttons(self, human: Human, ts: str) -> list[tuple[str, str]]:
        """Return the buttons of a card in its current state."""
        found = await self.year.world.slack.look("messages", channel="bot", ts=ts, **{"as": human.name})
        return [each for message in found["messages"] for each in actions(message)]

    async def press(self, human: Human, ts: str, action: str, value: str, **more: str) -> None:
        said = {"user": human.name, "channel": "bot", "ts": ts, "action_id": action, "value": value, **more}
        answer = await self.year.world.do("actions", **said)
        self.year.ledger.press(human, value, action, answer, self.year.now, ts)

    async def press_card(self, human: Human, ts: str, action: str, value: str, channel: str = "bot") -> None:
        """Press a button of a message that is not a card of nudges."""
        said = {"user": human.name, "channel": channel, "ts": ts, "action_id": action, "value": value}
        self.year.ledger.refuse(action, await self.year.world.do("actions", **said))

    async def submit_time(self, human: Human, at: datetime) -> None:
        await self.submit(human, **_form(human.local(at)))

    async def submit(self, human: Human, **values: str | list[str]) -> None:
        """Submit the form that has just opened, if any, and close it."""
        stack = (await self.year.world.slack.look("views", user=human.name))["views"]
        if stack:
            said = {"user": human.name, "view_id": stack[-1]["id"]}
            answer = await self.year.world.do("views/submit", **said, values=values)
            self.year.ledger.submit(human, answer)
            await self.year.world.slack.do("views/close", **said, all=True)

    async def submit_known(self, human: Human, **values: str) -> None:
        """Submit the form that has just opened, if any, leaving out values for which it has no field."""
        for view in (await self.year.world.slack.look("views", user=human.name))["views"][-1:]:
            fields = {block["block_id"] for block in view["blocks"]}
            await self.submit(human, **{name: value for name, value in values.items() if name in fields})

    async def close_form(self, human: Human) -> None:
        for view in (await self.year.world.slack.look("views", user=human.name))["views"][-1:]:
            await self.year.world.slack.do("views/close", user=human.name, view_id=view["id"], all=True)

    def attends(self, human: Human, ts: str = "") -> bool:
        """Return whether a person acts now on the bot's requests, or on those of one message."""
        year = self.year
        if year.model is None:
            return attends(year.seed, human, year.now)
        nudges = year.judge.days[human.name, human.local(year.now).date()]
        ignored = year.ledger.ignored_before(human, ts)
        return behaviour.acts(year.model, year.seed, human, year.now, nudges=nudges, ignored=ignored)

    def answer_roll(self, agent: Human, *about: object) -> float:
        """Return a number that is below `AGENTS_ANSWER` as often as agents answer."""
        return self.roll(agent, *about) * (AGENTS_ANSWER / self.year.agents_answer)

    def roll(self, human: Human, *about: object) -> float:
        return self._dice(human, *about).random()

    def _dice(self, human: Human, *about: object) -> random.Random:
        return self.year.dice.of(human, self.year.now, human.name, *about)


def snooze_menus(message: Json) -> list[tuple[str, str]]:
    """Return the snooze menus on a card of nudges, each as the ids of its nudge and its block."""
    rows = [block for block in message.get("blocks", []) if block["type"] == "actions"]
    return [
        (each["options"][0]["value"].partition(":")[0], row["block_id"])
        for row in rows
        for each in row["elements"]
        if each["action_id"] == LATER
    ]


def attends(seed: int, human: Human, at: datetime) -> bool:
    """Return whether a person acts then on requests, whether from the bot or from the plain reminder."""
    decision = human.local(at).date() if human.manner.decides_daily else at
    return random_for(seed, "attends", human.name, decision).random() < human.manner.attends


def _form(at: datetime) -> dict[str, str]:
    return {"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}
