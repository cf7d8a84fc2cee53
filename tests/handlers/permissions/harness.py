"""Harness with a team that uses every feature, and a dispatcher through which tests send payloads as any person.

Each payload's changes are rolled back, so that all payloads start from the same state. The tables that a payload
changes are read from its SQL statements.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event, select, text
from structlog.testing import capture_logs

from bot.alerts import Alert, Signal
from bot.db.disposable_keys import DisposableKey
from bot.db.models import Base
from bot.db.sessions import Database
from bot.escalation.models import Ask
from bot.escalation.models import Kind as AskedFor
from bot.escalation.models import State as AskState
from bot.features import webhooks
from bot.features.alert_rules import settings
from bot.features.alert_rules.models import PEOPLE, AlertRule
from bot.features.hand_ups.models import HandUp
from bot.features.hard_contacts import list_all as list_hard_contacts
from bot.features.heads_ups import rules as heads_up_rules
from bot.features.notices.rules import NoticeText
from bot.features.one_on_ones.notes import add_note, add_topic
from bot.features.pulse import queries as pulse_queries
from bot.features.pulse.models import Answer, Invited
from bot.features.pulse.settings import STATEMENTS
from bot.features.rituals import queries as rituals_queries
from bot.features.rituals.models import RitualRun
from bot.features.rituals.queries import Draft
from bot.features.roadblocks import Shown
from bot.features.shoutouts.models import PLAIN, Manner, MessageRef
from bot.features.spikes import settings as spikes_settings
from bot.features.spikes.models import Kind, Spike
from bot.features.visits import hosts
from bot.features.webhooks import Sender
from bot.followups import queries as followups
from bot.followups.models import Audience, Followup
from bot.followups.models import Kind as FollowupKind
from bot.followups.models import State as FollowupState
from bot.meetings.queries import load_pair
from bot.messages.pulse import cards as pulse_cards
from bot.org import channels
from bot.org import people as org_people
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Member, Role, Team
from bot.org.workspaces import Address, Workspace
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Card, Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import breaks, roadblocks, visits
from bot.workflows.hand_ups import asks as hand_up_asks
from bot.workflows.hand_ups import requests as hand_ups
from bot.workflows.hard_contacts import check_ins
from bot.workflows.hard_contacts import requests as hard_contacts
from bot.workflows.heads_ups import cards as heads_up_cards
from bot.workflows.heads_ups import endings, rota, windows
from bot.workflows.ideas import merges, submissions
from bot.workflows.meetings import bookings as meetings_bookings
from bot.workflows.notices import posts as notices
from bot.workflows.notices import readers as notice_readers
from bot.workflows.one_on_ones import bookings
from bot.workflows.one_on_ones.bookings import offer_times
from bot.workflows.pulse import questions as pulse_questions
from bot.workflows.rituals import plans
from bot.workflows.roadblocks import Details
from bot.workflows.shadowing import request_session
from bot.workflows.shoutouts import channel_thanks, give
from bot.workflows.shoutouts.channel_thanks import ChannelMessage
from bot.workflows.spikes import signals, stints
from handlers import registry
from handlers.errors import ErrorAnswers
from sandbox.blocks import forms
from tests import lock_order
from tests.databases import RolledBack

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
WROTE = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
OTHER = {"T1": "T2", "T2": "T1"}
TEAM = {"UMAYA", "UTOM", "UANA", "UBEN", "UELI", "UOLD", "UGRACE", "C1"}
"""IDs of the people, sponsor and channel of the team in workspace T1."""
WRITTEN, THANKED, RITUAL, IDEA = (f"{NOW.timestamp() - ago:.6f}" for ago in (50, 40, 30, 20))
"""Timestamps of messages in the channel: one by UANA, thanks by UMAYA, a ritual's card, and an idea's."""
PRIVATE = {
    "pearltopic",
    "pearlnote",
    "pearlthanks",
    "pearlcapture",
    "pearlblock",
    "pearlpromise",
    "pearlstuck",
    "pearlhand",
    "pearlticket",
    "pearlidea",
    "pearlleaders",
    "pearlhook",
    "pearlritual",
    "pearlqueue",
    "pearlcomment",
    "pearlchange",
    "pearlquestion",
    "23 December",
}
"""Words from texts that only some people of the team may read; the last is a day on which UANA is away."""
UNLISTED = frozenset({"pearlticket"})
"""Words of `PRIVATE` that no command shows."""
GIVEN = frozenset({"shoutouts", "shoutout_credits", "tanks", "tank_movements", "tank_asides", "outbox", "lanes"})
"""Tables of shout-outs, which people of other teams can give too."""
NOTHING = frozenset[str]()
MAY = {"shoutouts:form": GIVEN}
LEADS = ["UMAYA", "UTOM"]
TYPED = [
    "/queue", "/queue hooks", "/queue rules", "/queue history", "/queue notes", "/1on1", "/1on1 @ana", "/shadow",
    "/shadow visits", "/roadblock", "/balance", "/funtank", "/funtank rituals", "/funtank celebrate", "/shoutout",
    "/shoutout mine", "/idea", "/idea mine", "/handup", "/steward me", "/steward settings", "/steward", "/promise",
    "/steward pulse", "/steward week", "/steward voice", "/steward notice", "/steward audit", "/queue headsup",
]  # fmt: skip
USUAL = {
    "plain_text_input": "a few words", "timepicker": "11:00", "users_select": "UBEN", "multi_users_select": ["UBEN"],
    "conversations_select": "C1", "channels_select": "C1", "number_input": "5",
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A payload from a button or form that somebody was shown, or from an action that needs neither."""

    kind: str
    name: str
    shown: str
    """The person to whom it was shown; for actions without a button or form, their subject."""
    said: str = field(compare=False)
    """The payload from Slack, as JSON."""
    may: frozenset[str] = field(default=frozenset(), compare=False)
    """Tables with the team's data that anybody in the workspace may change by this action."""
    facts: frozenset[str] = field(default=frozenset(), compare=False)
    """Tables that record the action whoever performed it, because Slack reports it as a fact."""

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
        return cls("block_actions", name, "nobody", json.dumps({**said, **where}), MAY.get(name, NOTHING))

    @classmethod
    def of_a_form(cls, name: str, remembered: str) -> "Act":
        view = {"id": "V1", "type": "modal", "hash": "h", "callback_id": name, "private_metadata": remembered}
        said = {"type": "view_submission", "view": {**view, "blocks": [], "state": {"values": {}}}}
        return cls("view_submission", name, "nobody", json.dumps(said), MAY.get(name, NOTHING))

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of {self.shown}"


@dataclass
class Outcome:
    """The outcome of a payload."""

    status: int
    tables: set[str]
    to: set[str]
    """The conversations in which messages would be posted or edited."""
    views: list[dict[str, Any]]
    is_refused: bool
    problems: list[str]
    rows: list["Row"]
    """Every row that was added, changed or deleted; changed and deleted rows as they were before."""
    said: str
    """The text of everything that was sent or shown to anybody."""


@dataclass(frozen=True)
class Row:
    table: str
    values: dict[str, Any]

    def is_of(self, team: Team) -> bool:
        """Return whether the row belongs to the team, or contains the ID of one of its people or its channel."""
        if self.values.get("workspace_id", team.workspace_id) != team.workspace_id:
            return False
        return self.values.get("team_id") == team.id or not TEAM.isdisjoint(self.named)

    @property
    def named(self) -> list[str]:
        return [value for value in self.values.values() if isinstance(value, str) and value[:1] in "UC"]

    def __str__(self) -> str:
        return f"{self.table} {' '.join(self.named)}"


class Stage:
    def __init__(self, database: RolledBack, listeners: Dispatcher, app: AsyncApp) -> None:
        self.database, self.listeners, self._app = database, listeners, app
        self._numbers = count(1)
        self.views: list[dict[str, Any]] = []
        self.said: list[str] = []
        """The payloads sent to Slack, one per call."""
        self.seen: set[str] = set()
        """The words of `PRIVATE` that were shown to people who may read them."""
        self._before: dict[str, dict[str, Any]] = {}

    async def press(self, who: str, body: dict[str, Any]) -> Outcome:
        """Dispatch a payload as a person, return the outcome, and roll back all changes.

        `T2:UEVE` means the person UEVE of workspace T2.
        """
        self.views.clear()
        self.said.clear()
        last = await self._last()
        async with self.database._connection.begin_nested() as before:
            with capture_logs() as logs, self._statements() as tables:
                response = await self._app.async_dispatch(
                    AsyncBoltRequest(body=self._sent(who, body), mode="socket_mode")
                )
            rows = await self._said(last)
            changed = [row for table in sorted(tables) for row in await self._changed(table)]
            await before.rollback()
        problems = [f"{each['event']}: {each.get('exception', '')}" for each in logs if each["log_level"] == "error"]
        refused = any(each["event"] == "listener_refused" for each in logs)
        shown = [*self.views, *self._in_ack(response.body)]
        bodies = [json.dumps(decrypt_payload(row, self.database.vault)) for row in rows if row.body]
        said = "\n".join([*self.said, response.body, *bodies])
        to = {row.conversation for row in rows}
        return Outcome(response.status, tables, to, shown, refused, problems, changed, said)

    def _sent(self, who: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the payload with the person's workspace where Bolt reads it, and a different one everywhere else."""
        home, _, user_id = who.rpartition(":")
        home, number = home or "T1", next(self._numbers)
        sent = json.loads(json.dumps(body).replace("UWHO", user_id)) | {"enterprise_id": "E1"}
        if sent["type"] == "event_callback":
            installed = {"team_id": home, "enterprise_id": "E1", "user_id": "UBOT", "is_bot": True}
            return {**sent, "team_id": OTHER[home], "event_id": f"Ev{number}", "authorizations": [installed]}
        whose = {"user": {"id": user_id, "team_id": OTHER[home]}, "user_id": user_id, "trigger_id": f"{number}.1"}
        if "view" not in sent:
            return {**sent, **whose, "team": {"id": home}, "team_id": home}
        view = {**sent["view"], "team_id": OTHER[home], "app_installed_team_id": home}
        return {**sent, **whose, "view": view, "team": {"id": OTHER[home]}, "team_id": OTHER[home]}

    async def look(self) -> None:
        """Record all current rows, to compare them with later ones."""
        for table in Base.metadata.tables:
            self._before[table] = await self._rows(table)

    async def _rows(self, table: str) -> dict[str, Any]:
        """Return the rows of a table, keyed by their full content."""
        rows = await self.database._connection.execute(text(f'SELECT * FROM "{table}"'))
        return {str(row): row for row in rows}

    async def _changed(self, table: str) -> list[Row]:
        before, now = self._before[table], await self._rows(table)
        return [Row(table, (before.get(key) or now[key])._asdict()) for key in before.keys() ^ now.keys()]

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
        """Return every button and form shown to people in messages, answers to commands, and forms opened from them."""
        found: dict[Act, None] = {}
        async with self.database.reading() as session:
            rows = (await session.scalars(select(Outgoing).where(Outgoing.body.is_not(None)))).all()
            keys = {key.id: key for key in await session.scalars(select(DisposableKey))}
            vault = self.database.vault
            said = [(row.conversation, decrypt_payload(row, vault, keys.get(row.sealed_with or ""))) for row in rows]
        for to, body in said:
            found |= dict.fromkeys(_acts(body.get("view") or body, to if to.startswith("U") else "UANA"))
        for user in (*LEADS, "UANA", "UGRACE"):
            for typed in TYPED:
                word, _, text = typed.partition(" ")
                found |= dict.fromkeys(await self._behind(user, command(word, text)))
        pressed: set[Act] = set()
        while left := [each for each in found if each.kind == "block_actions" and each not in pressed]:
            for act in left:
                found |= dict.fromkeys(await self._behind(act.shown, act.body))
            pressed |= {*left}
        return list(found)

    async def _behind(self, user: str, body: dict[str, Any]) -> list[Act]:
        outcome = await self.press(user, body)
        self.seen |= {word for word in PRIVATE if word in outcome.said}
        return [act for view in outcome.views for act in _acts(view, user)]


def command(word: str, text: str, channel_id: str = "C1") -> dict[str, Any]:
    return {"type": "slash_commands", "command": word, "text": text, "channel_id": channel_id}


def _acts(shown: dict[str, Any], to: str) -> Iterator[Act]:
    """Yield an action for each button and menu of a view or message, and one that submits the form."""
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
        name = shown["callback_id"]
        yield Act("view_submission", name, to, json.dumps(said), MAY.get(name, NOTHING))


def _values(element: dict[str, Any]) -> list[dict[str, Any]]:
    if element["type"] == "button":
        return [{"value": element.get("value", "")}]
    options = element.get("options") or []
    return [{"selected_option": option} for option in options[:2]]


def _state(view: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a form filled in with typical values."""
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
        session.info[lock_order.MANY_ACTS] = True
        await _live(session, await session.get_one(Team, team.id))
    async with database.begin() as session:
        session.info[lock_order.MANY_ACTS] = True
        await _elsewhere(session)
    on = Dispatcher(database, _Still(), ErrorAnswers(), "https://steward.example")  # type: ignore[arg-type]
    registry.register(on)
    app = AsyncApp(process_before_response=True, authorize=_authorize, request_verification_enabled=False)
    on.attach(app)
    stage = Stage(database, on, app)

    async def api_call(_: Any, method: str, **said: Any) -> dict[str, Any]:
        view = (said.get("json") or {}).get("view") or (said.get("params") or {}).get("view") or {}
        stage.views.append(json.loads(view) if isinstance(view, str) else view)
        stage.said.append(json.dumps(stage.views[-1]))
        return {"ok": True, "view": {"id": "V9"}}

    monkeypatch.setattr(AsyncWebClient, "api_call", api_call)
    await stage.look()
    yield stage


class _Still:
    """A clock that always shows the same time."""

    def now(self) -> datetime:
        return NOW


async def _authorize(team_id: str) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT")


async def _people(session: Any, workspace: Workspace, team: Team) -> None:
    """Add the outsiders described in `OUTSIDERS` of the tests, and the people who have permission."""
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
            Person("T1", "UKIM", "kim", is_stranger=True),
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
    await membership.set_leaders(
        session, team, leaders=leaders, deputies=["UTOM"], agents=["UANA", "UBEN", "UELI"], now=NOW
    )
    await channels.add_members(session, "T1", "C1", ["UMAYA", "UTOM", "UANA", "UBEN", "UELI", "UOLD"])
    await membership.create_team(
        session, workspace, channel_id="C2", name="night-desk", zone="UTC", leaders=["UZOE"], agents=["UYAN"], now=NOW
    )


async def _live(session: Any, team: Team) -> None:
    """Start a spike, meetings and more, and then demote or remove people who were involved in them."""
    people = await org_people.fetch_people(session, "T1", ["UMAYA", "UTOM", "UANA", "UBEN", "UGRACE"])
    old = await session.scalars(select(Member).where(Member.user_id.in_(["UOLD", "ULEFT"])))
    await bookings.reconcile_pairs(session, team, now=NOW)
    await signals.receive_alert(
        session, team, Alert("grafana", Signal.FIRING, key="a", queue="phones", value=40), now=NOW
    )
    spike = (await session.scalars(select(Spike))).one()
    for who in ("UOLD", "ULEFT", "UQUIT", "UFAR"):
        session.add(Ask("T1", team.id, AskedFor.SPIKE, spike.id, who, NOW, 40.0, AskState.EXPIRED))
    await stints.start_stint(session, team, None, people["UTOM"], Kind.QUEUE, 30, now=NOW)
    for each in old:
        each.role = Role.AGENT if each.user_id == "UOLD" else each.role
        each.left_at = NOW if each.user_id == "ULEFT" else None
    await session.flush()
    await bookings.reconcile_pairs(session, team, now=NOW)
    for pair in await _pairs(session):
        await offer_times(session, pair, pair.organizer.id, NOW)
        await add_topic(session, pair, "UMAYA", "pearltopic", now=NOW)
        await add_note(session, pair, "UMAYA", "pearlnote", now=NOW)
    await request_session(session, Actor("T1", "UMAYA"), "UBEN", None, now=NOW)
    pool = await hosts.find_host_pool(session, team, NOW)
    visit = await visits.add_visit(session, pool, people["UGRACE"], NOW + timedelta(days=2), now=NOW)
    await meetings_bookings.send_question(session, await load_pair(session, visit), visit, now=NOW)
    quiet = Manner(is_private=True)
    for manner, source, reason in ((quiet, "a", "for pearlthanks #calm"), (PLAIN, "b", "for calm #calm")):
        await give.give(session, team, "UANA", receivers=["UBEN"], reason=reason, manner=manner, source=source, now=NOW)
    lead = await membership.member(session, team, "UMAYA")
    assert lead
    made = await webhooks.add_webhook(session, lead, team, sender=Sender.GENERIC, queue="phones", now=NOW)
    made.hook.outcome, made.hook.last_at = "pearlhook", NOW
    settings.Settings(people=True).keep(team)
    spikes_settings.Settings(queues=["phones", "pearlqueue"]).keep(team)
    session.add(AlertRule("T1", team.id, "C1", PEOPLE, "", "plain", "", "phones", "UMAYA", NOW))
    people["UANA"].absences = [(datetime(2026, 12, 23, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC))]
    thanks = ChannelMessage(MessageRef("C1", THANKED), "UMAYA", ["UBEN"], "for staying", THANKED)
    await channel_thanks.record_message(session, team, thanks, now=NOW)
    await _written(session, team)
    await _raised(session, team)
    await _pulses(session, team)
    await _noticed(session, team)
    await _heads_ups(session, team)


async def _noticed(session: Any, team: Team) -> None:
    """Post a change notice, and send the leader a question that UBEN has asked about it."""
    draft = NoticeText("pearlchange", "", "", NOW.date(), NOW.date() + timedelta(days=9))
    found = await notices.post(session, Actor("T1", "UMAYA"), team.id, draft, now=NOW)
    await notice_readers.mark_unclear(session, Actor("T1", "UBEN"), found.id, 1, "pearlquestion", now=NOW)
    await notices.update(session, team, now=NOW)


async def _heads_ups(session: Any, team: Team) -> None:
    """Announce a heads-up, of which a leader has booked an hour, and ask for a look back on one that is over."""
    maya = Actor("T1", "UMAYA")
    over = heads_up_rules.Draft("Old prices", [], NOW - timedelta(days=1), NOW + timedelta(minutes=1))
    ended = await windows.announce(session, maya, team.id, over, with_ritual=False, now=NOW - timedelta(hours=1))
    await endings.ask_review(session, team, ended.id, now=NOW)
    draft = heads_up_rules.Draft("New prices", [], NOW + timedelta(days=1), NOW + timedelta(days=3))
    found = await windows.announce(session, maya, team.id, draft, with_ritual=False, now=NOW)
    hours = heads_up_cards.list_future_hours(found, team, now=NOW)
    await rota.book(session, maya, found.id, hours[:1], now=NOW)


async def _pulses(session: Any, team: Team) -> None:
    """Close a round of the pulse with a comment that leaders read, and open another that asks the agents."""
    agents = ["UANA", "UBEN", "UELI", "UOLD"]
    before = NOW - timedelta(days=28)
    found, key = await pulse_queries.open_round(session, team, STATEMENTS, agents, now=before, closes_at=NOW)
    await pulse_queries.shred(session, found, key, now=NOW)
    found.levels, found.asked, found.answered = ["high", "mixed"], 6, 5
    await pulse_queries.add_comments(session, found, [Answer(comment="pearlcomment", may_be_quoted=True)], now=NOW)
    for leader in LEADS:
        post = pulse_cards.leaders_results(found, [found], team, leader, 3)
        await outbox.put(session, post, to=Address("T1", leader), not_before=NOW)
    closes_at = NOW + timedelta(days=9)
    found, key = await pulse_queries.open_round(session, team, STATEMENTS, agents, now=NOW, closes_at=closes_at)
    await pulse_queries.invite(session, found, key, [Invited(person_id=each, card=f"dm:{each}") for each in agents])
    await pulse_questions.ask(session, team, found, key, now=NOW)


async def _raised(session: Any, team: Team) -> None:
    """Add an open hand-up, an ended hand-up, and a break that leaders are asked about."""
    await hand_ups.raise_hand(session, Actor("T1", "UBEN"), team, "which macro?", now=NOW)
    asked = (await session.scalars(select(Ask).where(Ask.kind == AskedFor.HAND_UP))).one()
    helper = Actor("T1", asked.person_id)
    await hand_up_asks.answer_ask(session, helper, asked.id, comes=True, now=NOW)
    await hand_ups.record_arrival(session, helper, asked.about_id, now=NOW)
    await hand_ups.mark_sorted(session, helper, asked.about_id, now=NOW)
    await hand_ups.raise_hand(session, Actor("T1", "UANA"), team, "pearlhand", now=NOW)
    opened = (await session.scalars(select(HandUp).where(HandUp.agent_id == "UANA"))).one()
    for who in ("UOLD", "ULEFT", "UQUIT", "UFAR"):
        session.add(Ask("T1", team.id, AskedFor.HAND_UP, opened.id, who, NOW, None, AskState.EXPIRED))
    await breaks.ask_for_break(session, Actor("T1", "UBEN"), team, 15, now=NOW)
    await _watched(session, team)


async def _watched(session: Any, team: Team) -> None:
    """Add a hard contact, whose leader watches the ticket."""
    lead, maya = await membership.member(session, team, "UMAYA"), Actor("T1", "UMAYA")
    assert lead
    await webhooks.add_webhook(session, lead, team, sender=Sender.FRESHDESK, queue="phones", now=NOW)
    ticket = "https://pearlticket.example/tickets/4711"
    await hard_contacts.raise_contact(session, Actor("T1", "UELI"), team, "UMAYA", ticket=ticket, now=NOW)
    (contact,) = await list_hard_contacts(session, team)
    await check_ins.check_in(session, maya, contact.id, now=NOW)
    await check_ins.watch_ticket(session, maya, contact.id, now=NOW)


async def _written(session: Any, team: Team) -> None:
    """Add texts that people wrote for certain readers only, and a ritual's card."""
    for kind, author, owner, audience, words in (
        (FollowupKind.ROADBLOCK, "UTOM", None, Audience.LEADERS, "pearlcapture"),
        (FollowupKind.ROADBLOCK, "UBEN", "UMAYA", Audience.PAIR, "pearlblock"),
        (FollowupKind.PROMISE, "UGRACE", "UGRACE", Audience.LEADERS, "pearlpromise"),
    ):
        state = FollowupState.OWNED if owner else FollowupState.OPEN
        made = await followups.add(
            session, team, kind, author, words, state=state, audience=audience, is_named=True, now=NOW
        )
        made.owner_id, made.due_on = owner, NOW.date() + timedelta(days=3)
    for words, details in (("pearlstuck", Details(Shown.ONLY_LEADERS)), ("the phones echo", Details())):
        await roadblocks.raise_roadblock(session, Actor("T1", "UANA"), team, words, details, now=NOW)
    ritual, *_ = await rituals_queries.add_default_rituals(session, team)
    await _own_ritual(session, team)
    await _ideas(session, team)
    occasion = RitualRun("T1", team.id, ritual.id, NOW.date(), NOW, "What was good?")
    session.add(occasion)
    await session.flush()
    session.add(Card("T1", f"ritual:{occasion.id}", "C1", RITUAL))


async def _ideas(session: Any, team: Team) -> None:
    """Add an idea for the team, one for leaders only, and one that was merged."""
    ana = Actor("T1", "UANA")
    await submissions.raise_idea(session, ana, team, text="pearlidea", now=NOW)
    for words, audience in (("pearlleaders", Audience.LEADERS), ("merged", Audience.TEAM)):
        await followups.add(
            session, team, FollowupKind.IDEA, "UBEN", words, state=FollowupState.OPEN, audience=audience, now=NOW
        )
    ideas = select(Followup).where(Followup.kind == FollowupKind.IDEA)
    found = (await session.scalars(ideas.order_by(Followup.id))).all()
    session.add(Card("T1", found[0].card, "C1", IDEA))
    await merges.merge(session, Actor("T1", "UMAYA"), found[2].id, found[0].id, now=NOW)


async def _own_ritual(session: Any, team: Team) -> None:
    lead = await membership.member(session, team, "UMAYA")
    assert lead
    own = await rituals_queries.save_own_ritual(
        session, team, lead, None, Draft("pearlritual", "Say it.", ["What was good?"])
    )
    await rituals_queries.turn_on(session, lead, own, "FREQ=WEEKLY;BYDAY=TH", time(15))
    await plans.replan_ritual(session, team, own, now=NOW)


async def _elsewhere(session: Any) -> None:
    """Add another workspace of the same company, with the same channel id, in which UMAYA is an agent."""
    workspace = Workspace("T2", "Quay", "UBOT", "B1")
    session.add(workspace)
    await session.flush()
    session.add_all(
        [Person("T2", "UMAYA", "maya"), Person("T2", "UEVE", "eve", is_admin=True), Person("T2", "UKAI", "kai")]
    )
    session.add(Channel("T2", "C1", "harbour-support", is_open=True, read_at=NOW))
    await session.flush()
    await channels.add_members(session, "T2", "C1", ["UMAYA", "UEVE", "UKAI"])
    await membership.create_team(
        session,
        workspace,
        channel_id="C1",
        name="quay",
        zone="UTC",
        leaders=["UEVE"],
        agents=["UMAYA", "UKAI"],
        now=NOW,
    )


async def _pairs(session: Any) -> list[Any]:
    from bot.features.one_on_ones import queries

    return [pair for pair in await queries.find_pairs(session, "T1", "UMAYA") if pair.organizer.id == "UMAYA"][:2]
