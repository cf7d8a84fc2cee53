"""`Workspace`: the state of one workspace, its clock, its transports to the app, and lookups by name or id."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sandbox import history, rich_text, seed
from sandbox.app import App
from sandbox.chaos import Chaos
from sandbox.clock import Clock, first_morning, timestamp
from sandbox.clock import instant as instant_of
from sandbox.deliveries import Deliveries, Transport
from sandbox.faults import Faults
from sandbox.in_process import InProcess
from sandbox.live_updates import Live
from sandbox.rate_limits import Rates
from sandbox.request_urls import RequestUrls
from sandbox.slack_types import Json, SlackError
from sandbox.socket_mode import Ack, Hub, Missed
from sandbox.store import Store
from sandbox.triggers import Triggers

CALLS_KEPT, PAYLOADS_KEPT = 5000, 1000


class Workspace:
    """One workspace: its storage, clock, app, transports to the app, and logs of calls and payloads."""

    url = ""
    team = seed.TEAM

    def __init__(self, data: Path, at: datetime | None, manifest: Json | None) -> None:
        self.data = data
        self.live = Live()
        self.store = Store(data)
        self.app = App(manifest)
        with self.store.transaction():
            self.app.load_secrets(self.store)
            if not self.store.get("meta", "install"):
                self.store.put("meta", "install", {"token": self.app.bot_token, "scopes": None, "user": None})
                self.store.put("token", self.app.bot_token, {"is_dead": False})
            self.clock = Clock(self._opening_time(at), self._moved)
            self.clock.set(at or self.clock.now())
        self.store.on_change = self.live.tell
        self.triggers = Triggers()
        self.rates = Rates()
        self.faults = Faults()
        self.hub = Hub(self.app.id, self.app.has_socket_mode)
        self.request_urls = RequestUrls(self.app)
        self.hub.on_asked = self.request_urls.on_asked = self._note_payload
        self.deliveries = Deliveries(self.store, self.clock, self.hub, self.faults)
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)
        self.payloads: deque[Json] = deque(maxlen=PAYLOADS_KEPT)
        self.waiting: Callable[[], Awaitable[list[Json]]] | None = None
        self._fresh: list[Json] = []
        self.may_act = asyncio.Event()
        """Set while people may act; cleared while the clock is being moved, so that their actions wait."""
        self.may_act.set()

    def _opening_time(self, at: datetime | None) -> datetime:
        """Return the time at which the workspace stopped, or seed a new workspace and return its first morning.

        The first morning is never later than `at`.
        """
        if kept := self.store.get("meta", "clock"):
            return instant_of(kept["now"])
        start = first_morning(at)
        seed.seed_workspace(self.store, start, self.app.name)
        history.write(self.store, start)
        return start

    @contextmanager
    def change(self) -> Iterator[None]:
        """Run the block in one transaction, and send its events to the app after the commit."""
        try:
            with self.store.transaction():
                yield
                self._keep_clock(self.clock.now())
        except BaseException:
            self._fresh.clear()
            raise
        fresh, self._fresh = self._fresh, []
        for event in fresh:
            self.deliveries.send(event)

    def _moved(self, now: datetime) -> None:
        self._keep_clock(now)
        self.live.tell({"what": "clock", "now": now.isoformat()})

    def _keep_clock(self, now: datetime) -> None:
        self.store.put("meta", "clock", {"now": timestamp(now)})

    def note_call(self, method: str, said: Json, answer: Json, fault: Json | None = None) -> None:
        at = self.clock.now().isoformat()
        suffered = {"fault": fault} if fault else {}
        self.calls.append({"method": method, "args": said, "answer": answer, "at": at} | suffered)
        self.live.tell({"what": "call"})

    def _note_payload(self, kind: str, payload: Json, answer: Ack | Missed) -> None:
        said = {"type": kind, "payload": payload, "at": self.clock.now().isoformat()}
        if isinstance(answer, Ack):
            self.payloads.append(said | {"ack": answer.payload, "ms": answer.ms})
        else:
            self.payloads.append(said | {"ack": None, "ms": None, "missed": answer.reason})
        self.live.tell({"what": "payload"})

    def set_chaos(self, seed: int | None) -> None:
        """Turn random fault injection on with a seed, or off with None, and then send all held events."""
        self.faults.chaos = None if seed is None else Chaos(seed)
        if seed is None:
            self.deliveries.let_go()

    @property
    def transport(self) -> Transport:
        """The transport to the app: Socket Mode, HTTP request URLs, or in-process calls."""
        return self.deliveries.transport

    async def listen_over_http(self, over_http: bool) -> None:
        """Switch to HTTP mode or back to Socket Mode, and clear the request URLs."""
        self.request_urls.clear()
        self.deliveries.use(self.request_urls if over_http else self.hub)
        self.hub.is_on = self.app.has_socket_mode and not over_http
        if over_http:
            await self.hub.disconnect("link_disabled")

    def use_in_process(self, transport: InProcess) -> None:
        """Switch to in-process delivery over this transport."""
        transport.on_asked = self._note_payload
        self.deliveries.use(transport)

    def send_later(self, event: Json) -> None:
        """Store an event until it is acked or its retries run out, and send it after the commit."""
        self.store.put("event", event["id"], event)
        self._fresh.append(event)

    def keep_time(self) -> None:
        self._keep_clock(self.clock.now())

    async def settled(self) -> None:
        await self.deliveries.settled()

    async def close(self) -> None:
        await self.deliveries.close()
        await self.request_urls.close()
        self.store.close()

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
        if found := self.store.get("channel", seed.dm_id(user["id"])):
            return found
        channel = seed.direct(user["id"], self.clock.now())
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
