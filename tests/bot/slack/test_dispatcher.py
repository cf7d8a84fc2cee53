"""The dispatcher, which Bolt calls and which runs the listeners: commit before ack, answers to errors, draining."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.db.sessions import Database
from bot.errors import AnswerTooLate, Refusal
from bot.messages.errors import TOO_SLOW, TRY_AGAIN, our_fault
from bot.org import channels
from bot.org.people import Person
from bot.org.workspaces import Workspace
from bot.refusals.common import OUT_OF_USE, UNKNOWN_COMMAND
from bot.slack import dispatcher
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Delivery, Sessions
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import LINK, MENU
from bot.text.safety import LONGEST_READ
from handlers.errors import ErrorAnswers

Deliver = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


@pytest.fixture
def on(database: Database, workspace: Workspace) -> Dispatcher:
    return Dispatcher(database, Clock(), ErrorAnswers())


@pytest.fixture
def deliver(on: Dispatcher) -> Deliver:
    """Return a function that passes a request body to a real Bolt app with our dispatcher."""

    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT")

    app = AsyncApp(process_before_response=True, authorize=authorize, request_verification_enabled=False)
    on.attach(app)

    async def deliver(body: dict[str, Any]) -> BoltResponse:
        return await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))

    return deliver


def command(word: str = "/wave") -> dict[str, Any]:
    return {"command": word, "text": "", "team_id": "T1", "user_id": "UANA", "channel_id": "C1", "trigger_id": "t.1"}


def event(name: str = "wave", event_id: str = "Ev1") -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": event_id,
        "event": {"type": name, "user": "UANA", "channel": "C1"},
    }


def press(**more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "UANA", "team_id": "T1"},
        "trigger_id": "t.2",
        "actions": [{"type": "button", "action_id": "wave", "block_id": "b", "value": "1"}],
    } | more


def form(*blocks: str) -> dict[str, Any]:
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "UANA", "team_id": "T1"},
        "view": {
            "id": "V1",
            "hash": "h1",
            "type": "modal",
            "callback_id": "wave",
            "blocks": [{"type": "input", "block_id": block} for block in blocks],
        },
    }


async def met(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Person.id).where(Person.id.startswith("UNEW")).order_by(Person.id)))


async def told(database: Database) -> list[str]:
    async with database.reading() as session:
        rows = await session.scalars(select(Outgoing).order_by(Outgoing.id))
        return [decrypt_payload(row, database.vault)["text"] for row in rows]


def meets(user_id: str) -> Callable[..., Awaitable[None]]:
    async def meet(sessions: Sessions) -> None:
        async with sessions.begin() as session:
            session.add(Person("T1", user_id, "new"))

    return meet


def slack_error(status: int, error: str) -> SlackApiError:
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={"ok": False, "error": error}, headers={},
        status_code=status,
    )  # fmt: skip
    return SlackApiError("x", answer)  # type: ignore[no-untyped-call]


def fails(error: Exception) -> Callable[..., Awaitable[None]]:
    async def fail(sessions: Sessions) -> None:
        async with sessions.begin() as session:
            session.add(Person("T1", "UNEWHALF", "half"))
            await session.flush()
            raise error

    return fail


async def test_unknown_command_is_answered(deliver: Deliver) -> None:
    assert UNKNOWN_COMMAND in (await deliver(command("/what"))).body


async def test_button_without_a_listener_is_answered(database: Database, deliver: Deliver) -> None:
    await deliver(press())
    assert await told(database) == [OUT_OF_USE]


@pytest.mark.parametrize("more", [{"url": "https://example.com"}, {"type": "static_select"}])
async def test_link_buttons_and_selects_need_no_listener(
    database: Database, deliver: Deliver, more: dict[str, Any]
) -> None:
    pressed = {**press()["actions"][0], **more}
    assert (await deliver(press(actions=[pressed]))).status == 200
    assert await told(database) == []


def chosen(value: str) -> dict[str, Any]:
    """Return the payload of an option chosen in a menu of buttons and links."""
    option = {"text": {"type": "plain_text", "text": "Wave"}, "value": value}
    return press(actions=[{"type": "overflow", "action_id": MENU, "block_id": "b", "selected_option": option}])


async def test_button_chosen_in_a_menu_reaches_its_listener_as_if_it_were_pressed(
    on: Dispatcher, deliver: Deliver
) -> None:
    came: list[dict[str, Any]] = []

    async def wave(ack: AsyncAck, body: dict[str, Any]) -> None:
        came.append(body["actions"][0])
        await ack()

    on.action("wave")(wave)
    await deliver(chosen("wave 1: 2"))
    assert came == [press()["actions"][0] | {"value": "1: 2"}]


@pytest.mark.parametrize(("value", "answers"), [("gone 1", [OUT_OF_USE]), (f"{LINK} 0", [])])
async def test_menu_options_without_a_listener_are_answered_unless_they_are_links(
    deliver: Deliver, database: Database, value: str, answers: list[str]
) -> None:
    assert (await deliver(chosen(value))).status == 200
    assert await told(database) == answers


async def test_form_without_a_listener_is_answered(deliver: Deliver) -> None:
    assert OUT_OF_USE in (await deliver(form("name"))).body


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("wave @dina for it", "@dina for it"),
        ("wave\n@dina for it", "@dina for it"),
        ("wave\u00a0<@U1|dina> for it", "<@U1|dina> for it"),
        ("WAVE\t@dina\nfor it", "@dina\nfor it"),
        ("/wave\u2003@dina", "@dina"),
        ("wave", ""),
    ],
)
async def test_steward_command_runs_the_command_that_its_text_names(
    on: Dispatcher, deliver: Deliver, text: str, rest: str
) -> None:
    came: list[str] = []

    async def wave(ack: AsyncAck, body: dict[str, Any]) -> None:
        came.append(body["text"])
        await ack()

    on.command("/wave")(wave)
    await deliver(command("/steward") | {"text": text})
    assert came == [rest]


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("wave <#C1> now", "wave <#C1|phones> now"),
        ("wave <#C1|>", "wave <#C1|phones>"),
        ("wave <!subteam^S1>", "wave <!subteam^S1|@night-desk>"),
        ("wave <#C1|named> <#C9> <@U1>", "wave <#C1|named> <#C9> <@U1>"),
    ],
)
async def test_channels_and_user_groups_in_a_command_are_converted_to_their_names(
    on: Dispatcher, deliver: Deliver, database: Database, text: str, came: str
) -> None:
    async with database.begin() as session:
        session.add(channels.Channel("T1", "C1", "phones"))
        await channels.upsert_group(session, "T1", "S1", handle="night-desk", user_ids=[], is_disabled=False, updated=1)
    texts: list[str] = []

    async def say(ack: AsyncAck, body: dict[str, Any]) -> None:
        texts.append(body["text"])
        await ack()

    on.command("/say")(say)
    await deliver(command("/say") | {"text": text})
    assert texts == [came]


async def test_event_without_a_listener_is_acked_and_not_stored(deliver: Deliver, database: Database) -> None:
    assert (await deliver(event("nobody_listens"))).status == 200
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Delivery)) == 0


async def test_two_listeners_of_one_event_share_a_transaction(
    on: Dispatcher, deliver: Deliver, database: Database
) -> None:
    on.event("wave")(meets("UNEW1"))
    on.event("wave")(meets("UNEW2"))

    assert (await deliver(event())).status == 200
    assert (await deliver(event())).status == 200
    assert await met(database) == ["UNEW1", "UNEW2"]


async def test_failure_of_one_of_two_listeners_rolls_back_both_and_slack_redelivers(
    on: Dispatcher, deliver: Deliver, database: Database
) -> None:
    on.event("wave")(meets("UNEW1"))
    on.event("wave")(fails(RuntimeError("no")))

    assert (await deliver(event())).status == 503
    assert await met(database) == []


async def test_bug_in_a_command_is_answered_with_the_id_of_its_log_line(
    on: Dispatcher, deliver: Deliver, database: Database
) -> None:
    on.command("/wave")(fails(RuntimeError("no")))

    with capture_logs() as logged:
        answer = await deliver(command())
    (failed,) = [each for each in logged if each["event"] == "listener_failed"]
    assert our_fault(failed["log_id"]) in answer.body
    assert await met(database) == []


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectionError(), OperationalError("x", None, Exception()), ConnectionResetError(),
        slack_error(200, "ratelimited"), slack_error(503, ""),
    ],
    ids=["connection", "database", "reset", "rate limit", "slack is down"],
)  # fmt: skip
async def test_temporary_error_is_answered_with_the_advice_to_try_again(
    on: Dispatcher, deliver: Deliver, error: Exception
) -> None:
    on.command("/wave")(fails(error))

    assert TRY_AGAIN in (await deliver(command())).body


async def test_permanent_slack_error_is_answered_without_advice_to_try_again(on: Dispatcher, deliver: Deliver) -> None:
    on.command("/wave")(fails(slack_error(200, "missing_scope")))

    assert TRY_AGAIN not in (await deliver(command())).body


async def test_refusal_of_a_command_is_answered_with_its_sentence(on: Dispatcher, deliver: Deliver) -> None:
    on.command("/wave")(fails(Refusal("Wave with one hand.")))

    assert "Wave with one hand." in (await deliver(command())).body


async def test_refusal_of_a_form_is_shown_at_its_field(on: Dispatcher, deliver: Deliver) -> None:
    on.view("wave")(fails(Refusal("Say why.", field="why")))

    assert '"errors": {"why": "Say why."}' in (await deliver(form("who", "why"))).body


@pytest.mark.parametrize("field", [None, "gone"])
async def test_refusal_without_a_field_opens_on_top_of_the_form(
    on: Dispatcher, deliver: Deliver, field: str | None
) -> None:
    on.view("wave")(fails(Refusal("Say why.", field=field)))
    answer = (await deliver(form("who", "why"))).body

    assert '"response_action": "push"' in answer
    assert "Say why." in answer


async def test_refusal_of_a_form_without_fields_replaces_the_form(on: Dispatcher, deliver: Deliver) -> None:
    on.view("wave")(fails(Refusal("Say why.")))
    answer = (await deliver(form())).body

    assert '"response_action": "update"' in answer
    assert "Say why." in answer


@pytest.mark.parametrize(
    ("error", "name", "field"),
    [
        (Refusal("Not now."), "Refusal", None),
        (Refusal("Say why.", field="why"), "Refusal", "why"),
        (AnswerTooLate("Ana was quicker."), "AnswerTooLate", None),
        (AnswerTooLate("That time is over.", field="time"), "AnswerTooLate", "time"),
    ],
)
async def test_refusal_is_logged_by_its_type_without_its_text(
    on: Dispatcher, deliver: Deliver, error: Refusal, name: str, field: str | None
) -> None:
    on.action("wave")(fails(error))
    with capture_logs() as logged:
        await deliver(press())

    (entry,) = [each for each in logged if each["event"] == "listener_refused"]
    assert (entry["kind"], entry["name"], entry["error"], entry["field"]) == ("action", "wave", name, field)
    assert error.sentence not in str(entry)


async def test_refusal_of_a_button_press_is_sent_once_by_dm(
    on: Dispatcher, deliver: Deliver, database: Database
) -> None:
    on.action("wave")(fails(Refusal("Not now.")))

    for _ in range(3):
        assert (await deliver(press())).status == 200
    assert await told(database) == ["Not now."]


async def test_listener_that_times_out_is_canceled_and_its_command_is_answered(
    on: Dispatcher, deliver: Deliver, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    async def dawdle(sessions: Sessions) -> None:
        async with sessions.begin() as session:
            session.add(Person("T1", "UNEWSLOW", "slow"))
            await session.flush()
            await asyncio.sleep(60)

    monkeypatch.setattr(dispatcher, "SECONDS", 0.1)
    on.command("/wave")(dawdle)

    assert TOO_SLOW in (await deliver(command())).body
    assert await met(database) == []


async def test_command_is_acked_and_reported_if_its_listener_does_not_ack(on: Dispatcher, deliver: Deliver) -> None:
    on.command("/wave")(meets("UNEW1"))

    assert (await deliver(command())).status == 200
    assert on.unacked == {"command /wave"}


async def test_listener_gets_the_arguments_that_it_names(on: Dispatcher, deliver: Deliver) -> None:
    asked: dict[str, Any] = {}

    async def wave(ack: AsyncAck, body: dict[str, Any], now: datetime) -> None:
        asked.update(body=body, now=now)
        await ack("hello")

    on.command("/wave")(wave)

    assert (await deliver(command())).body == "hello"
    assert asked["body"]["user_id"] == "UANA"
    assert asked["now"].tzinfo is UTC


def test_listener_with_an_unknown_argument_is_refused_at_registration(on: Dispatcher) -> None:
    async def wave(say: Any) -> None: ...

    with pytest.raises(TypeError, match=r"wave asks for \['say'\]"):
        on.command("/wave")(wave)


async def test_draining_finishes_running_listeners_and_refuses_new_requests(
    on: Dispatcher, deliver: Deliver, database: Database
) -> None:
    begun = asyncio.Event()

    async def slow(ack: AsyncAck, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            begun.set()
            await asyncio.sleep(0.1)
            session.add(Person("T1", "UNEW1", "new"))
        await ack()

    on.command("/wave")(slow)
    running = asyncio.ensure_future(deliver(command()))
    await begun.wait()
    await on.drain(60)

    assert (await running).status == 200
    assert await met(database) == ["UNEW1"]
    assert (await deliver(command())).status == 503


@pytest.mark.own_database
async def test_command_during_a_database_lock_is_safe_to_repeat(
    on: Dispatcher, deliver: Deliver, database: Database
) -> None:
    on.command("/wave")(meets("UNEW1"))
    async with _locked(database):
        answer = await deliver(command())

    assert TRY_AGAIN in answer.body or TOO_SLOW in answer.body
    assert await met(database) == []
    assert (await deliver(command())).status == 200
    assert await met(database) == ["UNEW1"]


@asynccontextmanager
async def _locked(database: Database) -> AsyncIterator[None]:
    """Hold a lock that the listener needs, for longer than the listener may wait."""
    if database.is_sqlite:
        other = sqlite3.connect(database.writer.url.database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
    else:
        async with database.session() as session:
            await session.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
            yield


@pytest.mark.parametrize("length", [LONGEST_READ - 1, LONGEST_READ, LONGEST_READ + 1, 40_000])
async def test_overlong_text_is_truncated_before_a_listener_gets_it(
    on: Dispatcher, deliver: Deliver, length: int
) -> None:
    seen: list[str] = []

    @on.command("/wave")
    async def wave(ack: AsyncAck, body: dict[str, Any]) -> None:
        seen.append(body["text"])
        await ack()

    await deliver({**command(), "text": "a" * length})

    assert [len(each) for each in seen] == [min(length, LONGEST_READ)]


@pytest.mark.parametrize("kind", ["command", "form", "press"])
async def test_refusal_that_quotes_a_long_text_is_still_delivered(on: Dispatcher, deliver: Deliver, kind: str) -> None:
    async def refuse(ack: AsyncAck) -> None:
        raise Refusal(f"I don't know {'<' * 40_000}.")

    on.command("/wave")(refuse)
    on.view("wave")(refuse)
    on.action("wave")(refuse)
    response = await deliver({"command": command(), "form": form(), "press": press()}[kind])

    assert response.status == 200
    assert len(response.body) < 40_000


@pytest.mark.parametrize(
    "body",
    [
        command(),
        {**press(), "team_id": "T2"},
        {**press(), "user": {"id": "UANA", "team_id": "T2"}},
        {**form(), "user": {"id": "UANA", "team_id": "T2"}},
        {**event(), "context_team_id": "T2", "event": {"type": "wave", "user": "UANA", "channel": "C1", "team": "T2"}},
    ],
)
async def test_all_workspace_ids_in_a_listeners_payload_agree(
    on: Dispatcher, deliver: Deliver, body: dict[str, Any]
) -> None:
    seen: list[set[str | None]] = []

    async def wave(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, sessions: Sessions) -> None:
        seen.append({body["team_id"], body["team"]["id"], context.team_id, sessions._workspace_id})
        await ack()

    on.command("/wave")(wave)
    on.action("wave")(wave)
    on.view("wave")(wave)
    on.event("wave")(wave)
    await deliver(body)

    assert [len(each) for each in seen] == [1]


async def test_error_at_a_form_field_is_plain_text(on: Dispatcher, deliver: Deliver) -> None:
    async def refuse(ack: AsyncAck) -> None:
        raise Refusal("@&lt;!channel&gt; &amp;amp; co", field="reason")

    on.view("wave")(refuse)
    response = await deliver(form("reason"))

    assert json.loads(response.body)["errors"] == {"reason": "@<!channel> &amp; co"}
