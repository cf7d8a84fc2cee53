"""`Workspace`: the state of one workspace, and lookups by name or id."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import history, rich_text, seed
from sandbox.app import App, new_bot_token
from sandbox.clock import first_morning, timestamp
from sandbox.clock import instant as instant_of
from sandbox.rate_limits import Rates
from sandbox.slack_types import Json, SlackError
from sandbox.store import Store
from sandbox.triggers import Triggers

if TYPE_CHECKING:
    from sandbox.organizations import Organization
    from sandbox.slack import Slack


def open_store(
    store: Store,
    team: Json,
    app: App,
    *,
    at: datetime | None,
    token: str | None = None,
    has_history: bool = True,
    has_people: bool = True,
    number: int = 0,
) -> datetime:
    """Return the time at which a workspace stopped, or seed a new one and return its first morning.

    The first morning is never later than `at`. With `token`, the app is installed in the new workspace. With `number`,
    it is that workspace of an organization, and its ids are unique there.
    """
    if not store.get("meta", "install"):
        kept = token or new_bot_token()
        store.put("meta", "install", {"token": kept, "scopes": None, "user": None})
        store.put("token", kept, {"token": kept, "is_dead": token is None, "expires": None})
    if kept_clock := store.get("meta", "clock"):
        return instant_of(kept_clock["now"])
    start = first_morning(at)
    if has_people:
        seed.seed_workspace(store, start, app.name, team)
    if has_people and has_history:
        history.write(store, start, team)
    if number:
        store.rewrite(lambda body: seed.in_organization(body, number))
    if token is None:
        store.put("meta", "settings", {"uninstalled": True})
    return start


class Workspace:
    """One workspace: its storage, its rate limits and triggers, and what it shares with the others of its `slack`."""

    is_organization = False

    def __init__(
        self,
        slack: "Slack",
        store: Store,
        team: Json,
        data: Path,
        organization: "Organization | None" = None,
        number: int = 0,
    ) -> None:
        self.organization, self._number = organization, number
        self.slack, self.store, self.team, self.data = slack, store, team, data
        self.app, self.clock, self.faults, self.hub = slack.app, slack.clock, slack.faults, slack.hub
        self.deliveries, self.calls = slack.deliveries, slack.calls
        self.triggers, self.rates = Triggers(team["id"]), Rates()
        self.store.on_change = self._tell
        self._fresh: list[Json] = []
        self._echoes: list[tuple[Workspace, Callable[[], None]]] = []

    @property
    def holder(self) -> "Workspace | None":
        """Where the app that works here is installed: in this workspace, on its organization, or nowhere (None)."""
        if not self.setting("uninstalled"):
            return self
        above = self.organization
        return above if above and above.holder and self in above.granted else None

    @property
    def enterprise(self) -> Json | None:
        """The id and name of the enterprise that this is, or that owns the workspace, or None."""
        above = self if self.is_organization else self.organization
        return {"id": above.team["id"], "name": above.team["name"]} if above else None

    @property
    def bot_user_id(self) -> str:
        return self.user_id(self.app.bot_user_id)

    def user_id(self, id: str) -> str:
        """Return the id that a person or bot has here: in an organization, ids start with W."""
        return f"W{id[1:]}" if self.enterprise else id

    def dm_id(self, user: str) -> str:
        """Return the id of a person's direct message with the bot, which is unique within an organization."""
        return f"D{self._number}{user[2:]}"

    @property
    def url(self) -> str:
        return self.slack.url

    @property
    def address(self) -> str:
        """The address of the workspace's own pages, such as the permalinks of messages."""
        return self.url if self is self.slack.first else f"{self.url}/workspaces/{self.team['domain']}"

    def _tell(self, *changes: Json) -> None:
        self.slack.live.tell(*(change | {"team": self.team["id"]} for change in changes))

    def kept_time(self) -> datetime | None:
        """Return the time of the workspace's last change, or None if nothing has changed yet."""
        kept = self.store.get("meta", "clock")
        return instant_of(kept["now"]) if kept else None

    @contextmanager
    def change(self) -> Iterator[None]:
        """Run the block in one transaction, and send its events to the app after the commit."""
        try:
            with self.store.transaction():
                yield
                self.store.put("meta", "clock", {"now": timestamp(self.clock.now())})
        except BaseException:
            self._fresh.clear()
            self._echoes.clear()
            raise
        fresh, self._fresh = self._fresh, []
        echoes, self._echoes = self._echoes, []
        for event in fresh:
            self.deliveries.send(self.store, event)
        for other, do in echoes:
            with other.change():
                do()

    def connected(self, channel: Json) -> list["Workspace"]:
        """Return the other workspaces that share a channel with this one."""
        ids = channel.get("connected_team_ids", [])
        return [self.slack.workspaces[id] for id in ids if id != self.team["id"]]

    def echo(self, other: "Workspace", do: Callable[[], None]) -> None:
        """Change another workspace that shares a channel, after this workspace's commit."""
        self._echoes.append((other, do))

    def put_message(self, channel: Json, message: Json) -> None:
        """Store a message, also in the workspaces that share the channel, unless it is ephemeral."""
        self.store.put_message(channel["id"], message)
        if "ephemeral_to" not in message:
            for other in self.connected(channel):
                self.echo(other, partial(other.store.put_message, channel["id"], dict(message)))

    def drop_message(self, channel: Json, ts: str) -> None:
        self.store.drop_message(channel["id"], ts)
        for other in self.connected(channel):
            self.echo(other, partial(other.store.drop_message, channel["id"], ts))

    def note_call(self, method: str, said: Json, answer: Json, fault: Json | None = None) -> None:
        self.slack.note_call(method, said, answer, fault, self.team["id"])

    def send_later(self, event: Json) -> None:
        """Store an event until it is acked or its retries run out, and send it after the commit."""
        self.store.put("event", event["id"], event)
        self._fresh.append(event)

    def setting(self, name: str) -> bool:
        """Return whether a workspace switch is on: set by a control or, for this check, by random fault injection."""
        is_on = bool((self.store.get("meta", "settings") or {}).get(name))
        return is_on or bool(self.faults.chaos and self.faults.chaos.turns_on(name))

    def set_settings(self, **switches: bool) -> Json:
        """Turn workspace switches on or off, and return all that have been set."""
        kept = (self.store.get("meta", "settings") or {}) | switches
        self.store.put("meta", "settings", kept)
        return kept

    @property
    def installed(self) -> Json:
        """The app's newest install: its `token`, the `user` who installed it, and the `scopes` that were granted.

        `scopes` is None if the install asked for those of the manifest, or all of them without a manifest.
        """
        return self.store.get("meta", "install") or {}

    def users(self) -> list[Json]:
        return self.store.all("user")

    def channels(self) -> list[Json]:
        return self.store.all("channel")

    def user(self, ref: str) -> Json:
        """Return a user by id or name. Raises `user_not_found`."""
        found = self.store.get("user", ref) or self.store.find("user", "name", ref.removeprefix("@"))
        if not found:
            raise SlackError("user_not_found")
        return found

    def channel(self, ref: str) -> Json:
        """Return a conversation by id or name. Raises `channel_not_found`."""
        found = self.store.get("channel", ref) or self.store.find("channel", "name", ref.removeprefix("#"))
        if not found:
            raise SlackError("channel_not_found")
        return found

    def dm(self, user: Json) -> Json:
        """Return a person's direct message with the bot, creating it if it does not exist."""
        if found := self.store.get("channel", self.dm_id(user["id"])):
            return found
        channel = seed.direct(self.dm_id(user["id"]), user["id"], self.bot_user_id, self.clock.now(), self.team)
        self.store.put("channel", channel["id"], channel)
        return channel

    def typed(self, text: str, *, labels: bool = False) -> str:
        """Escape typed text as Slack does: `@ana` becomes `<@U…>`, or `<@U…|ana>` with `labels`, as in commands."""

        def find(word: str) -> str | None:
            mention, label = self._mention(word)
            return mention and f"<{mention}|{label}>" if labels and label else mention and f"<{mention}>"

        return rich_text.escape(text, find)

    def _mention(self, word: str) -> tuple[str | None, str]:
        name = word[1:]
        if word in ("@here", "@channel", "@everyone"):
            return f"!{name}", ""
        if word.startswith("#"):
            channel = self.store.find("channel", "name", name)
            return (f"#{channel['id']}", name) if channel else (None, "")
        if user := self.store.find("user", "name", name):
            return f"@{user['id']}", name
        group = self.store.find("usergroup", "handle", name)
        return (f"!subteam^{group['id']}", word) if group else (None, "")


def new_id(letter: str) -> str:
    return letter + "0" + secrets.token_hex(5).upper()[:9]
