"""Behavior of simulated people with roadblocks, ideas and promises: what they raise, and how they respond to cards.

People decide by what they see in Slack, which is cards and buttons, and by what they wrote themselves.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.simulate import measures
from benchmarks.simulate.harness import CHANNEL
from benchmarks.simulate.judge import ASKS, Json, actions
from benchmarks.simulate.ledger import FOLLOWUPS, kind_of_nudge
from benchmarks.simulate.measures import Course
from benchmarks.simulate.personas import AGENTS_ANSWER, LISBON, ONE_DAY, Human, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

CARD, STEP, MORE, LISTED = "followup_", "followups:", "followups:more", "listed_steps"
ME_TOO, NOT_NOW = "followups:me_too", "nudges:not_now"
ROADBLOCKS, IDEAS, PROMISES = 1 / 15, 1 / 25, 1 / 10
"""Probabilities per working day that an agent raises a roadblock or an idea, and that a leader makes a promise."""
TO_TEAM = 0.25
"""The share of promises that are made to the whole team."""
DEADLINES = ("", "by Friday", "by next Wednesday", "in two weeks")
VOTES, HAS_IT_TOO = 0.15, 0.06
"""The probabilities that a reader votes for a new idea, and that a reader has the same roadblock."""
CONFIRMS, THANKS = 0.85, 0.5
"""The probabilities that an agent confirms that something is done, and then thanks the owner."""
RETURNS = 0.7
"""The probability that a leader returns within two weeks to a card they work on, instead of forgetting it."""
SOLVED = ("we changed the setting, and it works", "the vendor fixed it", "the help page explains it now")
ROADBLOCK_PARTS = (
    ("the refund screen", "the phone system", "the order search", "the login page", "the ticket tool", "the macro list",
     "the warehouse chat", "the price table", "the returns label", "the knowledge base"),
    ("freezes", "logs me out", "is wrong for Spain", "loads for a minute", "has no search", "loses my notes"),
    ("since Monday", "every hour", "after the update", "on busy days", "for new customers"),
)  # fmt: skip
IDEA_PARTS = (
    ("a macro", "a checklist", "a short video", "a weekly slot", "a shared note", "a tag", "a template"),
    ("for refunds", "for late parcels", "for angry callers", "for newcomers", "for vouchers", "for handovers"),
    ("in three languages", "with examples", "on one page", "that product can read", "for the evening shift"),
)
PROMISE_PARTS = (
    ("ask IT about", "talk to product about", "write down", "find a trainer for", "get a budget for", "test"),
    (
        "the voucher tool",
        "the night shift",
        "the new headsets",
        "the chat bot",
        "the late reports",
        "our opening hours",
    ),
)
Buttons = Mapping[str, tuple[str, str]]
"""The action id and the value of a card's buttons and menu options, by step."""
WORKS = {"answer": 0.35, "wait": 0.15}
"""Probabilities of an owner's answers when reminded of a roadblock; otherwise they leave it for later."""
DECIDES = {"answer": 0.4, "wait": 0.15, "keep": 0.25, "hand_on": 0.07, "ask_sponsor": 0.07}
"""Probabilities of an owner's answers when asked how to proceed with a roadblock."""
DAY_BEFORE = {"answer": 0.45, "move": 0.12, "close": 0.05}
ON_THE_DAY = {"answer": 0.65, "move": 0.2, "close": 0.1}
"""Probabilities of an owner's answers when reminded of a promise, on the day before it is due and on the day."""
AFTER_THE_DAY = {"answer": 0.65, "move": 0.25, "close": 0.1}
"""Probabilities of an owner's answers when a promise is overdue; they add up to 1, so that everyone answers."""
TAKES = {"take": 0.8, "not_now": 0.12}
"""Probabilities of a leader's answers when asked to take a roadblock."""
REPLIES = {"take": 0.5, "close": 0.4}
"""Probabilities of a leader's answers when asked about a new idea."""
CONSIDERED, DOING = {"start": 0.5, "close": 0.4, "hand_on": 0.05}, {"close": 0.8}
"""Probabilities of an owner's steps with an idea under consideration, and with one in progress."""
HELPS = {"accept": 0.4, "answer": 0.3, "send_back": 0.25}
"""Probabilities of the sponsor's answers to a roadblock."""
REASONS = {"done": 0.3, "declined": 0.4, "not_now": 0.3}
EXPERIMENTS = 0.4
"""The share of started ideas that are tried out as an experiment."""


class Followups:
    def __init__(self, year: "Year") -> None:
        self.year, self.drivers = year, year.drivers
        self.courses: list[Course] = []
        """What became of each roadblock, idea and promise, by the bot's own history."""
        self.wrote: defaultdict[str, set[str]] = defaultdict(set)
        """The texts of the follow-ups that each person raised, by which they recognize them in the channel."""

    def begin(self) -> None:
        """Plan the roadblocks, ideas and promises of the whole year."""
        for human in self.year.people.values():
            for number in range((self.year.last - self.year.first).days + 1):
                if human.works_on(day := self.year.first + number * ONE_DAY):
                    self._plan_day(human, day)

    def _plan_day(self, human: Human, day: date) -> None:
        agents = {"roadblock": ROADBLOCKS, "idea": IDEAS}
        for word, chance in ({"promise": PROMISES} if human.mood else agents).items():
            rolls = random_for(self.year.seed, word, human.name, day)
            if rolls.random() < chance:
                at = human.at(day, human.start) + rolls.randrange(20, 460) * timedelta(minutes=1)
                self.year.plan(at, partial(self._raise, human, word))

    async def _raise(self, human: Human, word: str) -> None:
        year, rolls = self.year, random_for(self.year.seed, "raises", human.name, word, self.year.now)
        if not human.is_here(year.now):
            return
        parts = {"roadblock": ROADBLOCK_PARTS, "idea": IDEA_PARTS, "promise": PROMISE_PARTS}[word]
        text = " ".join(rolls.choice(part) for part in parts)
        self.wrote[human.id].add(text)
        if word == "promise":
            agents = [each for each in year.people.values() if not each.mood and each.is_here(year.now)]
            to = "" if rolls.random() < TO_TEAM else f"@{rolls.choice(agents).name} "
            text = f"{to}{text} {rolls.choice(DEADLINES)}".strip()
        if word != "promise" and year.voice.may_quote(human, text):
            await year.voice.raise_quotable(human, word, text)
            return
        await self.drivers.type(human, f"/{word}", text)
        if word == "promise":
            await self.answer_listed(human, is_leaving=False)

    def hear_channel(self, message: Json) -> None:
        """Plan who votes for a new idea in the channel, or says that they have the same roadblock."""
        at, ts = datetime.fromtimestamp(float(message["ts"]), self.year.now.tzinfo), message["ts"]
        is_roadblock = any(action == ME_TOO for action, _ in actions(message))
        if not is_card(message) or not (is_roadblock or message["text"].startswith(":bulb:")):
            return
        for human in self.year.people.values():
            is_own = any(text in message["text"] for text in self.wrote[human.id])
            chance = HAS_IT_TOO if is_roadblock else VOTES
            if not is_own and human.is_here(at) and self.drivers.roll(human, "card", ts) < chance:
                self.year.plan(self.year.reading_time(human, at), partial(self._support, human, ts, is_roadblock))

    async def _support(self, human: Human, ts: str, is_roadblock: bool) -> None:
        if not human.is_here(self.year.now):
            return
        if not is_roadblock:
            await self.year.world.do("reactions", user=human.name, channel=CHANNEL, ts=ts, name="+1")
            return
        found = await self.year.world.slack.look("messages", channel=CHANNEL, ts=ts, **{"as": human.name})
        for action, value in (each for message in found["messages"] for each in actions(message)):
            if action == ME_TOO:
                await self.drivers.press_card(human, ts, action, value, channel=CHANNEL)

    async def react(self, human: Human, ts: str) -> None:
        """React to a follow-up's card in a DM: confirm that it is done or, as its owner, plan to return to it."""
        buttons, texts = await self._read(human, ts)
        if {"confirm", "reopen"} <= buttons.keys():
            await self._confirm(human, ts, buttons)
        elif human.mood and buttons:
            if ASKS in str(texts) and self.year.reminds_followups and self.drivers.attends(human, ts):
                await self.choose(human, ts, buttons, ON_THE_DAY, "asked")
            self._plan_return(human, ts, 0)

    async def _confirm(self, human: Human, ts: str, buttons: Buttons) -> None:
        roll = self.drivers.answer_roll(human, "confirm", ts)
        if human.mood or roll > AGENTS_ANSWER:
            return
        await self._press(human, ts, buttons["confirm" if roll < CONFIRMS * AGENTS_ANSWER else "reopen"])
        if self.drivers.roll(human, "grateful", ts) < THANKS:
            await self.drivers.submit(human, reason="keeping a promise that made my week easier")
        else:
            await self.drivers.close_form(human)

    def _plan_return(self, human: Human, ts: str, times: int) -> None:
        if self.drivers.roll(human, "returns", ts, times) < RETURNS:
            days = self.year.dice.of(human, self.year.now, "days", human.name, ts, times).randrange(2, 12)
            at = self.year.reading_time(human, self.year.now + days * ONE_DAY)
            self.year.plan(at, partial(self._return, human, ts, times))

    async def _return(self, human: Human, ts: str, times: int) -> None:
        """Take the next step on a card that somebody returns to, and plan the next return."""
        if not human.is_here(self.year.now):
            return
        buttons, texts = await self._read(human, ts)
        if not buttons:
            return
        if self.drivers.attends(human, ts):
            choices = next((way for step, way in OWN_CARDS.items() if step in buttons), {})
            if choices is DAY_BEFORE and names_past_day(str(texts), human.local(self.year.now).date()):
                choices = ON_THE_DAY
            await self.choose(human, ts, buttons, choices, f"card {times}")
        self._plan_return(human, ts, times + 1)

    async def answer_listed(self, human: Human, *, is_leaving: bool) -> None:
        """Answer for the promises that stand below the answer to what a leader has just typed.

        Whoever has just typed reads the answer at once, so it does not depend on the day whether they act.
        """
        asked = {"channel": CHANNEL, "as": human.name, "limit": 1}
        (note,) = (await self.year.world.slack.look("messages", **asked))["messages"]
        if self.drivers.roll(human, "listed", note["ts"]) > self.year.rate(human):
            return
        blocks, today = note.get("blocks", []), human.local(self.year.now).date()
        for text, row in pairwise(blocks):
            if row["block_id"].startswith(LISTED):
                is_due = is_leaving or names_past_day(text["text"]["text"], today)
                buttons = {each["action_id"].removeprefix(STEP): pressed(each) for each in row["elements"]}
                choices = ON_THE_DAY if is_due else DAY_BEFORE
                await self.choose(human, note["ts"], buttons, choices, row["block_id"], CHANNEL)

    async def answer_nudges(self, human: Human, ts: str) -> None:
        """Answer the morning's nudges about follow-ups."""
        by_nudge: defaultdict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        for action, value in await self.drivers.buttons(human, ts):
            by_nudge[value.partition(":")[0]][action.partition(":")[2]] = action, value
        _, texts = await self._read(human, ts)
        for id, buttons in by_nudge.items():
            kind = kind_of_nudge({action for action, _ in buttons.values()})
            if kind in FOLLOWUPS:
                choices = _choices(kind, buttons, texts.get(f"nudge_{id}", ""))
                await self.choose(human, ts, buttons, choices, id)

    async def choose(
        self, human: Human, ts: str, buttons: Buttons, choices: Mapping[str, float], about: str, channel: str = "bot"
    ) -> None:
        """Press one of the buttons with the given probabilities, or none, and fill in the form that it opens."""
        roll = self.drivers.roll(human, "chooses", ts, about)
        for step, chance in choices.items():
            roll -= chance
            if roll < 0:
                if step in buttons:
                    await self._press(human, ts, buttons[step], channel)
                    await self._fill(human, step, ts)
                return

    async def _press(self, human: Human, ts: str, button: tuple[str, str], channel: str = "bot") -> None:
        action, value = button
        if (":" in value and action != MORE) or action == NOT_NOW:
            await self.drivers.press(human, ts, action, value)
        else:
            await self.drivers.press_card(human, ts, action, value, channel)

    async def _fill(self, human: Human, step: str, ts: str) -> None:
        """Fill in and submit the form that a step has opened, if any."""
        rolls = self.year.dice.of(human, self.year.now, "fills", human.name, step, ts)
        today = human.local(self.year.now).date()
        day = today + rolls.randrange(3, 11) * ONE_DAY
        later = f"{human.day_after_vacation(day) if step == 'move' else day}"
        reason, is_trial = rolls.choices([*REASONS], [*REASONS.values()])[0], rolls.random() < EXPERIMENTS
        leaders = [each for each in self.year.people.values() if each.mood and each.is_here(self.year.now)]
        other = rolls.choice([each for each in leaders if each is not human] or leaders)
        trial = {"ends": later, "question": "does it save time?"} if is_trial else {}
        again = {"again": f"{today + 30 * ONE_DAY}"} if reason == "not_now" else {}
        values: dict[str, dict[str, str]] = {
            "answer": {"why": rolls.choice(SOLVED)}, "wait": {"why": "an answer from the vendor", "day": later},
            "move": {"why": "this week is too full", "day": later}, "send_back": {"why": "please ask IT first"},
            "ask_sponsor": {"why": "we need a budget for this"}, "hand_on": {"who": other.id}, "start": trial,
            "close": {"why": "we looked at it together", "reason": reason, **again},
        }  # fmt: skip
        await self.drivers.submit_known(human, **values.get(step, {}))

    async def _read(self, human: Human, ts: str) -> tuple[Buttons, dict[str, str]]:
        """Return the current buttons of a message, and the texts of its blocks."""
        found = await self.year.world.slack.look("messages", channel="bot", ts=ts, **{"as": human.name})
        blocks = [block for message in found["messages"] for block in message.get("blocks", [])]
        elements = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
        buttons = {}
        for each in elements:
            for option in each.get("options", []) if each["action_id"] == MORE else ():
                buttons[option["value"].partition(":")[0]] = MORE, option["value"]
            if each["action_id"].startswith(STEP) and each["action_id"] != MORE:
                buttons[each["action_id"].removeprefix(STEP)] = each["action_id"], each["value"]
        return buttons, {block["block_id"]: str(block.get("text", {}).get("text")) for block in blocks}

    async def close(self) -> None:
        """Read from the database, at the end of the year, what became of every follow-up."""
        self.courses = await self.year.world.courses()

    def figures(self) -> dict[str, Any]:
        """Return how soon roadblocks, ideas and promises are taken up, and how many nudges that takes."""
        team, last, ledger = Human("everyone", LISBON), self.year.last, self.year.ledger
        kinds = ("roadblock", "idea", "promise")
        return {
            "roadblocks, ideas and promises raised": [
                sum(each.kind == kind for each in self.courses) for kind in kinds
            ],
            "roadblocks owned within 5 working days": list(measures.owned_in_time(self.courses, team, last)),
            "ideas out of new within 10 working days": list(measures.considered_in_time(self.courses, team, last)),
            "promises ended by their date": list(measures.ended_in_time(self.courses, last)),
            "nudges sent": {kind: ledger.counts(kind)["said"] for kind in FOLLOWUPS},
            "nudges ignored": {kind: ledger.counts(kind)["ignored"] for kind in FOLLOWUPS},
        }


OWN_CARDS: Mapping[str, Mapping[str, float]] = {
    "accept": HELPS, "start": CONSIDERED, "wait": WORKS, "answer": DAY_BEFORE, "close": DOING,
}  # fmt: skip
"""Probabilities of a leader's steps on a card they own, by the first of these buttons that the card has."""


def names_past_day(text: str, today: date) -> bool:
    """Return whether a text gives a due date that is today or within the last four weeks."""
    days = (today - number * ONE_DAY for number in range(28))
    return any(f"by *{day:%A}, {day.day} {day:%B}*" in text for day in days)


def pressed(element: Json) -> tuple[str, str]:
    return element["action_id"], element["value"]


def is_card(message: Json) -> bool:
    """Return whether a message is the card of a follow-up."""
    return any(block["block_id"].startswith(CARD) for block in message.get("blocks", []))


def _choices(kind: str, buttons: Buttons, text: str) -> Mapping[str, float]:
    match kind:
        case "roadblocks without an owner":
            return TAKES
        case "roadblocks to work on":
            return DECIDES if "keep" in buttons else WORKS
        case "ideas without an answer":
            return REPLIES
        case "roadblocks due":
            return WORKS
        case "promises due":
            if next(iter(buttons), "") == "move":
                return AFTER_THE_DAY
            return ON_THE_DAY if ASKS in text else DAY_BEFORE
    return DOING
