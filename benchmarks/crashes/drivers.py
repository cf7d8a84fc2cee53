"""Driver that acts as people in Slack, through the sandbox's controls, and records each action in the ledger."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from benchmarks.crashes.harness import Harness
from benchmarks.crashes.ledger import Choice, Reaction, Thanks
from bot.features.shoutouts.rules import REASON, RECEIVERS
from bot.messages import settings
from bot.messages.shoutouts.cards import UNDO

Json = dict[str, Any]

SANDBOX_ERRORS = (aiohttp.ClientError, TimeoutError, AssertionError)
"""Errors of actions while the sandbox is killed or does not answer."""
THANKED = "Thanks! "
EMOJI = "raised_hands"
QUARTERS = [f"{hour:02}:{minute:02}" for hour in (7, 8) for minute in (0, 15, 30, 45)]


class Driver:
    """Acts as all people of one harness; `act` performs one random action."""

    def __init__(self, world: Harness, chance: random.Random) -> None:
        self._world = world
        self._slack = world.slack
        self._diary = world.ledger
        self._chance = chance
        self._numbers = itertools.count()
        self._busy: set[str] = set()
        """People who have a form open; a second one would replace it."""
        self._kinds: dict[Callable[[str], Awaitable[None]], int] = {
            self.thank: 6, self.thank_by_form: 2, self.say_it: 3, self.react: 3, self.take_back: 2, self.choose: 1,
        }  # fmt: skip

    async def act(self) -> None:
        who = self._chance.choice([each for each in self._world.place.people if each not in self._busy])
        (kind,) = self._chance.choices(list(self._kinds), list(self._kinds.values()))
        self._busy.add(who)
        try:
            await kind(who)
        except SANDBOX_ERRORS:
            self._diary.unanswered += 1
        finally:
            self._busy.discard(who)

    async def thank(self, who: str) -> None:
        thanks = self._new("command", who, self._chance.choice((1, 1, 2)))
        names = " ".join(f"@{self._world.place.names[each]}" for each in thanks.receivers)
        body = await self._do(
            "commands", user=who, channel=thanks.channel, command="/shoutout", text=f"{names} for {thanks.words}"
        )
        self._note(thanks, body, body.get("ack") or {})

    async def thank_by_form(self, who: str) -> None:
        where = self._channel()
        if not await self._opened("commands", user=who, channel=where, command="/shoutout", text=""):
            return
        thanks = self._new("form", who, 1)
        thanks.channel = where
        values: Json = {RECEIVERS: thanks.receivers, REASON: f"for {thanks.words}"}
        body = await self._submit(who, values)
        self._note(thanks, body, (body.get("ack") or {}).get("view") or {})

    async def say_it(self, who: str) -> None:
        """Thank somebody in a plain message, which the bot has to recognize."""
        thanks = self._new("message", who, 1)
        (receiver,) = thanks.receivers
        text = f"kudos @{self._world.place.names[receiver]} for {thanks.words}"
        body = await self._do("messages", user=who, channel=thanks.channel, text=text)
        if body.get("ok"):
            thanks.ts, thanks.acked = body["ts"], self._world.now()

    async def react(self, who: str) -> None:
        """Add an emoji reaction to a message, or remove one added earlier."""
        mine = [each for each in self._diary.reactions.values() if each.giver == who and each.is_on]
        if mine and self._chance.random() < 0.5:
            await self._unreact(self._chance.choice(mine))
            return
        body = await self._do(
            "messages", user=(author := self._other(who)), channel=(where := self._channel()), text="hm"
        )
        if not body.get("ok"):
            return
        reaction = Reaction(where, body["ts"], who, author, is_on=True, begun=self._world.now())
        if (await self._do("reactions", user=who, channel=where, ts=body["ts"], name=EMOJI)).get("ok"):
            self._diary.reactions[where, body["ts"], who] = reaction

    async def _unreact(self, reaction: Reaction) -> None:
        at = {"channel": reaction.channel, "ts": reaction.ts}
        if (await self._do("reactions", user=reaction.giver, name=EMOJI, remove=True, **at)).get("ok"):
            reaction.is_on, reaction.begun = False, self._world.now()

    async def take_back(self, who: str) -> None:
        """Press *Undo* on one of the bot's answers to this person."""
        mine = [
            t
            for t in self._diary.thanks
            if t.way == "command" and t.giver == who and t.shoutout_id and not t.undo_begun
        ]
        if not mine:
            return
        thanks = self._chance.choice(mine)
        if ts := await self._answer_to(thanks):
            thanks.undo_begun = self._world.now()
            at = {"channel": thanks.channel, "ts": ts, "action_id": UNDO}
            if (await self._do("actions", user=who, **at)).get("ok"):
                thanks.undo_acked = self._world.now()

    async def _answer_to(self, thanks: Thanks) -> str | None:
        for note in await self._slack.notes(thanks.giver, thanks.channel):
            if _undoes(note) == thanks.shoutout_id:
                return str(note["ts"])
        return None

    async def choose(self, who: str) -> None:
        """Change this person's working hours in `/steward me`."""
        command = {"user": who, "channel": self._channel(), "command": "/steward", "text": "me"}
        if not await self._opened("commands", **command):
            return
        notes = await self._slack.notes(who, command["channel"])
        action = f"{settings.OPEN_OWN}:hours"
        if not await self._opened(
            "actions", user=who, channel=command["channel"], ts=notes[-1]["ts"], action_id=action
        ):
            return
        choice = Choice(who, self._chance.choice(QUARTERS), self._world.now())
        self._diary.choices.append(choice)
        values = {"hours.start": choice.value, "hours.end": "18:00"}
        body = await self._submit(who, values)
        if (body.get("ack") or {}).get("response_action") == "update":
            choice.acked = self._world.now()

    async def _submit(self, who: str, values: Json) -> Json:
        """Submit the person's topmost form; if the bot opened none, the attempt counts as unanswered."""
        open_views = await self._slack.views(who)
        return await self._do("views/submit", user=who, view_id=(open_views or [{"id": ""}])[-1]["id"], values=values)

    async def _opened(self, control: str, **body: Any) -> bool:
        return bool((await self._do(control, **body)).get("ok"))

    async def _do(self, control: str, **body: Any) -> Json:
        answer = await self._slack.do(control, **body)
        if not answer.get("ok"):
            self._diary.unanswered += 1
        return answer

    def _new(self, way: Any, who: str, receivers: int) -> Thanks:
        """Create thanks and record them in the ledger, before the person gives them."""
        others = self._chance.sample([each for each in self._world.place.people if each != who], receivers)
        thanks = Thanks(way, f"thing{next(self._numbers):05}x", who, others, self._channel(), self._world.now())
        self._diary.thanks.append(thanks)
        return thanks

    def _note(self, thanks: Thanks, body: Json, said: Json) -> None:
        """Record how the bot answered thanks; only a confirmation counts as a promise."""
        if not body.get("ok"):
            return
        if THANKED in str(said):
            thanks.acked = self._world.now()
            thanks.shoutout_id = _undoes(said)
        else:
            self._diary.apologies += 1

    def _channel(self) -> str:
        return self._chance.choice(self._world.place.channels)

    def _other(self, who: str) -> str:
        return self._chance.choice([each for each in self._world.place.people if each != who])


def _undoes(said: Json) -> int | None:
    """Return the id of the shout-out that an answer's *Undo* button undoes, or None without such a button."""
    elements = [element for block in said.get("blocks", []) for element in block.get("elements", [])]
    values = [element["value"] for element in elements if element.get("action_id") == UNDO]
    return int(values[0]) if values else None


async def act_concurrently(hands: Driver, *, at_once: int, every: float, over: asyncio.Event) -> None:
    """Run `at_once` concurrent loops of random actions, with random delays, until `over` is set."""

    async def one() -> None:
        while not over.is_set():
            await hands.act()
            await asyncio.sleep(hands._chance.uniform(0, 2 * every))

    await asyncio.gather(*(one() for _ in range(at_once)))
