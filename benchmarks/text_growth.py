"""Benchmark of long inputs at every entry point for text: time must grow linearly with the length.

Each input repeats a marker. Everything runs in one process, without a network. Each figure is the minimum of several
calls, because other load on the machine only adds time.
"""

import itertools
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from benchmarks import databases, dispatcher
from benchmarks.report import Chapter, Table, Verdict
from bot.clock import Clock
from bot.db.sessions import Database
from bot.features.alert_rules.models import PEOPLE, AlertRule
from bot.features.alert_rules.presets import PRESETS
from bot.features.webhooks import Sender
from bot.messages import celebrations, settings
from bot.messages.shoutouts.cards import FORM
from bot.org.teams.models import Team
from bot.org.teams.settings import Settings
from bot.slack.dispatcher import Dispatcher, Kind
from bot.text.safety import LONGEST_READ
from bot.workflows.settings import TEAM_SETTINGS
from handlers import registry
from handlers.errors import ErrorAnswers
from handlers.webhooks import senders
from handlers.webhooks.delivery import Received
from handlers.webhooks.senders import SENDERS

LENGTHS = (10_000, 40_000)
CALLS = 3
MOST_GROWTH = 5.0
MOST_MS = 100.0
MARKERS = (
    "<http:", "<http:a|", "<@", "<@U", "<@U1|", "<@UMAYA>", "<!subteam^S1|", "<#C1|", "<!here|", "@", "@a", "@a ",
    "@maya ", "kudos @a ", "kudos to <@UANA> ", "no ", "a", "a ", "a'", "1 ", " ", "\n", "> \n", ">>>", "`", "```a",
    "*", "_a", "~", "&", "&gt;", "-", ", ", ".", "(", "[", "{", ":a", ":a: ", "#a ", "1h ", "until ", "from to ",
    "between and ", "é", "e\u0301", "\u200b", "\u00a0", "🙂", "[FIRING] ", "FIRING a: ", "queue = ", "| ",
)  # fmt: skip
ENDING = "a" * 20
"""Longer than the words before a text in a command."""
TYPED = "TEXT"
"""Placeholder in a form's text field, replaced with the text."""
Ask = Callable[[str], Awaitable[None]]
"""A function that submits one text."""
_numbers = itertools.count(1)


async def run(quick: bool) -> Chapter:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    markers = MARKERS[::6] if quick else MARKERS
    worst: dict[str, tuple[float, float, str]] = {}
    async with databases.sqlite() as database:
        for entry, ask in (await entry_points(database)).items():
            found = [(*await measure_growth(ask, marker), marker) for marker in markers]
            worst[entry] = max(found, key=lambda each: each[1])
            worst[f"{entry}, growth"] = max(found, key=lambda each: each[0])
    slowest = max(each[1] for name, each in worst.items() if not name.endswith("growth"))
    growth = max(each[0] for name, each in worst.items() if name.endswith("growth"))
    return Chapter(
        "Cost of long texts", TEXT, [_table(worst)],
        [
            Verdict("40,000 characters of one marker, any way", f"at most {MOST_MS:.0f} ms", f"{slowest:.0f} ms",
                    slowest <= MOST_MS),
            Verdict("the same, compared with 10,000", f"at most {MOST_GROWTH:.0f} times", f"{growth:.1f}",
                    growth <= MOST_GROWTH),
        ],
    )  # fmt: skip


async def measure_growth(ask: Ask, marker: str) -> tuple[float, float]:
    """Return how many times longer a long text takes than a short one, and the long text's milliseconds."""
    short, long = [await shortest_time(ask, repeat(marker, length)) for length in LENGTHS]
    return long / short, long


def repeat(marker: str, length: int) -> str:
    """Return a text of a marker that ends in letters, also where the bot truncates it.

    Without them, a form accepts the spaces that are left of a long text and refuses a short one.
    """
    text = (marker * length)[:length]
    end = LONGEST_READ - len(ENDING)
    return text[:end] + ENDING + text[end:] + ENDING


async def shortest_time(ask: Ask, text: str) -> float:
    took = []
    for _ in range(CALLS):
        began = time.thread_time()
        await ask(text)
        took.append((time.thread_time() - began) * 1000)
    return min(took)


async def entry_points(database: Database) -> dict[str, Ask]:
    """Return a function that submits a text, for each entry point at which the bot accepts text."""
    now = datetime.now(UTC)
    team = await databases.team(database, "T1", now, people=("UMAYA", "UANA"))
    async with database.begin() as session:
        session.add_all(
            AlertRule(
                "T1", team.id, channel_id="C1", sender=sender, sender_name="", way=way, pattern="", queue="phones",
                 made_by="UMAYA", made_at=now)
            for sender, way in itertools.product(("B2", PEOPLE), PRESETS)
        )  # fmt: skip
    app, on = dispatcher.bolt(), Dispatcher(database, Clock(), ErrorAnswers())
    registry.register(on)
    on.attach(app)
    return {
        **_messages(app),
        **{f"{name} …": _command(app, name, words) for name in on.names(Kind.COMMAND) for words in ("", "@uana for ")},
        **_forms(app, database, team),
        **_hooks(),
    }


def _messages(app: AsyncApp) -> dict[str, Ask]:
    def event(**said: Any) -> Ask:
        async def ask(text: str) -> None:
            number = next(_numbers)
            ts = f"{time.time():.0f}.{number:06}"
            filled = json.loads(json.dumps(said).replace('"TEXT"', json.dumps(text)).replace("TS", ts))
            await _dispatch(app, {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}",
                                  "event": {"type": "message", "channel": "C1", "ts": ts, **filled}})  # fmt: skip

        return ask

    person = {"user": "UMAYA", "text": "TEXT"}
    changed = {"subtype": "message_changed", "event_ts": "TS"}
    return {
        "a message": event(**person),
        "a reply": event(**person, thread_ts="1.000001"),
        "a direct message": event(**person, channel_type="im"),
        "an edit": event(
            **changed, message={**person, "ts": "TS"}, previous_message={**person, "text": "a", "ts": "TS"}
        ),
        "what an edit took away": event(
            **changed, message={**person, "text": "a", "ts": "TS"}, previous_message={**person, "ts": "TS"}
        ),
        "a tool's message": event(bot_id="B2", text="TEXT"),
        "a tool's attachment": event(bot_id="B2", text="", attachments=[{"text": "TEXT", "title": "TEXT"}]),
        "a tool's blocks": event(bot_id="B2", text="", blocks=[{"type": "section", "text": {"text": "TEXT"}}]),
    }


def _command(app: AsyncApp, name: str, words: str) -> Ask:
    async def ask(text: str) -> None:
        number = next(_numbers)
        await _dispatch(app, {"type": "slash_commands", "command": name, "text": words + text, "team_id": "T1",
                              "user_id": "UMAYA", "channel_id": "C1", "trigger_id": f"{number}.1"})  # fmt: skip

    return ask


async def _dispatch(app: AsyncApp, body: dict[str, Any]) -> None:
    response = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert response.status == 200, response.body  # noqa: S101


def _forms(app: AsyncApp, database: Database, team: Team) -> dict[str, Ask]:
    def form(callback_id: str, remembered: str, **values: Any) -> Ask:
        async def ask(text: str) -> None:
            number = next(_numbers)
            state = {name: {name: _said(value, text)} for name, value in values.items()}
            view = {"id": f"V{number}", "type": "modal", "hash": "1", "callback_id": callback_id, "blocks": [],
                    "private_metadata": remembered, "state": {"values": state}}  # fmt: skip
            await _dispatch(app, {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "UMAYA"},
                                  "trigger_id": f"{number}.1", "view": view})  # fmt: skip

        return ask

    def suggested(action_id: str) -> Ask:
        async def ask(text: str) -> None:
            await _dispatch(app, {"type": "block_suggestion", "team": {"id": "T1"}, "user": {"id": "UMAYA"},
                                  "action_id": action_id, "block_id": action_id, "value": text})  # fmt: skip

        return ask

    def listed(model: type[Settings]) -> Ask:
        texts = (name for name, field in model.model_fields.items() if field.annotation in (str, list[str]))
        names = {f"{model.feature}.{name}": TYPED for name in texts}

        async def ask(text: str) -> None:
            async with database.reading() as session:
                chosen = model.of(await session.get_one(Team, team.id))
            shown = settings.settings_version(chosen.model_dump(mode="json"))
            await form(settings.FORM, f"{team.id}:{model.feature}:{shown}", **names)(text)

        return ask

    return {
        "thanks in a form": form(
            FORM, json.dumps([team.id, None]), receivers=["UANA"], reason=TYPED, kind=None, manner=[]
        ),
        "a celebration in a form": form(celebrations.FORM, f"{team.id}", what=TYPED),
        "a country": suggested("country"),
        "a time zone": suggested("zone"),
        **{f"settings: {model.title or name}": listed(model) for name, model in TEAM_SETTINGS.items()},
    }


def _said(value: Any, text: str) -> dict[str, Any]:
    kinds = {list: "selected_users"}
    return {"type": "input", kinds.get(type(value), "value"): text if value == TYPED else value}


def _hooks() -> dict[str, Ask]:
    def hook(sender: Sender) -> Ask:
        document = json.loads(senders.load_sample(sender))

        async def ask(text: str) -> None:
            part = text[: len(text) // _texts(document)]
            body = json.dumps(_filled(document, part), ensure_ascii=False).encode()
            senders.parse_delivery(sender, Received(body, {}, datetime.now(UTC)))

        return ask

    return {f"a webhook of {sender}": hook(sender) for sender in SENDERS}


def _texts(document: Any) -> int:
    """Return the number of strings in a document."""
    if isinstance(document, str):
        return 1
    inside = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return sum(map(_texts, inside))


def _filled(document: Any, text: str) -> Any:
    """Return the document with the text appended to each of its strings."""
    if isinstance(document, dict):
        return {name: _filled(each, text) for name, each in document.items()}
    if isinstance(document, list):
        return [_filled(each, text) for each in document]
    return f"{document}{text}" if isinstance(document, str) else document


def _table(worst: dict[str, tuple[float, float, str]]) -> Table:
    rows = [
        [
            entry,
            f"{ms:.1f}",
            f"`{marker!r}`",
            f"{worst[f'{entry}, growth'][0]:.1f}",
            f"`{worst[f'{entry}, growth'][2]!r}`",
        ]
        for entry, (_, ms, marker) in worst.items()
        if not entry.endswith(", growth")
    ]
    return Table(["way", "ms, 40,000 characters", "marker", "ratio to 10,000", "marker"], rows)


TEXT = """
A text that repeats one marker, 10,000 and 40,000 characters long, through each way in which text arrives: messages,
edits, commands, forms and deliveries of tools. The worst of all markers, by time and by growth, each the minimum of
several calls.
"""
