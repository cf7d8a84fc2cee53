"""Tests of modals: the stack of three, pushes, updates with a hash, closing, and submitted values."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .good_blocks import field, home, modal, option, plain
from .raw_app import RawApp, connected

Json = dict[str, Any]
NAME = field({"type": "plain_text_input", "action_id": "name"}) | {"block_id": "name"}
MORE: Json = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "more", "text": plain(), "value": "1"}],
}


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


class Form:
    """A person who has a form open, and an app that sends the test's acks."""

    def __init__(self, person: Person, app: RawApp, client: AsyncWebClient) -> None:
        self.person, self.app, self.client = person, app, client

    async def opened(self, view: Json) -> Json:
        payload, _ = await self.does("shortcuts", user="ana", callback_id="go")
        answer = await self.client.views_open(trigger_id=payload["trigger_id"], view=view)
        found: Json = answer["view"]
        return found

    async def does(self, what: str, answer: Json | None = None, **said: Any) -> tuple[Json, Json]:
        """Act as the person and ack as the app, and return the app's payload and the person's answer."""
        doing = asyncio.create_task(self.person.does(what, **said))
        envelope = await self.app.next()
        await self.app.ack(envelope, answer)
        return envelope["payload"], await doing

    async def open_views(self) -> list[Json]:
        found: list[Json] = (await self.person.sees("views", user="ana"))["views"]
        return found


@pytest.fixture
def form(person: Person, app: RawApp, client: AsyncWebClient) -> Form:
    return Form(person, app, client)


async def test_opened_view_has_the_same_fields_as_in_slack(form: Form) -> None:
    view = await form.opened(modal(NAME, callback_id="go", private_metadata="7"))

    assert (view["type"], view["callback_id"], view["private_metadata"]) == ("modal", "go", "7")
    assert view["state"] == {"values": {"name": {"name": {"type": "plain_text_input", "value": None}}}}
    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["app_id"] == "A0STEWARD0"
    assert await form.open_views() == [view]


async def test_fourth_view_on_the_stack_is_rejected(form: Form) -> None:
    first = view = await form.opened(modal(MORE))
    for _ in range(2):
        pressed, _ = await form.does("actions", user="ana", view_id=view["id"], action_id="more")
        view = (await form.client.views_push(trigger_id=pressed["trigger_id"], view=modal(MORE)))["view"]
    pressed, _ = await form.does("actions", user="ana", view_id=view["id"], action_id="more")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await form.client.views_push(trigger_id=pressed["trigger_id"], view=modal(MORE))

    stack = await form.open_views()
    assert len(stack) == 3
    assert stack[2]["root_view_id"] == first["id"]
    assert stack[2]["previous_view_id"] == stack[1]["id"]


async def test_payload_of_an_action_in_a_view_has_the_same_fields_as_in_slack(form: Form) -> None:
    view = await form.opened(modal(MORE))
    pressed, answer = await form.does("actions", user="ana", view_id=view["id"], action_id="more")

    assert answer["ok"]
    assert (pressed["type"], pressed["container"]) == (
        "block_actions",
        {"type": "view", "view_id": view["id"]},
    )
    assert pressed["view"]["id"] == view["id"]
    assert pressed["actions"][0]["value"] == "1"
    assert pressed["user"]["username"] == "ana"
    assert "response_url" not in pressed


async def test_update_with_an_outdated_hash_is_rejected(form: Form) -> None:
    view = await form.opened(modal(NAME))
    changed = await form.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(NAME, MORE))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await form.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(NAME))

    assert changed["view"]["id"] == view["id"]
    assert len((await form.open_views())[0]["blocks"]) == 2


async def test_view_can_be_updated_by_its_external_id(form: Form) -> None:
    await form.opened(modal(NAME, external_id="mine"))
    changed = await form.client.views_update(external_id="mine", view=modal(MORE, external_id="mine"))

    assert changed["view"]["external_id"] == "mine"


async def test_home_tab_can_be_updated_by_its_view_id(form: Form) -> None:
    published = await form.client.views_publish(user_id="U0ANA00000", view=home())
    await form.client.views_update(view_id=published["view"]["id"], view=home({"type": "divider"}))

    assert (await form.person.sees("home", user="ana"))["view"]["blocks"][0]["type"] == "divider"


async def test_app_home_opened_event_has_the_view_of_the_home_tab(form: Form) -> None:
    await form.client.views_publish(user_id="U0ANA00000", view=home())
    told, _ = await form.does("home/open", user="ana")
    other, shown = await form.does("home/open", user="ana", tab="messages")

    assert {told["event"][key] for key in ("type", "user", "tab")} == {"app_home_opened", "U0ANA00000", "home"}
    assert told["event"]["channel"].startswith("D")
    assert told["event"]["view"]["type"] == "home"
    assert other["event"]["tab"] == "messages"
    assert "view" not in other["event"]
    assert shown["view"] is None


SUBMITTED: list[tuple[Json, list[str]]] = [
    ({"response_action": "errors", "errors": {"name": "no"}}, ["words"]),
    ({"response_action": "update", "view": modal(MORE, title=plain("new"))}, ["new"]),
    ({"response_action": "push", "view": modal(MORE, title=plain("above"))}, ["words", "above"]),
    ({"response_action": "clear"}, []),
    ({}, []),
]


@pytest.mark.parametrize(("ack", "titles"), SUBMITTED)
async def test_ack_of_a_submission_determines_which_views_remain_open(form: Form, ack: Json, titles: list[str]) -> None:
    view = await form.opened(modal(NAME))
    sent, answer = await form.does("views/submit", ack, user="ana", view_id=view["id"], values={"name": "Ana & co"})

    assert sent["type"] == "view_submission"
    assert sent["view"]["state"]["values"]["name"]["name"]["value"] == "Ana & co"
    assert sent["response_urls"] == []
    assert (answer["ok"], answer["ack"]) == (True, ack)
    assert [each["title"]["text"] for each in await form.open_views()] == titles


async def test_ack_with_an_invalid_view_is_an_error(form: Form) -> None:
    view = await form.opened(modal(NAME))
    broken = {"response_action": "update", "view": modal()}
    _, answer = await form.does("views/submit", broken, user="ana", view_id=view["id"], values={"name": "a"})

    assert answer["error"] == "invalid_arguments"
    assert "must provide at least 1 items [json-pointer:/view/blocks]" in answer["response_metadata"]["messages"][0]


@pytest.mark.parametrize("ack", [{"response_action": "errors", "errors": {"age": "no"}}, {"response_action": "sing"}])
async def test_ack_with_an_unknown_action_or_field_is_an_error(form: Form, ack: Json) -> None:
    view = await form.opened(modal(NAME))
    _, answer = await form.does("views/submit", ack, user="ana", view_id=view["id"], values={"name": "a"})

    assert (answer["ok"], answer["error"]) == (False, "invalid_arguments")
    assert len(await form.open_views()) == 1


async def test_view_closed_payload_is_sent_for_views_with_notify_on_close(form: Form) -> None:
    view = await form.opened(modal(NAME, notify_on_close=True))
    told, _ = await form.does("views/close", user="ana", view_id=view["id"])

    assert (told["type"], told["is_cleared"], told["view"]["id"]) == ("view_closed", False, view["id"])
    assert await form.open_views() == []


async def test_submission_has_the_value_of_every_field(form: Form) -> None:
    elements: list[Json] = [
        {"type": "users_select"},
        {"type": "multi_users_select"},
        {"type": "conversations_select", "response_url_enabled": True},
        {"type": "static_select", "options": [option("a"), option("b")]},
        {"type": "checkboxes", "options": [option("a"), option("b")], "initial_options": [option("a")]},
        {"type": "datepicker", "initial_date": "2026-11-24"},
        {"type": "timepicker"},
        {"type": "number_input", "is_decimal_allowed": False},
    ]
    blocks = [field(element | {"action_id": "pick"}) | {"block_id": element["type"]} for element in elements]
    view = await form.opened(modal(*blocks))
    values = {
        "users_select": "ben",
        "multi_users_select": ["ben", "fay"],
        "conversations_select": "general",
        "static_select": "b",
        "timepicker": "09:30",
        "number_input": 3,
    }
    sent, _ = await form.does("views/submit", user="ana", view_id=view["id"], values=values)
    state = {kind: block["pick"] for kind, block in sent["view"]["state"]["values"].items()}

    assert state["users_select"]["selected_user"] == "U0BEN00000"
    assert state["multi_users_select"]["selected_users"] == ["U0BEN00000", "U0FAY00000"]
    assert state["conversations_select"]["selected_conversation"] == "C0GENERAL0"
    assert state["static_select"]["selected_option"]["value"] == "b"
    assert [each["value"] for each in state["checkboxes"]["selected_options"]] == ["a"]
    assert state["datepicker"]["selected_date"] == "2026-11-24"
    assert state["timepicker"]["selected_time"] == "09:30"
    assert state["number_input"]["value"] == "3"
    assert sent["response_urls"][0]["channel_id"] == "C0GENERAL0"


async def test_options_of_an_external_select_come_from_the_app(form: Form) -> None:
    select = {"type": "external_select", "action_id": "pick", "min_query_length": 0}
    view = await form.opened(modal(field(select) | {"block_id": "who"}))
    asked, answer = await form.does(
        "suggestions", {"options": [option()]}, user="ana", view_id=view["id"], action_id="pick", value="an"
    )

    assert (asked["type"], asked["block_id"], asked["value"]) == ("block_suggestion", "who", "an")
    assert asked["view"]["id"] == view["id"]
    assert answer["options"] == [option()]


async def test_submission_by_another_person_or_of_an_unknown_field_is_rejected(form: Form) -> None:
    view = await form.opened(modal(NAME))
    nobody = await form.person.does("views/submit", user="ben", view_id=view["id"], values={})
    unknown = await form.person.does("views/submit", user="ana", view_id=view["id"], values={"age": "7"})

    assert (nobody["error"], unknown["error"]) == ("view_not_found", "field_not_found")
