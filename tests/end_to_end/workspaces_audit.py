"""Audit of several workspaces: what each could see, and whether anything of another one stands in it."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.db.migrations.metadata import METADATA
from bot.db.sessions import Database
from bot.errors import OperatorError
from sandbox.sandbox import Sandbox
from sandbox.workspace import Workspace
from tests.harness import Json

SHOWN = ("view", "home", "file", "channel")
IDS = ("user", "channel", "usergroup", "bot", "file")
AROUND = 60
Seen = dict[str, str]
"""What a workspace could see, as JSON, by where."""


@dataclass(frozen=True)
class Place:
    """A workspace, and the word that stands in everything that its people write."""

    name: str
    word: str
    organization: str = ""

    @property
    def domain(self) -> str:
        return self.name.lower()

    @property
    def id(self) -> str:
        return f"T0{self.name.upper()}"

    @property
    def owner(self) -> str:
        """The id of the installation: the organization's or the workspace's."""
        return f"E0{self.organization.upper()}" if self.organization else self.id


HARBOUR, LIGHTHOUSE = Place("Harbour", "amberfin"), Place("Lighthouse", "blueheron")
QUARRY, ORCHARD = Place("Quarry", "copperkite", "Acmeworks"), Place("Orchard", "duskmoth", "Acmeworks")
PLACES = (HARBOUR, LIGHTHOUSE, QUARRY, ORCHARD)
OWNERS = (HARBOUR, LIGHTHOUSE, QUARRY)
"""One place for each installation."""


def workspace_of(sandbox: Sandbox, place: Place) -> Workspace:
    return sandbox._slack.workspaces[place.id]


def messages(sandbox: Sandbox, place: Place) -> list[Json]:
    """Return all messages of a workspace with their channels, DMs, threads and ephemeral notes included."""
    rows = workspace_of(sandbox, place).store._db.execute("SELECT channel, body FROM messages ORDER BY ts")
    return [json.loads(body) | {"channel": channel} for channel, body in rows]


def said(sandbox: Sandbox, place: Place, words: str, channel: str = "") -> list[Json]:
    """Return the bot's messages with these words, in any channel or in those whose id starts with `channel`."""
    found = [each for each in messages(sandbox, place) if each.get("bot_id") and words in json.dumps(each)]
    return [each for each in found if each["channel"].startswith(channel) and not each.get("ephemeral_to")]


async def look(
    sandbox: Sandbox, database: Database, places: Sequence[Place], calls: Iterable[Json], acks: Iterable[Json]
) -> dict[Place, Seen]:
    """Return what each workspace could see so far: in Slack, in its calls and answers, and in the database."""
    found: dict[Place, Seen] = {}
    for place in places:
        workspace = workspace_of(sandbox, place)
        seen = {kind: json.dumps(workspace.store.all(kind)) for kind in SHOWN}
        seen["messages"] = json.dumps(messages(sandbox, place))
        for path in (workspace.data / "files").glob("*"):
            seen[f"content of {path.name}"] = path.read_text(errors="replace")
        for number, each in enumerate(each for each in calls if each["team"] == place.id):
            seen[f"call {number} of {each['method']}"] = json.dumps([each["args"], each["answer"]])
        for number, each in enumerate(each for each in acks if each["team"] == place.id):
            seen[f"payload {number} of {each['type']}"] = json.dumps([each["payload"], each["ack"]])
        seen |= {f"rows of {name}": rows for name, rows in (await stored(database, place)).items()}
        found[place] = seen
    return found


async def stored(database: Database, place: Place) -> dict[str, str]:
    """Return everything that the database holds of a workspace, decrypted, by table."""
    found = {}
    async with database.reading() as session:
        for table in METADATA.sorted_tables:
            key = {"workspaces": "id", "installations": "id"}.get(table.name, "workspace_id")
            if key in table.c:
                owner = place.owner if table.name == "installations" else place.id
                rows = (await session.execute(select(table).where(table.c[key] == owner))).mappings().all()
                found[table.name] = json.dumps(
                    [{name: _plain(database, row[name]) for name in row} for row in rows], default=str
                )
    return found


def _plain(database: Database, value: Any) -> Any:
    if isinstance(value, bytes):
        with suppress(OperatorError):
            return database.vault.decrypt(value)
        return repr(value)
    return value


def marks(sandbox: Sandbox, places: Sequence[Place]) -> dict[Place, set[str]]:
    """Return what stands for each workspace alone: its word, name, address, ids and tokens."""
    owners = sandbox._slack.owners
    ids = {each.team["id"]: _ids(each) for each in owners}
    found = {}
    for place in places:
        own = workspace_of(sandbox, place)
        alone = ids[place.id] - set().union(*(ids[other.id] for other in places if other is not place))
        words = {place.word, place.id, *alone}
        if own is not sandbox._slack.first:
            words |= {place.name, f"/workspaces/{place.domain}"}
        if place.organization:
            words |= {place.organization, place.owner}
        owner = next(each for each in owners if each.team["id"] == place.owner)
        words |= {kept["token"] for kind in ("token", "refresh") for kept in owner.store.all(kind)}
        found[place] = words
    return found


def _ids(workspace: Workspace) -> set[str]:
    rows = workspace.store._db.execute(f"SELECT id FROM documents WHERE kind IN ({','.join('?' * len(IDS))})", IDS)
    return {row[0] for row in rows}


def crossings(seen: dict[Place, Seen], marks: dict[Place, set[str]]) -> list[str]:
    """Return where something of a workspace stands in another one."""
    found = []
    for place, parts in seen.items():
        lower = {where: text.lower() for where, text in parts.items()}
        for other in marks:
            for mark in sorted(marks[other] - marks[place]) if other is not place else ():
                for where, text in lower.items():
                    if (at := text.find(mark.lower())) >= 0:
                        excerpt = parts[where][max(0, at - AROUND) : at + len(mark) + AROUND]
                        found.append(f"{place.name} sees {mark} of {other.name} in {where}: …{excerpt}…")
    return found


def posted_twice(calls: Iterable[Json], words: Iterable[str]) -> list[str]:
    """Return what the bot posted twice: deliveries of its outbox, and texts of people in one conversation."""
    posts = [each for each in calls if each["method"] == "chat.postMessage" and each["answer"]["ok"]]
    ids = Counter(json.dumps(each["args"]["metadata"]) for each in posts if each["args"].get("metadata"))
    texts = Counter(
        (each["team"], each["args"]["channel"], each["args"].get("text", ""))
        for each in posts
        if any(word in each["args"].get("text", "") for word in words)
    )
    return [f"{times} times: {what}" for what, times in (ids + texts).items() if times > 1]


def leaks(logs: str, marks: dict[Place, set[str]]) -> list[str]:
    """Return which words and tokens stand in the logs of the bot."""
    secret = {
        mark for place, theirs in marks.items() for mark in theirs if mark == place.word or mark.startswith("xox")
    }
    return sorted(mark for mark in secret if mark in logs)
