"""Simulation of a team's first weeks in which every kind of card appears, because people answer in different ways."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.features import webhooks
from bot.features.heads_ups.rules import FROM_DAY, UNTIL_DAY
from bot.features.pulse.settings import Week
from bot.features.webhooks import Sender
from bot.messages import breaks
from bot.messages.hand_ups import names
from bot.messages.hard_contacts import CHECK_IN, LEADER, TICKET, WATCH
from bot.messages.inputs import YES
from bot.messages.meetings import OTHER_TIME
from bot.messages.one_on_ones.names import PICK
from bot.messages.pulse.forms import ANSWER
from bot.messages.rituals import cards
from bot.nudges.models import Nudge, NudgeState
from bot.org.teams import membership
from bot.org.teams.models import Team
from tests.handlers.crawl import screens
from tests.handlers.crawl.controls import Act
from tests.handlers.crawl.crawler import CHANNELS, NEW_CHANNEL, TEAMS_CHANNEL, Crawler
from tests.handlers.crawl.forms import EVERYBODY, fields
from tests.handlers.crawl.harness import MONDAY
from tests.harness import Json

HOURS = (time(9, 40), time(11, 45))
DAYS = [day for day in range(12) if day % 7 < 5]
CRAWLS = [(0, 0), (1, 1), (7, 0), (11, 1)]
"""The points at which to crawl: the day, and the index in `HOURS`."""
FIRING, RESOLVED = "FIRING phones: 42 waiting (limit 20)", "RESOLVED phones: 3 waiting (limit 20)"
BIRTHDAYS = {"ben": "10 March", "maya": "7 March"}
RITUALS = ("trivia", "coffee")
THANKED = ("ben", "chidi", "dina", "eli", "fay", "tom")
LINES = [
    [
        ("tom", "/shoutout", "@ana for staying calm #empaty"),
        ("ana", "/1on1", "ask about my next step"),
        ("maya", "/balance", "log strategy 4h staffing"),
        ("maya", "/shadow", "visits start"),
        ("ben", "", "Kudos to @ana for the calm call with @dina"),
    ],
    [
        ("maya", "/1on1", "@ana"),
        ("maya", "/shadow", "@dina"),
        ("maya", "/queue", "join 30"),
        ("maya", "/balance", "log people 30"),
    ],
    [("ben", "/1on1", "topic more time for training"), ("chidi", "/funtank", "celebrate the backlog is at zero")],
    [*(("maya", "/shoutout", f"@{name} for the early shift") for name in THANKED), ("maya", "/shoutout", "")],
]
"""The commands and messages that people type; each day uses the next list."""
DAY_OF_HAND_UPS, EVENING = len(DAYS) - 1, 20
DAY_OF_HARD_CONTACTS = len(DAYS) - 2
ENDINGS = re.compile(
    r"settings:|:(open|cancel|move|no|other_time|missed|skip|skipped|undo|not_now|nothing|cannot|off|pause|take_back)$"
)
"""Buttons that end a course of events or open personal settings; nobody presses them, so that weeks stay eventful."""
TOLD_IN_FULL = ("debriefs:tell", ANSWER)
"""Buttons that open a form whose optional fields people fill in, too."""
MOST_STEPS = 3
"""The maximum number of consecutive forms to submit."""


class SimulatedWeeks:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._world = crawler, crawler.world
        self._times: Counter[str] = Counter()
        """How often each button was pressed and each kind of card was seen."""
        self._answered: dict[tuple[str, str], set[str]] = {}

    async def run(self) -> AsyncIterator[int]:
        """Simulate the weeks, and yield the index of each point at which to crawl, before people answer new cards."""
        await self._begin()
        for number, day in enumerate(DAYS):
            await self._act_on_reminders()
            for half, at in enumerate(HOURS):
                await self._live_until(datetime.combine(MONDAY.date() + timedelta(days=day), at, MONDAY.tzinfo))
                if number % 2 == 0:
                    await self._alert(RESOLVED if half else FIRING)
                if (day, half) in CRAWLS:
                    yield CRAWLS.index((day, half))
                await self._answer()
            await self._do_things(number)

    async def _begin(self) -> None:
        for who, birthday in BIRTHDAYS.items():
            await self._do(who, "home/open", tab="home")
            await self._do(who, "commands", command="/steward", text="me", channel=TEAMS_CHANNEL)
            note = (await self._world.slack.look("messages", channel=TEAMS_CHANNEL, limit=1, **{"as": who}))["messages"]
            said = {"channel": TEAMS_CHANNEL, "ts": note[0]["ts"], "action_id": "settings:open_own:birthdays"}
            await self._do(who, "actions", **said)
            view = (await self._world.slack.look("views", user=who))["views"][-1]
            values = {"birthdays.birthday": birthday, "birthdays.birthday_wish": "public"}
            await self._do(who, "views/submit", view_id=view["id"], values=values)
            await self._close(who)
        for ritual in RITUALS:
            await self._turn_on(ritual)
        await self._turn_on_pulse()
        await self._announce_launch()
        await self._world.do("channels", channel=NEW_CHANNEL, user="maya", add=["steward"])

    async def _turn_on(self, ritual: str) -> None:
        await self._do("maya", "commands", command="/funtank", text="rituals", channel=TEAMS_CHANNEL)
        acts = await screens.acts(self._world, "maya", CHANNELS)
        ons = (act for act in acts if act.name == cards.ON)
        found = next(act for act in ons if str(act.said.get("value")).endswith(f":{ritual}"))
        await self._crawler.do("maya", found)
        await self._send("maya")
        await self._close("maya")

    async def _turn_on_pulse(self) -> None:
        """Have a round open in the first week, so that its comments are read within these weeks."""
        await self._do("maya", "commands", command="/steward", text="pulse", channel=TEAMS_CHANNEL)
        view = (await self._world.slack.look("views", user="maya"))["views"][-1]
        values = {"pulse.is_on": [YES], "pulse.week": str(Week.FIRST.value)}
        await self._do("maya", "views/submit", view_id=view["id"], values=values)
        await self._close("maya")

    async def _announce_launch(self) -> None:
        """Have a heads-up begin and end within these weeks."""
        await self._do("maya", "commands", command="/queue", text="headsup New prices", channel=TEAMS_CHANNEL)
        view = (await self._world.slack.look("views", user="maya"))["views"][-1]
        first = (self._world.now + timedelta(days=3)).date()
        days = {FROM_DAY: first.isoformat(), UNTIL_DAY: (first + timedelta(days=2)).isoformat()}
        await self._do("maya", "views/submit", view_id=view["id"], values=days)
        await self._close("maya")

    async def _act_on_reminders(self) -> None:
        """Have people have acted on what they ignored, so that reminders come on each day, each kind in its turn."""
        async with self._world.steward.database.begin() as session:
            await session.execute(update(Nudge).where(Nudge.state == NudgeState.IGNORED).values(state=NudgeState.DONE))

    async def _live_until(self, to: datetime) -> None:
        while await self._world.step(to):
            pass
        self._world.slack.clock.set(to)

    async def _alert(self, text: str) -> None:
        await self._world.do("messages", bot_id="queuewatch", channel="queue-alerts", text=text)
        await self._live_until(self._world.now + timedelta(minutes=1))

    async def _answer(self) -> None:
        """Press a button, as everybody, on each card with a new question.

        Press the first button and other buttons alternately.
        """
        for who in EVERYBODY:
            acts = await self._find_actions(who)
            for act in self._one_a_card(who, acts):
                if not await self._is_shown(who, act):
                    continue
                await self._crawler.do(who, act)
                await self._fill_in(who, "other" if act.name in TOLD_IN_FULL else "plain")

    async def _is_shown(self, who: str, act: Act) -> bool:
        """Return whether a button is still shown; an answer to one card may close another one."""
        where = {"channel": act.said["channel"], "ts": act.said["ts"]}
        found = (await self._world.slack.look("messages", **where, **{"as": who}))["messages"]
        return any(act.name in str(each.get("blocks")) for each in found)

    async def _find_actions(self, who: str) -> list[Act]:
        """Return a person's possible actions, and crawl from here if some of them are new."""
        acts = await screens.acts(self._world, who, CHANNELS)
        if any(map(self._crawler.is_new, acts)):
            await self._crawler.crawl(who, only_new=True)
        return acts

    def _one_a_card(self, who: str, acts: list[Act]) -> list[Act]:
        cards: dict[str, list[Act]] = {}
        for act in acts:
            if "ts" in act.said:
                cards.setdefault(act.said["ts"], []).append(act)
        left = {ts: [act for act in acts if not _ends(act, acts)] for ts, acts in cards.items()}
        return [chosen for ts, acts in left.items() if acts and (chosen := self._choice((who, ts), acts))]

    def _choice(self, card: tuple[str, str], acts: list[Act]) -> Act | None:
        """Return the button to press on a card, or None if the person has already answered all its questions."""
        asked = {act.name for act in acts}
        if asked <= self._answered.get(card, set()):
            return None
        self._answered[card] = asked
        looks = " ".join(sorted(asked))
        self._times[looks] += 1
        others = sorted(acts[:0:-1], key=lambda act: self._times[act.name])
        found = others[0] if others and self._times[looks] % 2 == 0 else acts[0]
        self._times[found.name] += 1
        return found

    async def _do_things(self, number: int) -> None:
        for who, word, text in LINES[number % len(LINES)]:
            await self._crawler.do(who, _line(word, text))
            await self._fill_in(who)
            await self._find_actions(who)

        if number == DAY_OF_HARD_CONTACTS:
            await self._report_hard_contacts()
        if number == DAY_OF_HAND_UPS:
            await self._raise_hands()

    async def _raise_hands(self) -> None:
        """Raise hands that a leader answers, that nobody answers, and out of hours; also request a break."""
        await self._type("ana", "/handup", "customer wants a refund", then="maya")
        await self._press("maya", names.COMING)
        await self._wait("ana", timedelta(minutes=6))
        await self._press("ana", names.THERE)
        await self._press("ana", names.SORTED)
        await self._find_actions("ana")
        await self._type("ana", "/handup", "which macro?", then="ana")
        await self._wait("ana", timedelta(minutes=12))
        await self._press("ana", names.SORTED)
        await self._type("ana", "/queue", "break 15", then="maya")
        await self._wait("ana", timedelta(minutes=12))
        await self._press("ana", breaks.DROP)
        await self._live_until(self._world.now.replace(hour=EVENING))
        await self._type("ana", "/handup", "which macro?", then="ana")
        await self._press("ana", names.SORTED)

    async def _type(self, who: str, word: str, text: str, *, then: str) -> None:
        await self._crawler.do(who, _line(word, text))
        await self._find_actions(then)

    async def _wait(self, who: str, span: timedelta) -> None:
        await self._live_until(self._world.now + span)
        await self._find_actions(who)

    async def _press(self, who: str, name: str) -> None:
        acts = await screens.acts(self._world, who, CHANNELS)
        await self._crawler.do(who, next(act for act in acts if act.name == name))

    async def _report_hard_contacts(self) -> None:
        """Report a hard contact whose leader checks in and watches the ticket, and another that gets no answer."""
        await self._connect_ticket_tool()
        await self._pick_leader("ana", "maya")
        for button in (CHECK_IN, WATCH):
            await self._find_actions("maya")
            await self._press("maya", button)
            await self._live_until(self._world.now + timedelta(minutes=1))
        await self._find_actions("maya")
        await self._pick_leader("ana", "maya")
        await self._live_until(self._world.now + timedelta(minutes=6))
        await self._find_actions("ana")

    async def _connect_ticket_tool(self) -> None:
        async with self._world.steward.database.begin() as session:
            team = (await session.scalars(select(Team).where(Team.name == TEAMS_CHANNEL))).one()
            lead = (await membership.leaders(session, team))[0]
            await webhooks.add_webhook(
                session, lead, team, sender=Sender.FRESHDESK, queue="phones", now=self._world.now
            )

    async def _pick_leader(self, who: str, leader: str) -> None:
        await self._crawler.do(who, _line("/handup", "hard"))
        view = (await self._world.slack.look("views", user=who))["views"][-1]
        options = next(element["options"] for _, element in fields(view) if element["action_id"] == LEADER)
        leader_id = next(each["value"] for each in options if each["text"]["text"] == leader)
        values = {LEADER: leader_id, TICKET: "4711"}
        await self._do(who, "views/submit", view_id=view["id"], values=values)
        await self._live_until(self._world.now + timedelta(minutes=1))

    async def _fill_in(self, who: str, way: str = "plain") -> None:
        """Fill in and submit the topmost form, if it has fields, and close all forms."""
        stack = (await self._world.slack.look("views", user=who))["views"]
        if stack and list(fields(stack[-1])):
            await self._send(who, way)
        await self._close(who)

    async def _send(self, who: str, way: str = "plain") -> None:
        """Submit the topmost form and those that follow it; if one is refused, fill it in differently."""
        for _ in range(MOST_STEPS):
            stack = (await self._world.slack.look("views", user=who))["views"]
            if stack and stack[-1]["submit"]:
                said = {"view_id": stack[-1]["id"], "way": way}
                answer = await self._crawler.do(who, Act("views/submit", way, said))
                way = "other" if answer.get("response_action") == "errors" else way

    async def _close(self, who: str) -> None:
        for view in reversed((await self._world.slack.look("views", user=who))["views"]):
            await self._do(who, "views/close", view_id=view["id"])

    async def _do(self, who: str, control: str, **said: Any) -> Json:
        answer = await self._world.do(control, user=who, **said)
        assert answer["ok"], answer
        return answer


def _ends(act: Act, beside: list[Act]) -> bool:
    """Return whether a press of a button ends a course of events.

    A button that suggests another time does not, if it is one of several answers to the offered one-on-one times.
    """
    is_one_of_many = any(each.name.startswith(PICK) for each in beside)
    return bool(ENDINGS.search(act.name)) and (act.name, is_one_of_many) != (OTHER_TIME, True)


def _line(word: str, text: str) -> Act:
    if not word:
        return Act("messages", text, {"channel": TEAMS_CHANNEL, "text": text})
    return Act("commands", f"{word} {text}", {"command": word, "text": text})
