"""Player of scripted conversations. Each line of a script is one action in the sandbox:

ana: /shoutout @ben for staying calm      a command, in the team's channel
ana in queue-alerts: /queue               in another channel; `bot` is the person's DM with the bot
ana: say thanks @ben for that call        a message
ana: press shoutouts:undo                 the newest button, menu or picker of that name that the person sees
ana: press queue:open = phones            … the one with this label or value
ana: fill                                 submit the form on top with usual values; `fill other`, `fill long`
ana: fill reason=calm as ever; day=…      … with these values, by the names of the fields
ana: reply we phoned them back            in the thread of the newest message
ana: close | home | shortcut NAME | react tada | unreact tada | edit WORDS | delete
nora: users {"real_name": "Nora Silva"}   any other control of the sandbox, with its arguments
slack: usergroups {"usergroup": "early"}  the same without a person
tool: FIRING phones: 42                   the sandbox's own alert tool posts an alert
hook: alertmanager                        a sender's payload is sent to the newest webhook URL
wait 2 hours | until tue 09:00            the clock moves on; days are the next ones, in Lisbon
restart                                   the bot stops, and starts again
# a comment
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from benchmarks.simulate import in_process
from benchmarks.simulate.harness import Harness
from bot.web import web
from sandbox import response_urls
from sandbox.seed import dm_id
from sandbox.workspace import Workspace
from tests.conversations import renames, transcript
from tests.handlers.crawl import screens
from tests.handlers.crawl.controls import Act, options_of
from tests.handlers.crawl.forms import WAYS, fields
from tests.handlers.crawl.harness import opened, settle
from tests.handlers.webhooks.drivers import AT, SIGNED, parse, payload
from tests.harness import Json

HOME = ZoneInfo("Europe/Lisbon")
CHANNEL, ALERTS = "harbour-support", "queue-alerts"
CHANNELS = [CHANNEL, ALERTS]
LINE = re.compile(r"(?P<who>\w+)(?: in (?P<channel>[\w-]+))?: (?P<verb>\S+) ?(?P<rest>.*)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ADDRESS = re.compile(r"https://steward\.example(/hooks/(\w+)/[\w-]+)")
SECRET = re.compile(r"(?<![\w-])[\w-]{32,}")
NUMBERED = "X-Zendesk-Webhook-Invocation-Id"
"""The header with the id of a delivery; a second delivery with the same id counts as a duplicate."""
SEEDED_AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""When the workspace is created and its history written; fixed, because transcripts show dates."""
A_MOMENT = timedelta(seconds=1)


@dataclass
class Stage:
    """A scripted conversation that is being played."""

    world: Harness
    names: dict[str, str] = field(default_factory=dict)
    """The names of conversations and people, by id."""
    channels: list[str] = field(default_factory=lambda: list(CHANNELS))
    """The channels in which people look for buttons."""
    seen: int = 0
    """How many of the bot's API calls are already in the transcript."""
    lines: list[str] = field(default_factory=list)
    shown: str = ""
    """What people saw after their actions or typed into forms, from which webhook addresses and secrets are taken."""

    async def play(self, line: str) -> None:
        self.lines.append(line)
        self.world.slack.clock.set(self.world.now + A_MOMENT)
        if line.startswith(("wait ", "until ")):
            await self._pass(_instant(line, self.world.now))
            return
        if line == "restart":
            await self.world.restart()
            await settle(self.world)
            self._write(transcript.calls(await self.made(), self.names))
            return
        who, channel, verb, rest = _parts(line)
        if channel not in ("", "bot", *self.channels):
            self.channels.append(channel)
        said = await self._do(who, channel, verb, rest)
        self.shown += json.dumps(said)
        await settle(self.world, is_in_form=verb in ("press", "fill"))
        made = await self.made()
        self._write([*transcript.answer(said), *transcript.calls(made, self.names)])

    async def _pass(self, to: datetime) -> None:
        """Move the clock to `to`, and record the bot's API calls on the way, grouped by day."""
        while await self.world.step(to):
            pass
        self.world.slack.clock.set(to)
        for day, made in groupby(await self.made(), key=lambda call: _day(datetime.fromisoformat(call["at"]))):
            if said := list(transcript.calls(list(made), self.names)):
                self._write([f"  -- {day}", *said])

    def _write(self, lines: Iterable[str]) -> None:
        """Append lines to the transcript, with ids of people and conversations replaced by their names."""
        for line in lines:
            for each, name in self.names.items():
                line = line.replace(each, name.removeprefix("@"))
            self.lines.append(line)

    async def made(self) -> list[Json]:
        """Return the bot's API calls since the last call of this method."""
        await self._name()
        made: list[Json] = (await self.world.slack.look("calls"))["calls"]
        new, self.seen = made[self.seen :], len(made)
        return new

    async def _name(self) -> None:
        state = await self.world.slack.look("state")
        self.names |= {each["id"]: f"@{each['name']}" for each in state["users"]}
        self.names |= {each["id"]: each["name"] for each in state["channels"] if each.get("name")}
        self.names |= {dm_id(each["id"]): f"@{each['name']}" for each in state["users"]}

    async def _do(self, who: str, channel: str, verb: str, rest: str) -> Json:
        do, words = self.world.do, rest.replace("\\n", "\n")
        if verb.startswith("/"):
            return await do("commands", user=who, channel=channel, command=verb, text=words)
        match verb:
            case "say":
                return await do("messages", user=who, channel=channel, text=words)
            case "press":
                act = await self._pressed(who, rest)
                return await do(act.control, user=who, **act.said)
            case "fill":
                return await self._fill(who, rest)
            case "suggest":
                name, _, value = rest.partition(" = ")
                view = await self._top(who)
                said = {"view_id": view["id"], "action_id": renames.current_name(name), "value": value}
                return await do("suggestions", user=who, **said)
            case "close":
                return await do("views/close", user=who, view_id=(await self._top(who))["id"], all=True)
            case "home":
                return await do("home/open", user=who, tab="home")
            case "shortcut":
                return await self._shortcut(who, channel, rest)
            case "reply" | "react" | "unreact" | "edit" | "delete":
                return await self._change(who, channel, verb, words)
            case "posts":
                return await do("messages", bot_id=who, channel=channel, text=words)
            case "sends":
                return await self._send(rest)
        by = {} if who == "slack" else {"user": who}
        answer = await do(verb, **by, **json.loads(rest or "{}"))
        await self.world.steward.sync.sync_due()
        return answer

    async def _pressed(self, who: str, rest: str) -> Act:
        name, _, words = rest.partition(" = ")
        acts = [act for act in await screens.acts(self.world, who, self.channels) if act.control == "actions"]
        found = [act for act in acts if act.name == renames.current_name(name)]
        exact = [act for act in found if words in f"{act.kind} {act.said['value']}"]
        seen = sorted({act.name for act in acts})
        assert exact, f"{who} sees no {rest!r}, but {seen}; {[each.said['value'] for each in found]}"
        return exact[0]

    async def _top(self, who: str) -> Json:
        stack = (await self.world.slack.look("views", user=who))["views"]
        assert stack, f"{who} has no form open"
        view: Json = stack[-1]
        return view

    async def _fill(self, who: str, rest: str) -> Json:
        view = await self._top(who)
        way = rest if rest in WAYS else "plain"
        own = {} if rest in WAYS else dict(part.strip().split("=", 1) for part in rest.split(";") if part)
        values = WAYS[way](view, self.world.now)
        there = {element["action_id"]: element for _, element in fields(view)}
        for name, value in own.items():
            assert renames.current_name(name) in there, f"no field {name!r}, but {sorted(there)}"
            values[renames.current_name(name)] = _value(there[renames.current_name(name)], value)
        self.shown += json.dumps(values)
        return await self.world.do("views/submit", user=who, view_id=view["id"], values=values)

    async def _shortcut(self, who: str, channel: str, name: str) -> Json:
        found = [act for act in await screens.shortcuts(self.world, who, channel) if act.said["callback_id"] == name]
        assert found, name
        said = found[0].said | ({"ts": await self._newest(who, channel)} if "ts" in found[0].said else {})
        return await self.world.do("shortcuts", user=who, **said)

    async def _newest(self, who: str, channel: str, *, by: str = "") -> str:
        """Return the timestamp of the newest message by a person that `who` sees in the channel."""
        seen = (await self.world.slack.look("messages", channel=channel, **{"as": who}))["messages"]
        authors = [f"@{by}"] if by else list(self.names.values())
        return next(str(each["ts"]) for each in reversed(seen) if self.names.get(each.get("user", "")) in authors)

    async def _change(self, who: str, channel: str, verb: str, words: str) -> Json:
        do, said = self.world.do, {"user": who, "channel": channel}
        if verb == "reply":
            return await do("messages", **said, text=words, thread_ts=await self._newest(who, channel))
        if verb in ("react", "unreact"):
            ts = await self._newest(who, channel)
            return await do("reactions", **said, ts=ts, name=words, remove=verb == "unreact")
        text = {"text": words} if verb == "edit" else {}
        return await do(f"messages/{verb}", **said, ts=await self._newest(who, channel, by=who), **text)

    async def _send(self, name: str) -> Json:
        """Send an example payload to the webhook address shown last.

        The payload is signed with the newest secret, at the time of the example.
        """
        path, sender = ADDRESS.findall(self.shown)[-1]
        secrets = SECRET.findall(self.shown[self.shown.rindex(path) + len(path) :])
        body, at = payload(name), parse(name).receipt.sent_at or AT
        proofs = {str(each): sign for each, sign in SIGNED.items()}
        headers = {"content-type": "application/json", **proofs[sender](body, secrets[-1] if secrets else "", at)}
        if NUMBERED in headers:
            headers[NUMBERED] = f"delivery-{len(self.lines)}"
        app = web(None, self.world.steward, self.world.steward.receiver)
        session: Any = in_process.Session(app)
        with patch("bot.web.read_wall_clock", lambda: at):
            async with session.post(f"http://localhost{path}", data=body, headers=headers) as answer:
                self.lines.append(f"  {answer.status}")
            await self.world.slack.settled()
        return {"ok": True}


def _day(at: datetime) -> str:
    return f"{at.astimezone(HOME):%A %-d %B}"


def _parts(line: str) -> tuple[str, str, str, str]:
    if line.startswith("tool: "):
        return "queuewatch", ALERTS, "posts", line.removeprefix("tool: ")
    if line.startswith("hook: "):
        return "", "", "sends", line.removeprefix("hook: ")
    found = LINE.fullmatch(line)
    assert found, f"not a line of a script: {line}"
    return found["who"], found["channel"] or CHANNEL, found["verb"], found["rest"]


def _value(element: Json, value: str) -> Any:
    """Return what is typed or chosen; an option is chosen by its value or its label."""
    kind, named = element["type"], {each["text"]["text"]: each["value"] for each in options_of(element)}
    if kind.startswith("multi_") or kind == "checkboxes":
        chosen = [each.strip().removeprefix("@") for each in value.split(",") if each.strip()]
        return [named.get(each, each) for each in chosen]
    return value.removeprefix("@") if kind.endswith("users_select") else value.replace("\\n", "\n") or None


def _instant(line: str, now: datetime) -> datetime:
    word, _, rest = line.partition(" ")
    amount, _, unit = rest.partition(" ")
    if word == "wait":
        unit = unit if unit.endswith("s") else f"{unit}s"
        return now + timedelta(**{unit: float(amount)})
    local = now.astimezone(HOME)
    hour, _, minute = unit.partition(":")
    ahead = (DAYS.index(amount) - local.weekday()) % 7
    found = (local + timedelta(days=ahead)).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return found if found > local else found + timedelta(days=7)


def lines_of(script: str) -> Iterator[str]:
    return (line.strip() for line in script.splitlines() if line.strip() and not line.startswith("#"))


@contextmanager
def _answers_noted() -> Iterator[None]:
    """Record the bot's answers to a `response_url` among its API calls."""
    answer = response_urls.answer

    def note(workspace: Workspace, id: str, body: bytes) -> None:
        kept = workspace.store.get("response_url", id)
        if kept:
            said = {"channel": kept["channel"], "user": kept["user"], **json.loads(body)}
            workspace.note_call("response_url", said, {"ok": True})
        answer(workspace, id, body)

    with patch.object(response_urls, "answer", note):
        yield


async def played(script: str, folder: Path) -> str:
    """Play a script, which starts on a Monday morning, and return the transcript."""
    with _answers_noted(), patch("sandbox.workspace.first_morning", lambda _: SEEDED_AT):
        return await _played(script, folder)


async def _played(script: str, folder: Path) -> str:
    async with opened(folder, None) as world:
        stage = Stage(world)
        await settle(world)
        await stage.made()
        for line in lines_of(script):
            await stage.play(line)
    return "\n".join(stage.lines) + "\n"
