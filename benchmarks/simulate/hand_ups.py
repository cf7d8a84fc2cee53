"""Behavior of simulated people with hand-ups and breaks: who raises a hand, who comes, and who ends it.

People decide by what they see in Slack. Whether a leader is with an agent does not depend on what is pressed.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from math import log
from typing import TYPE_CHECKING, Any

from benchmarks.simulate import measures
from benchmarks.simulate.judge import ASKED_FOR_BREAK, ASKED_TO_COME, Json, actions, why_badly_timed
from benchmarks.simulate.measures import HandUp
from benchmarks.simulate.personas import AGENTS_ANSWER, ONE_DAY, Human, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

COMING, IN_A_WHILE, HERE, SORTED = "hand_ups:coming", "hand_ups:in_a_while", "hand_ups:here", "hand_ups:sorted"
THERE, NOT_YET, HOLD, RESUME = "hand_ups:there", "hand_ups:not_yet", "hand_ups:hold", "hand_ups:resume"
POST, MORE, CUSTOMER = "hand_ups:channel", "hand_ups:more", "hand_ups:customer:"
PREVENT, THANK = "hand_ups:afterwards", "hand_ups:thank"
TAKE, DROP = "breaks:take", "breaks:drop"
RAISES, BREAKS = 1 / 10, 1 / 5
"""Probabilities per working day that an agent raises a hand (about every two weeks), and asks for a break."""
WAITING, IN_FORM = 1 / 3, 0.5
"""Probabilities that a customer waits, and that the agent says so in the form instead of on their card."""
READS, SPREAD = 45, 0.9
"""Median seconds until somebody at work reads a DM, and the sigma of their log-normal distribution.

People sit at a screen with Slack open, and DMs notify them: 86 % are read within two minutes, 98 % within five, and a
few only after a long call.
"""
NOT_COMING = {"in_a_while": 0.3, "another": 0.3}
"""Probabilities of the buttons of a leader who presses neither *Coming* nor *OK*; otherwise they press nothing."""
TURNS_UP, SAYS_SO = 0.95, 0.7
"""Probabilities that a leader who promised to come arrives, and then presses *I'm here*."""
BY_LEADER, BY_AGENT = 0.45, 0.45
"""Probabilities that the leader, and that the agent, presses *Sorted* afterwards; otherwise both forget."""
HOLDS, RESUMES, POSTS, SORTS_ALONE = 0.04, 0.5, 0.25, 0.5
"""Probabilities that an agent pauses the asking, resumes it, posts in the channel, and manages alone."""
LOOKS_BACK, THANKS = 0.3, 0.3
"""Probabilities that an agent later says what would have prevented the hand-up, and thanks the leader."""
TAKES, DROPS = 0.8, 0.15
"""Probabilities that an agent takes, and that they drop, a break that no leader has answered."""
NEEDS = ("a refund over the limit", "an angry caller asks for a manager", "two orders under one name", "a legal letter")
PREVENTIONS = ("a higher limit for refunds", "a page on legal letters", "a macro for angry callers", "a merge button")
THEMES = ("freedom", "answers", "tools", "expectations")
ENDINGS = {"agent": "by the agent", "leader": "by the leader", "day over": "with the day", "left": "agent left"}
BREAKS_ENDED = {"agreed": "agreed", "taken": "taken without an answer", "dropped": "dropped"}


class HandUps:
    def __init__(self, year: "Year", comes: float | None = None) -> None:
        self.year, self.drivers, self.comes = year, year.drivers, comes
        self.raised: dict[tuple[str, date], HandUp] = {}
        """Each hand-up by its agent and day, since nobody raises two a day."""
        self.breaks: dict[int, str] = {}
        """What became of each break."""
        self.asked_twice = 0
        self._asks: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        """The asks that each leader got about each hand-up or break."""
        self._answered: set[str] = set()

    def begin(self) -> None:
        """Plan the hand-ups and breaks of the whole year."""
        year = self.year
        for day in (year.first + number * ONE_DAY for number in range((year.last - year.first).days + 1)):
            year.plan(next(iter(year.people.values())).at(day, time(23, 30)), self._note)
            for human in year.people.values():
                for word, chance, act in (("hand", RAISES, self._raise), ("break", BREAKS, self._ask_for_break)):
                    rolls = random_for(year.seed, word, human.name, day)
                    if not human.mood and human.works_on(day) and rolls.random() < chance:
                        at = human.at(day, human.start) + rolls.randrange(10, 470) * timedelta(minutes=1)
                        year.plan(at, partial(act, human))

    async def _raise(self, agent: Human) -> None:
        now, rolls = self.year.now, random_for(self.year.seed, "needs", agent.name, self.year.now)
        if not agent.is_here(now):
            return
        leaders = [each for each in self.year.people.values() if each.mood and each.is_at_work(now)]
        at_work = sum(not why_badly_timed(each, now) for each in leaders)
        hand_up = HandUp(agent, now, at_work, is_waiting=rolls.random() < WAITING)
        self.raised[agent.id, agent.local(now).date()] = hand_up
        words, is_in_form = rolls.choice(NEEDS), rolls.random() < IN_FORM
        if hand_up.is_waiting and is_in_form:
            await self.drivers.type(agent, "/handup", "")
            await self.drivers.submit(agent, text=words, waiting=["waiting"])
            return
        await self.drivers.type(agent, "/handup", words)
        if hand_up.is_waiting:
            self.year.plan(now + rolls.randrange(20, 90) * timedelta(seconds=1), partial(self._say_customer, hand_up))

    async def _say_customer(self, hand_up: HandUp) -> None:
        """Choose *A customer is waiting* in the menu of the agent's card, if the card still offers it."""
        asked = {"channel": "bot", "ts": hand_up.card, "as": hand_up.agent.name}
        for message in (await self.year.world.slack.look("messages", **asked))["messages"] if hand_up.card else ():
            for option in (
                each for block in message["blocks"] for each in block.get("accessory", {}).get("options", [])
            ):
                if option["value"].startswith(CUSTOMER):
                    await self.drivers.press_card(hand_up.agent, hand_up.card, MORE, option["value"])

    async def _ask_for_break(self, agent: Human) -> None:
        if agent.is_here(self.year.now):
            minutes = random_for(self.year.seed, "minutes", agent.name, self.year.now).choice(("", " 10", " 20"))
            await self.drivers.type(agent, "/queue", f"break{minutes}")

    def hear(self, human: Human, message: Json, at: datetime) -> bool:
        """Plan how a person reacts to a message about a hand-up or a break; return False for any other message."""
        found, blocks = dict(actions(message)), {block["block_id"] for block in message.get("blocks", [])}
        act: Callable[[Human, str], Awaitable[None]] = self._see_break
        if word := next((each for each in (ASKED_TO_COME, ASKED_FOR_BREAK) if each in found), None):
            self._note_ask(human, message, word, found[word])
            act = self._answer
        elif "hand_up" in blocks:
            self.raised[human.id, human.local(at).date()].card = message["ts"]
            act = self._see
        elif "break" not in blocks:
            return False
        self.year.plan(at + self._reading_time(human, message["ts"]), partial(act, human, message["ts"]))
        return True

    def _reading_time(self, human: Human, ts: str) -> timedelta:
        return timedelta(seconds=random_for(self.year.seed, "reads", human.name, ts).lognormvariate(log(READS), SPREAD))

    def _note_ask(self, leader: Human, message: Json, word: str, ask_id: str) -> None:
        agent = self._agent(message)
        known = self._asks[word, agent.id, f"{agent.local(self.year.now).date()}", leader.id]
        self.asked_twice += bool(known) and (ask_id not in known or ask_id in self._answered)
        known.add(ask_id)

    def _agent(self, message: Json) -> Human:
        """Return the agent who is mentioned in a request for help."""
        return next(each for each in self.year.people.values() if f"<@{each.id}>" in message["text"])

    async def _answer(self, leader: Human, ts: str) -> None:
        """Answer an ask for help or for a break, if the leader is at work when they read it."""
        found = (await self.year.world.slack.look("messages", channel="bot", ts=ts, **{"as": leader.name}))["messages"]
        buttons = {action: value for message in found for action, value in actions(message)}
        if not buttons or not leader.is_here(self.year.now) or not leader.is_at_work(self.year.now):
            return
        word = ASKED_TO_COME if ASKED_TO_COME in buttons else ASKED_FOR_BREAK
        step, roll = word.partition(":")[2], self.drivers.roll(leader, "asked", ts)
        chances = {step: self._chance(leader)}
        chances |= {each: chance * (1 - chances[step]) for each, chance in NOT_COMING.items()}
        for each, chance in chances.items():
            roll -= chance
            action = f"{word.partition(':')[0]}:{each}"
            if roll < 0:
                if action in buttons:
                    await self.drivers.press_card(leader, ts, action, buttons[action])
                    self._answered.add(buttons[action])
                    self._plan_arrival(leader, found[0], action)
                return

    def _chance(self, leader: Human) -> float:
        return leader.manner.attends if self.comes is None else self.comes

    def _plan_arrival(self, leader: Human, message: Json, action: str) -> None:
        now, agent = self.year.now, self._agent(message)
        if action not in (COMING, IN_A_WHILE):
            return
        hand_up = self.raised[agent.id, agent.local(now).date()]
        if action == COMING:
            hand_up.coming_at = hand_up.coming_at or now
        rolls = random_for(self.year.seed, "arrives", leader.name, message["ts"])
        minutes = rolls.randrange(10, 15) if action == IN_A_WHILE else rolls.randrange(1, 7)
        if rolls.random() < TURNS_UP:
            self.year.plan(now + minutes * timedelta(minutes=1), partial(self._arrive, leader, hand_up, message["ts"]))

    async def _arrive(self, leader: Human, hand_up: HandUp, ts: str) -> None:
        """Have the leader join the agent, unless the leader's card no longer asks for that, and plan the end."""
        buttons = dict(await self.drivers.buttons(leader, ts))
        if HERE not in buttons:
            return
        hand_up.is_helped = True
        if self.drivers.roll(leader, "here", ts) < SAYS_SO:
            await self.drivers.press_card(leader, ts, HERE, buttons[HERE])
        minutes = random_for(self.year.seed, "helps", leader.name, ts).randrange(3, 20)
        self.year.plan(self.year.now + minutes * timedelta(minutes=1), partial(self._finish, leader, hand_up, ts))

    async def _finish(self, leader: Human, hand_up: HandUp, ts: str) -> None:
        roll = self.drivers.roll(leader, "sorted", ts)
        if roll < BY_LEADER:
            await self._press(leader, ts, SORTED)
        elif roll < BY_LEADER + BY_AGENT:
            await self._sort(hand_up)

    async def _press(self, human: Human, ts: str, action: str) -> bool:
        """Press a button of a message; return False if the message does not have it now."""
        buttons = dict(await self.drivers.buttons(human, ts))
        if action in buttons:
            await self.drivers.press_card(human, ts, action, buttons[action])
        return action in buttons

    async def _sort(self, hand_up: HandUp) -> None:
        if await self._press(hand_up.agent, hand_up.card, SORTED):
            self._look_again(hand_up, minutes=2)

    def _look_again(self, hand_up: HandUp, *, minutes: int) -> None:
        at = self.year.now + minutes * timedelta(minutes=1)
        self.year.plan(at, partial(self._see, hand_up.agent, hand_up.card))

    async def _see(self, agent: Human, ts: str) -> None:
        """React as the agent to the current buttons of the agent's card."""
        buttons = dict(await self.drivers.buttons(agent, ts))
        if not buttons or not agent.is_here(self.year.now):
            return
        hand_up, roll = self.raised[agent.id, agent.local(self.year.now).date()], self.drivers.roll(agent, "sees", ts)
        if THERE in buttons:
            if roll < AGENTS_ANSWER:
                await self._press(agent, ts, THERE if hand_up.is_helped else NOT_YET)
        elif HOLD in buttons:
            if roll < HOLDS:
                await self._press(agent, ts, HOLD)
                self._look_again(hand_up, minutes=6)
        elif RESUME in buttons:
            if self.drivers.roll(agent, "resumes", ts) < RESUMES:
                await self._press(agent, ts, RESUME)
        elif POST in buttons:
            await self._go_without(hand_up, roll)
        elif SORTED not in buttons:
            await self._look_back(hand_up, buttons)

    async def _go_without(self, hand_up: HandUp, roll: float) -> None:
        """Have the agent post in the channel because no leader comes, or manage alone after a while."""
        agent, ts = hand_up.agent, hand_up.card
        if roll < POSTS and await self._press(agent, ts, POST):
            await self.drivers.submit(agent)
        rolls = random_for(self.year.seed, "alone", agent.name, ts)
        if rolls.random() < SORTS_ALONE:
            at = self.year.now + rolls.randrange(20, 60) * timedelta(minutes=1)
            self.year.plan(at, partial(self._sort_alone, hand_up))

    async def _sort_alone(self, hand_up: HandUp) -> None:
        if not hand_up.is_helped:
            await self._sort(hand_up)

    async def _look_back(self, hand_up: HandUp, buttons: dict[str, str]) -> None:
        """Have the agent, after the end, say what would have prevented the hand-up, and thank the leader."""
        agent, ts, rolls = hand_up.agent, hand_up.card, random_for(self.year.seed, "after", hand_up.agent, hand_up.card)
        if PREVENT in buttons and rolls.random() < LOOKS_BACK:
            words, kind = rolls.choice(PREVENTIONS), rolls.choice(("roadblock", "idea"))
            self.year.followups.wrote[agent.id].add(words)
            await self.drivers.press_card(agent, ts, PREVENT, buttons[PREVENT])
            await self.drivers.submit(agent, text=words, kind=kind, theme=rolls.choice(THEMES))
        if THANK in buttons and rolls.random() < THANKS:
            await self.drivers.press_card(agent, ts, THANK, buttons[THANK])
            await self.drivers.submit(agent, reason="coming at once when a customer waited")

    async def _see_break(self, agent: Human, ts: str) -> None:
        roll = self.drivers.roll(agent, "break", ts)
        if agent.is_here(self.year.now) and roll < TAKES + DROPS:
            buttons = dict(await self.drivers.buttons(agent, ts))
            if TAKE in buttons:  # no leader has answered
                await self._press(agent, ts, TAKE if roll < TAKES else DROP)

    async def _note(self) -> None:
        """Record how hand-ups and breaks ended; this runs daily, because the bot deletes them after some time."""
        for row in await self.year.world.hand_ups():
            agent = self.year.people[row.agent_id]
            hand_up = self.raised[agent.id, agent.local(row.raised_at).date()]
            hand_up.ending, hand_up.ended_at = row.ending or "", row.ended_at
        for each in await self.year.world.breaks():
            self.breaks[each.id] = "taken" if each.state == "agreed" and each.leader_id is None else each.state

    def figures(self) -> dict[str, Any]:
        """Return how soon leaders came, how hand-ups and breaks ended, and how often a leader was asked wrongly."""
        hand_ups, wrong = list(self.raised.values()), self.year.judge.wrong
        ends, breaks = Counter(each.ending for each in hand_ups), Counter(self.breaks.values())
        waits = [round((each.coming_at - each.raised_at).total_seconds() / 60) for each in hand_ups if each.coming_at]
        return {
            "hand-ups raised": len(hand_ups),
            "Coming within 10 minutes, two leaders at work": list(measures.came_in_time(hand_ups, at_work=2)),
            "Coming within 10 minutes, a customer waiting, three at work": list(
                measures.came_in_time([each for each in hand_ups if each.is_waiting], at_work=3)
            ),
            "minutes until Coming: median, p90, longest": list(measures.spread(waits)),
            "ended": {words: ends[ending] for ending, words in ENDINGS.items()},
            "not ended by their day's end": measures.ended_late(hand_ups),
            "asked while away or off hours": len(wrong["requests to come"]) + len(wrong["requests for a break"]),
            "asked twice about one": self.asked_twice,
            "breaks asked for": len(self.breaks),
            "breaks that ended": {words: breaks[state] for state, words in BREAKS_ENDED.items()},
        }
