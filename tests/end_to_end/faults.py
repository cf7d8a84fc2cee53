"""A day with fault injection: people act in Slack while API calls, events and sockets fail.

They thank, edit, delete, react, undo and ask. The day records what they were told, from which
`tests/end_to_end/audit.py` determines what must be there in the end.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random

from sqlalchemy import select

from bot.errors import OperatorError
from bot.features.shoutouts.settings import Settings
from bot.messages import errors
from bot.messages.shoutouts.cards import UNDO
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from tests.harness import Answer, Json, World

CHANNEL = "harbour-support"
PEOPLE = {name: f"U0{name.upper():0<8}" for name in ("maya", "tom", "ana", "ben", "chidi", "dina", "eli", "fay")}
NAMES = tuple(PEOPLE)
SLACKS_OWN = ("operation_timeout", "dispatch_failed")
NOTHING_SAVED = "and nothing was saved."
APOLOGIES = (NOTHING_SAVED, errors.TOO_SLOW)
THANKED, TAKEN_BACK = "Thanks! ", "Undone"
PAUSES = (0, 0, 1, 5, 40, 400)
"""Possible pauses between two actions, in seconds."""


class Told(StrEnum):
    """What the bot told a person about the outcome of their action."""

    DONE = "done"
    NOT = "not"
    """The bot apologized, and said that nothing was saved."""
    PERHAPS = "perhaps"
    """The outcome is unknown: Slack showed its own error, or said that the bot took too long."""


@dataclass
class Thanks:
    """A shout-out that a person gave by command or form, and what the bot told them."""

    number: int
    giver: str
    receivers: list[str]
    told: Told
    note_ts: str | None = None
    undone: Told | None = None


@dataclass
class Day:
    world: World
    dice: Random
    thanks: list[Thanks] = field(default_factory=list)
    heard: dict[str, tuple[str, list[str], int]] = field(default_factory=dict)
    """The current author, receivers and number in the text of people's messages, by timestamp."""
    past: list[int] = field(default_factory=list)
    """The numbers in the earlier texts of messages that were edited or deleted."""
    deleted: list[str] = field(default_factory=list)
    """The timestamps of deleted messages."""
    unanswered: list[str] = field(default_factory=list)
    newcomers: list[str] = field(default_factory=list)
    number: int = 0

    async def live(self, acts: int) -> None:
        """Perform `acts` random actions by people, with pauses between them."""
        kinds = [self._thank, self._thank, self._fill_in, self._say, self._say, self._edit, self._edit]
        kinds += [self._delete, self._react, self._react, self._unreact, self._undo, self._ask, self._join, self._chat]
        for _ in range(acts):
            self.number += 1
            await self.dice.choice(kinds)()
            if seconds := self.dice.choice(PAUSES):
                await self.world.move(timedelta(seconds=seconds))

    def _some(self, besides: str) -> list[str]:
        others = [name for name in NAMES if name != besides]
        return self.dice.sample(others, self.dice.choice([1, 1, 2]))

    def _words(self) -> str:
        return f"for {words(self.number)}"

    async def _thank(self) -> None:
        giver = self.dice.choice(NAMES)
        receivers = self._some(giver)
        named = " ".join(f"@{name}" for name in receivers)
        answer = await self.world.slack.command(giver, f"{named} {self._words()}")
        told = self._told(answer, answer.text)
        self.thanks.append(Thanks(self.number, giver, receivers, told))
        if told is Told.DONE:
            self.thanks[-1].note_ts = (await self.world.slack.notes(giver))[-1]["ts"]

    async def _fill_in(self) -> None:
        giver = self.dice.choice(NAMES)
        receivers = self._some(giver)
        await self._close_forms(giver)
        opening = await self.world.slack.command(giver, "")
        if not await self.world.slack.views(giver):
            self._must_say_sorry(opening)
            return
        answer = await self.world.slack.submit(giver, receivers=receivers, reason=self._words())
        self.thanks.append(Thanks(self.number, giver, receivers, self._told(answer, str(answer.ack))))

    def _told(self, answer: Answer, said: str) -> Told:
        if THANKED in said:
            return Told.DONE
        self._must_say_sorry(answer)
        return Told.NOT if NOTHING_SAVED in said else Told.PERHAPS

    def _must_say_sorry(self, answer: Answer) -> None:
        sorry = any(apology in str(answer.ack) for apology in APOLOGIES)
        if not sorry and answer.body.get("error") not in SLACKS_OWN:
            self.unanswered.append(f"act {self.number}: {answer.body}")

    async def _say(self) -> None:
        author = self.dice.choice(NAMES)
        receivers = self._some(author)
        said = await self._do("messages", user=author, text=self._kudos(receivers))
        self.heard[said["ts"]] = (author, receivers, self.number)

    async def _chat(self) -> None:
        author = self.dice.choice(NAMES)
        said = await self._do("messages", user=author, text=f"The queue is calm. {self._words()}")
        self.heard[said["ts"]] = (author, [], self.number)

    def _kudos(self, receivers: list[str]) -> str:
        return f"Kudos to {' '.join(f'@{name}' for name in receivers)} {self._words()}"

    async def _edit(self) -> None:
        if self.heard:
            ts = self.dice.choice(list(self.heard))
            author, _, before = self.heard[ts]
            receivers = self.dice.choice([[], self._some(author), self._some(author)])
            text = self._kudos(receivers) if receivers else f"Never mind. {self._words()}"
            await self._do("messages/edit", user=author, ts=ts, text=text)
            self.heard[ts] = (author, receivers, self.number)
            self.past.append(before)

    async def _delete(self) -> None:
        if len(self.heard) > 2:
            ts = self.dice.choice(list(self.heard))
            author, _, before = self.heard.pop(ts)
            await self._do("messages/delete", user=author, ts=ts)
            self.past.append(before)
            self.deleted.append(ts)

    async def _react(self) -> None:
        shown = await self._on_show()
        if shown:
            ts = self.dice.choice(shown)["ts"]
            await self._do("reactions", user=self.dice.choice(NAMES), ts=ts, name="raised_hands")

    async def _unreact(self) -> None:
        on = [(each["ts"], name) for each in await self._on_show() for name in NAMES if _has_reacted(each, name)]
        if on:
            ts, name = self.dice.choice(on)
            await self._do("reactions", user=name, ts=ts, name="raised_hands", remove=True)

    async def _on_show(self) -> list[Json]:
        """Return the messages that people wrote today, and all cards."""
        shown = await self.world.slack.messages(CHANNEL, "maya")
        is_card = {each["ts"] for each in shown if each.get("bot_id") and " thanks " in each["text"]}
        return [each for each in shown if each["ts"] in {*self.heard, *is_card}]

    async def _undo(self) -> None:
        standing = [each for each in self.thanks if each.note_ts and not each.undone]
        if standing:
            thanks = standing[-1]
            pressed = await self.world.slack.press(thanks.giver, UNDO, channel=CHANNEL, ts=str(thanks.note_ts))
            thanks.undone = Told.DONE if pressed.body["ok"] else Told.PERHAPS

    async def _ask(self) -> None:
        asker = self.dice.choice(NAMES)
        await self._close_forms(asker)
        what = self.dice.choice(["", "me", "help", "settings"])
        answer = await self.world.slack.command(asker, what, word="/steward")
        if not answer.text and not await self.world.slack.views(asker):
            self._must_say_sorry(answer)

    async def _close_forms(self, name: str) -> None:
        while forms := await self.world.slack.views(name):
            await self.world.slack.do("views/close", user=name, view_id=forms[-1]["id"])

    async def _join(self) -> None:
        name = f"newcomer{self.number}"
        await self.world.slack.do("users", user=name, real_name=name.capitalize())
        await self._do("channels", user="maya", add=[name])
        self.newcomers.append(name)

    async def _do(self, control: str, **said: object) -> Json:
        return await self.world.slack.do(control, channel=CHANNEL, **said)

    async def clear_up(self) -> None:
        """Stop all faults, reinstall the bot if its token was revoked, and move the clock past the next syncs."""
        await self.world.slack.do("faults", clear=True)
        await install_again(self.world)
        self.world.steward.sync._again_at.clear()  # as if a minute of the machine's clock had passed
        for _ in range(4):
            await self.world.move(timedelta(minutes=20))


def words(number: int) -> str:
    return f"act {number:04}"


def _has_reacted(message: Json, name: str) -> bool:
    return any(PEOPLE[name] in each["users"] for each in message.get("reactions", []))


async def install_again(world: World) -> None:
    """Install the workspace again, as `steward run` does at startup, if it is parked after a revoked token."""
    async with world.database.reading() as session:
        parked = (await session.get_one(Workspace, world.workspace.id)).parked
    if parked:
        with suppress(OperatorError):
            await world.steward.install()


async def prepare(world: World) -> None:
    """Raise the daily limit of shout-outs, and have the bot notice a deaf socket within a second."""
    async with world.database.begin() as session:
        for team in await session.scalars(select(Team)):
            Settings(daily=50).keep(team)
    be_hasty(world)


def be_hasty(world: World) -> None:
    """Have the bot notice within a second or two that its socket is open but gets no events."""
    if world.steward.socket and world.steward.socket._client:
        world.steward.socket._client.ping_interval = 0.3
