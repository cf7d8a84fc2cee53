"""A team with something of everything on its way, and a door through which anybody presses anything.

What was pressed is taken back, so that each press comes upon the same moment; what it wrote is told by the statements.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event, select
from structlog.testing import capture_logs

import handlers
from bot import directory, places, teams
from bot.alerts import Alert, Signal
from bot.database import Database
from bot.directory import Person, Workspace
from bot.features import hooks, shoutouts, spikes, visits
from bot.features.hooks import Sender
from bot.features.rules import PEOPLE, Rule
from bot.features.spikes import Ask, Kind
from bot.listeners import Listeners
from bot.outbox import Outgoing, opened
from bot.places import Channel
from bot.teams import Member, Role, Team
from handlers.errors import Answers
from handlers.oneonones.due import offer
from handlers.shadowing.asking import put
from handlers.shoutouts import giving
from sandbox.blocks import forms
from schedules import oneonones, stints
from schedules import spikes as queues
from schedules import visits as visiting
from tests.databases import RolledBack

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
WROTE = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
LEADS = ["UMAYA", "UTOM"]
TYPED = [
    "/queue", "/queue hooks", "/queue rules", "/queue history", "/queue notes", "/1on1", "/1on1 @ana", "/shadow",
    "/shadow visits", "/balance", "/funtank", "/funtank rituals", "/funtank celebrate", "/shoutout", "/shoutout mine",
    "/steward me", "/steward settings", "/steward",
]  # fmt: skip
USUAL = {
    "plain_text_input": "a few words", "timepicker": "11:00", "users_select": "UBEN", "multi_users_select": ["UBEN"],
    "conversations_select": "C1", "channels_select": "C1", "number_input": "5",
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A press, or a form that is sent, as it was shown to somebody."""

    kind: str
    name: str
    shown: str
    """To whom."""
    said: str = field(compare=False)
    """What Slack hands back of it, as JSON."""

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found

    @classmethod
    def of_a_button(cls, name: str, value: str) -> "Act":
        action = {"action_id": name, "block_id": "b", "type": "button", "value": value}
        chosen = {"text": {"type": "plain_text", "text": "x"}, "value": value}
        said = {"type": "block_actions", "channel": {"id": "C1"}, "actions": [{**action, "selected_option": chosen}]}
        view = {"id": "V1", "type": "modal", "hash": "h", "callback_id": name, "private_metadata": value}
        where = {"view": {**view, "blocks": [], "state": {"values": {}}}, "response_url": "https://x/1"}
        return cls("block_actions", name, "nobody", json.dumps({**said, **where}))

    @classmethod
    def of_a_form(cls, name: str, remembered: str) -> "Act":
        view = {"id": "V1", "type": "modal", "hash": "h", "callback_id": name, "private_metadata": remembered}
        said = {"type": "view_submission", "view": {**view, "blocks": [], "state": {"values": {}}}}
        return cls("view_submission", name, "nobody", json.dumps(said))

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of {self.shown}"


@dataclass
class Outcome:
    """What came of a press."""

    status: int
    tables: set[str]
    to: set[str]
    """In which conversations something is to be said or changed."""
    views: list[dict[str, Any]]
    is_refused: bool
    problems: list[str]


class Stage:
    def __init__(self, database: RolledBack, listeners: Listeners, app: AsyncApp) -> None:
        self.database, self.listeners, self._app = database, listeners, app
        self._numbers = count(1)
        self.views: list[dict[str, Any]] = []

    async def press(self, user_id: str, body: dict[str, Any]) -> Outcome:
        """Hand a payload in, in somebody's name, and take it back."""
        number = next(self._numbers)
        whose = {"team": {"id": "T1"}, "user": {"id": user_id}, "team_id": "T1", "user_id": user_id}
        sent = {**body, **whose, "trigger_id": f"{number}.1"}
        self.views.clear()
        last = await self._last()
        async with self.database._connection.begin_nested() as before:
            with capture_logs() as logs, self._statements() as tables:
                response = await self._app.async_dispatch(AsyncBoltRequest(body=sent, mode="socket_mode"))
            rows = await self._said(last)
            await before.rollback()
        problems = [f"{each['event']}: {each.get('exception', '')}" for each in logs if each["log_level"] == "error"]
        refused = any(each["event"] == "listener_refused" for each in logs)
        shown = [*self.views, *self._in_ack(response.body)]
        return Outcome(response.status, tables, {row.conversation for row in rows}, shown, refused, problems)

    async def _last(self) -> int:
        async with self.database.reading() as session:
            return await session.scalar(select(Outgoing.id).order_by(Outgoing.id.desc()).limit(1)) or 0

    async def _said(self, after: int) -> list[Outgoing]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(Outgoing).where(Outgoing.id > after)))

    @contextmanager
    def _statements(self) -> Iterator[set[str]]:
        tables: set[str] = set()

        def see(_: Any, __: Any, statement: str, *___: Any) -> None:
            if found := WROTE.match(statement):
                tables.add(found[1])

        engine = self.database.writer.sync_engine
        event.listen(engine, "before_cursor_execute", see)
        try:
            yield tables
        finally:
            event.remove(engine, "before_cursor_execute", see)

    def _in_ack(self, body: str) -> list[dict[str, Any]]:
        said = json.loads(body) if body.startswith("{") else {}
        return [said["view"]] if "view" in said else [said] if "blocks" in said else []

    async def acts(self) -> list[Act]:
        """All that people are shown: in messages, in answers to what they type, in forms and what is behind those."""
        found: dict[Act, None] = {}
        async with self.database.reading() as session:
            rows = (await session.scalars(select(Outgoing).where(Outgoing.body.is_not(None)))).all()
            said = [(row.conversation, opened(row, self.database.vault)) for row in rows]
        for to, body in said:
            found |= dict.fromkeys(_acts(body.get("view") or body, to if to.startswith("U") else "UANA"))
        for user in (*LEADS, "UANA", "UGRACE"):
            for typed in TYPED:
                found |= dict.fromkeys(await self._behind(user, _command(typed)))
        pressed: set[Act] = set()
        while left := [each for each in found if each.kind == "block_actions" and each not in pressed]:
            for act in left:
                found |= dict.fromkeys(await self._behind(act.shown, act.body))
            pressed |= {*left}
        return list(found)

    async def _behind(self, user: str, body: dict[str, Any]) -> list[Act]:
        outcome = await self.press(user, body)
        return [act for view in outcome.views for act in _acts(view, user)]


def _command(typed: str) -> dict[str, Any]:
    word, _, text = typed.partition(" ")
    return {"type": "slash_commands", "command": word, "text": text, "channel_id": "C1"}


def _acts(shown: dict[str, Any], to: str) -> Iterator[Act]:
    """Its buttons and menus, and the form itself."""
    view = {"id": "V1", "type": "modal", "hash": "h", "private_metadata": "", "callback_id": "", **shown}
    is_view = "title" in shown or shown.get("type") == "modal"
    where = {"view": {**view, "state": {"values": _state(shown)}}} if is_view else {"response_url": "https://x/1"}
    for block, element in forms.elements(shown.get("blocks") or []):
        if block["type"] == "input":
            continue
        for value in _values(element):
            pressed = {
                "action_id": element["action_id"],
                "block_id": block.get("block_id", ""),
                "type": element["type"],
            }
            said = {"type": "block_actions", **where, "channel": {"id": "C1"}, "actions": [{**pressed, **value}]}
            yield Act("block_actions", element["action_id"], to, json.dumps(said))
    if is_view and shown.get("callback_id"):
        said = {"type": "view_submission", **where}
        yield Act("view_submission", shown["callback_id"], to, json.dumps(said))


def _values(element: dict[str, Any]) -> list[dict[str, Any]]:
    if element["type"] == "button":
        return [{"value": element.get("value", "")}]
    options = element.get("options") or []
    return [{"selected_option": option} for option in options[:2]]


def _state(view: dict[str, Any]) -> dict[str, Any]:
    """A form filled in as people do."""
    return {
        block["block_id"]: {element["action_id"]: _filled(element)}
        for block, element in forms.elements(view.get("blocks") or [])
        if block["type"] == "input"
    }


def _filled(element: dict[str, Any]) -> dict[str, Any]:
    kind, options = element["type"], element.get("options") or []
    if kind in ("static_select", "radio_buttons", "external_select"):
        chosen = element.get("initial_option") or (options[0] if options else {"value": "Europe/Lisbon"})
        return {"type": kind, "selected_option": chosen}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind == "datepicker":
        return {"type": kind, "selected_date": f"{NOW + timedelta(days=7):%Y-%m-%d}"}
    initial = next((value for name, value in element.items() if name.startswith("initial_")), USUAL.get(kind))
    return {"type": kind, "value": initial}


@asynccontextmanager
async def staged(database: Database, workspace: Workspace, team: Team, monkeypatch: Any) -> AsyncIterator[Stage]:
    assert isinstance(database, RolledBack)
    async with database.begin() as session:
        await _people(session, workspace, team)
    async with database.begin() as session:
        await _live(session, await session.get_one(Team, team.id))
    on = Listeners(database, _Still(), Answers(), "https://steward.example")  # type: ignore[arg-type]
    handlers.register(on)
    app = AsyncApp(process_before_response=True, authorize=_authorize, request_verification_enabled=False)
    on.attach(app)
    stage = Stage(database, on, app)

    async def api_call(_: Any, method: str, **said: Any) -> dict[str, Any]:
        view = (said.get("json") or {}).get("view") or (said.get("params") or {}).get("view") or {}
        stage.views.append(json.loads(view) if isinstance(view, str) else view)
        return {"ok": True, "view": {"id": "V9"}}

    monkeypatch.setattr(AsyncWebClient, "api_call", api_call)
    yield stage


class _Still:
    """A calendar that does not move."""

    def now(self) -> datetime:
        return NOW


async def _authorize(team_id: str) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT")


async def _people(session: Any, workspace: Workspace, team: Team) -> None:
    """Everybody who should not, beside those who should: `PEOPLE` of the tests says who is who."""
    session.add_all(
        [
            Person("T1", "UTOM", "tom"),
            Person("T1", "UGRACE", "grace"),
            Person("T1", "UROOT", "root", is_admin=True),
            Person("T1", "UZOE", "zoe"),
            Person("T1", "UYAN", "yan"),
            Person("T1", "UOLD", "old"),
            Person("T1", "ULEFT", "left"),
            Person("T1", "UQUIT", "quit", has_left=True),
            Person("T1", "UFAR", "far", is_stranger=True, is_admin=True),
            Person("T1", "UGUEST", "guest", is_guest=True),
            Channel("T1", "C1", "harbour-support", is_open=True, read_at=NOW),
        ]
    )
    await session.flush()
    for each in await session.scalars(select(Person)):
        each.zone = "Europe/Lisbon"
    team.sponsor_id = "UGRACE"
    session.add(team)
    leaders = ["UMAYA", "UTOM", "UOLD", "ULEFT", "UQUIT", "UFAR"]
    await teams.appoint(session, team, leaders=leaders, deputies=["UTOM"], agents=["UANA", "UBEN", "UELI"], now=NOW)
    await places.enter(session, "T1", "C1", ["UMAYA", "UTOM", "UANA", "UBEN", "UELI", "UOLD"])
    await teams.create(
        session, workspace, channel_id="C2", name="night-desk", zone="UTC", leaders=["UZOE"], agents=["UYAN"], now=NOW
    )


async def _live(session: Any, team: Team) -> None:
    """Put something of everything under way, then take their places from those who had one."""
    people = await directory.people(session, "T1", ["UMAYA", "UTOM", "UANA", "UBEN", "UGRACE"])
    old = await session.scalars(select(Member).where(Member.user_id.in_(["UOLD", "ULEFT"])))
    await oneonones.pair(session, team, now=NOW)
    await queues.hear(session, team, Alert("grafana", Signal.FIRING, key="a", queue="phones", value=40), now=NOW)
    spike = (await session.scalars(select(spikes.Spike))).one()
    for who in ("UOLD", "ULEFT", "UQUIT", "UFAR"):
        session.add(Ask("T1", team.id, spike.id, who, NOW, 40.0))
    await stints.begin(session, team, None, people["UTOM"], Kind.QUEUE, 30, now=NOW)
    for each in old:
        each.role = Role.AGENT if each.user_id == "UOLD" else each.role
        each.left_at = NOW if each.user_id == "ULEFT" else None
    await session.flush()
    await oneonones.pair(session, team, now=NOW)
    for pair in await _pairs(session):
        await offer(session, pair, pair.leader.id, NOW)
    await put(session, "T1", "UMAYA", "UBEN", None, NOW)
    crowd = await visiting.crowd(session, team, NOW)
    visit = await visits.ask(session, crowd, people["UGRACE"], NOW + timedelta(days=2), now=NOW)
    await visiting.ask(session, await visits.with_people(session, visit), visit, now=NOW)
    quiet = shoutouts.Manner(is_private=True)
    for manner, source in ((quiet, "a"), (shoutouts.PLAIN, "b")):
        await giving.give(
            session, team, "UANA", receivers=["UBEN"], reason="for calm #calm", manner=manner, source=source, now=NOW
        )
    lead = await teams.member(session, team, "UMAYA")
    assert lead
    await hooks.make(session, lead, team, sender=Sender.GENERIC, queue="phones", now=NOW)
    session.add(Rule("T1", team.id, "C1", PEOPLE, "", "plain", "", "phones", "UMAYA", NOW))


async def _pairs(session: Any) -> list[Any]:
    from bot.features import oneonones as pairs

    return [pair for pair in await pairs.of_person(session, "T1", "UMAYA") if pair.leader.id == "UMAYA"][:2]
