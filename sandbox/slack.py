"""`Slack`: the workspaces of a sandbox, and what they share: app, clock, transports, faults, and logs."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import seed
from sandbox.app import App
from sandbox.chaos import Chaos
from sandbox.clock import Clock, timestamp
from sandbox.deliveries import Deliveries, Transport
from sandbox.faults import Faults
from sandbox.in_process import InProcess
from sandbox.live_updates import Live
from sandbox.organizations import Organization
from sandbox.request_urls import RequestUrls
from sandbox.slack_types import Json, SlackError
from sandbox.socket_mode import Ack, Hub, Missed
from sandbox.store import Store
from sandbox.workspace import Workspace, open_store

CALLS_KEPT, PAYLOADS_KEPT = 5000, 1000
NAME = re.compile(r"[A-Za-z0-9][\w .'&-]{0,79}")


class Slack:
    """Several workspaces with one app: it has one set of tokens and secrets, and gets all payloads the same way.

    The first workspace is stored in the folder `data`, each other one in a folder below it.
    """

    url = ""

    def __init__(self, data: Path, at: datetime | None, manifest: Json | None) -> None:
        self._data, self._store = data, Store(data)
        self.live = Live()
        self.app = App(manifest)
        with self._store.transaction():
            self.app.load_secrets(self._store)
            opened = open_store(self._store, seed.TEAM, self.app, at=at, token=self.app.bot_token)
            self.clock = Clock(opened, self._moved)
            self.clock.set(at or opened)
        self.faults = Faults()
        self.hub = Hub(self.app.id, self.app.has_socket_mode)
        self.request_urls = RequestUrls(self.app)
        self.hub.on_asked = self.request_urls.on_asked = self._note_payload
        self.deliveries = Deliveries(self.clock, self.hub, self.faults)
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)
        self.payloads: deque[Json] = deque(maxlen=PAYLOADS_KEPT)
        self.waiting: Callable[[], Awaitable[list[Json]]] | None = None
        self.may_act = asyncio.Event()
        """Set while people may act; cleared while the clock is being moved, so that their actions wait."""
        self.may_act.set()
        self.first = Workspace(self, self._store, seed.TEAM, data)
        self.workspaces = {seed.TEAM["id"]: self.first}
        self.organizations: dict[str, Organization] = {}
        for team in self._store.all("organization"):
            self._open_organization(team)
        for described in self._store.all("workspace"):
            self._open(described)

    def _open(self, described: Json) -> Workspace:
        team, folder = described["team"], self._folder(described["team"])
        above = self.organizations.get(described["organization"] or "")
        workspace = Workspace(self, Store(folder), team, folder, above, described["number"])
        if kept := workspace.kept_time():
            self.clock.set(kept)
        self.workspaces[team["id"]] = workspace
        return workspace

    def _open_organization(self, team: Json) -> Organization:
        folder = self._folder(team)
        self.organizations[team["id"]] = Organization(self, Store(folder), team, folder)
        return self.organizations[team["id"]]

    def _folder(self, team: Json) -> Path:
        return self._data / "workspaces" / str(team["id"])

    @property
    def owners(self) -> list[Workspace]:
        """Everything on which the app can be installed: the workspaces and the organizations."""
        return [*self.workspaces.values(), *self.organizations.values()]

    def add(self, name: str, *, enterprise: str | None = None, has_history: bool = False) -> Workspace:
        """Create a workspace, in which the app is not installed, in an organization that is created too if it is new.

        Raises `name_taken` or `invalid_name`.
        """
        team = self._new_team(name, "T")
        above = self._organization(enterprise) if enterprise else None
        number = len(above.workspaces) + 1 if above else 0
        self._seed(team, has_history=has_history, number=number)
        kept = {"team": team, "organization": above.team["id"] if above else None, "number": number}
        self._store.put("workspace", team["id"], kept)
        self.live.tell({"what": "workspace", "id": team["id"]})
        return self._open(kept)

    def _new_team(self, name: str, letter: str) -> Json:
        if not NAME.fullmatch(name):
            raise SlackError("invalid_name")
        team = seed.team(name, letter)
        if any(team["domain"] == each.team["domain"] for each in self.owners):
            raise SlackError("name_taken")
        return team

    def _organization(self, ref: str) -> Organization:
        """Return an organization, or create it."""
        try:
            found = self.workspace(ref)
        except SlackError:
            team = self._new_team(ref, "E")
            self._seed(team, has_people=False)
            self._store.put("organization", team["id"], team)
            return self._open_organization(team)
        if not isinstance(found, Organization):
            raise SlackError("name_taken")
        return found

    def _seed(self, team: Json, **how: Any) -> None:
        store = Store(self._folder(team))
        with store.transaction():
            open_store(store, team, self.app, at=self.clock.now(), **how)
        store.close()

    def workspace(self, ref: str | None = None) -> Workspace:
        """Return a workspace or organization by id, name or domain, by default the first. Raises `team_not_found`."""
        if ref is None:
            return self.first
        for workspace in self.owners:
            team = workspace.team
            if str(ref).casefold() in (team["id"].casefold(), team["name"].casefold(), team["domain"]):
                return workspace
        raise SlackError("team_not_found")

    def owner_of(self, kind: str, id: str) -> Workspace | None:
        """Return the workspace or organization that has this document, such as a token or a code, or None."""
        return next((each for each in self.owners if each.store.get(kind, id)), None)

    def rotate_tokens(self) -> None:
        """Turn token rotation on for the app, which cannot be undone."""
        self._store.put("meta", "token_rotation", {"is_on": True})
        self.app.rotates = True

    def hold(self) -> None:
        """Lock the data folder. Raises OSError if another sandbox uses it."""
        self._store.hold()

    def restore(self) -> None:
        """Resume the deliveries that an earlier process did not finish."""
        for workspace in self.owners:
            self.deliveries.restore(workspace.store)

    def _moved(self, now: datetime) -> None:
        self._keep_clock(now)
        self.live.tell({"what": "clock", "now": now.isoformat()})

    def _keep_clock(self, now: datetime) -> None:
        self._store.put("meta", "clock", {"now": timestamp(now)})

    def keep_time(self) -> None:
        self._keep_clock(self.clock.now())

    def note_call(
        self, method: str, said: Json, answer: Json, fault: Json | None = None, team: str | None = None
    ) -> None:
        """Log a Web API call with its workspace, which is None if the token is not known."""
        at = self.clock.now().isoformat()
        suffered = {"fault": fault} if fault else {}
        self.calls.append({"method": method, "args": said, "answer": answer, "at": at, "team": team} | suffered)
        self.live.tell({"what": "call"})

    def _note_payload(self, kind: str, payload: Json, answer: Ack | Missed) -> None:
        said = {"type": kind, "payload": payload, "at": self.clock.now().isoformat(), "team": _team_of(payload)}
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

    async def settled(self) -> None:
        await self.deliveries.settled()

    async def close(self) -> None:
        await self.deliveries.close()
        await self.request_urls.close()
        for workspace in self.owners:
            workspace.store.close()


def _team_of(payload: Json) -> Any:
    """Return the id of the workspace that a payload is about."""
    if authorizations := payload.get("authorizations"):
        return authorizations[0]["team_id"] or authorizations[0]["enterprise_id"]
    if team := payload.get("team"):
        return team["id"]
    return payload.get("team_id") or payload.get("user", {}).get("team_id")
