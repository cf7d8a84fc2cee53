"""Tests of commands, forms, buttons, events and the Home tab with a Bolt app, over Socket Mode and HTTP."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Connect, Person

Json = dict[str, Any]

FORM: Json = {
    "type": "modal",
    "callback_id": "thanks",
    "title": {"type": "plain_text", "text": "Thanks"},
    "submit": {"type": "plain_text", "text": "Give"},
    "blocks": [
        {
            "type": "input",
            "block_id": "receiver",
            "label": {"type": "plain_text", "text": "Who"},
            "element": {"type": "users_select", "action_id": "pick"},
        },
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        },
    ],
}
BUTTON = {"type": "button", "action_id": "undo", "value": "7", "text": {"type": "plain_text", "text": "Undo"}}


async def test_answer_to_a_command_is_ephemeral(app: AsyncApp, connect: Connect, person: Person) -> None:
    heard: Json = {}

    @app.command("/shoutout")
    async def answer(ack: AsyncAck, command: Json) -> None:
        heard.update(command)
        await ack(f"Thank you, {command['user_name']}")

    await connect(app)
    done = await person.does(
        "commands", user="maya", channel="harbour-support", command="/shoutout", text="@ana for <3 & more"
    )

    assert done["ok"]
    assert done["ack"] == {"text": "Thank you, maya"}
    assert 0 < done["ms"] < 3000
    assert heard["text"] == "<@U0ANA00000|ana> for &lt;3 &amp; more"
    assert heard["channel_name"] == "harbour-support"
    assert (await person.reads("harbour-support", "maya"))[-1]["ephemeral_to"] == "U0MAYA0000"
    assert "ephemeral_to" not in (await person.reads("harbour-support", "ana"))[-1]


async def test_form_shows_errors_and_closes_when_its_values_are_valid(
    app: AsyncApp, connect: Connect, person: Person
) -> None:
    @app.command("/shoutout")
    async def open_form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @app.view("thanks")
    async def give(ack: AsyncAck, view: Json) -> None:
        values = view["state"]["values"]
        if values["reason"]["words"]["value"] == "me":
            await ack(response_action="errors", errors={"reason": "A shout-out is for someone else"})
        else:
            await ack()

    await connect(app)
    await person.does("commands", user="ana", channel="general", command="/shoutout")
    (view,) = (await person.sees("views", user="ana"))["views"]
    values = {"receiver": "ben", "words": "me"}
    refused = await person.does("views/submit", user="ana", view_id=view["id"], values=values)
    (still,) = (await person.sees("views", user="ana"))["views"]
    given = await person.does("views/submit", user="ana", view_id=view["id"], values={"reason": "calm"})

    assert refused["errors"] == {"reason": "A shout-out is for someone else"}
    assert still["state"]["values"]["receiver"]["pick"]["selected_user"] == "U0BEN00000"
    assert given["ok"]
    assert not (await person.sees("views", user="ana"))["views"]


async def test_form_with_an_empty_required_field_is_not_submitted(
    app: AsyncApp, connect: Connect, person: Person
) -> None:
    @app.shortcut("thanks")
    async def open_form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    await connect(app)
    await person.does("shortcuts", user="ana", callback_id="thanks")
    (view,) = (await person.sees("views", user="ana"))["views"]
    answer = await person.does("views/submit", user="ana", view_id=view["id"], values={"reason": "calm"})

    assert answer["error"] == "required_field"


async def test_button_press_can_replace_its_message(app: AsyncApp, connect: Connect, person: Person) -> None:
    pressed: Json = {}

    @app.action("undo")
    async def undo(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        pressed.update(body)
        await respond("Taken back", replace_original=True)
        await ack()

    await connect(app)
    blocks = [{"type": "actions", "block_id": "buttons", "elements": [BUTTON]}]
    posted = await app.client.chat_postMessage(channel="C0HARBOURS", text="Thanks, Ana", blocks=blocks)
    done = await person.does("actions", user="maya", channel="harbour-support", ts=posted["ts"], action_id="undo")

    assert done["ok"]
    assert pressed["actions"][0]["value"] == "7"
    assert pressed["container"]["message_ts"] == posted["ts"]
    last = (await person.reads("harbour-support", "maya"))[-1]
    assert (last["text"], "blocks" in last, "edited" in last) == ("Taken back", False, True)


async def test_events_of_messages_edits_deletions_and_reactions_reach_the_app(
    app: AsyncApp, sandbox: Sandbox, connect: Connect, person: Person
) -> None:
    heard: list[str] = []

    @app.event({"type": "message", "subtype": None})
    @app.event("message")
    @app.event("reaction_added")
    @app.event("reaction_removed")
    async def hear(event: Json) -> None:
        heard.append(event.get("subtype") or event["type"])

    await connect(app)
    place = {"user": "ana", "channel": "harbour-support"}
    ts = (await person.does("messages", **place, text="kudos to @ben"))["ts"]
    await person.does("reactions", **place, ts=ts, name="tada")
    await person.does("reactions", **place, ts=ts, name="tada", remove=True)
    await person.does("messages/edit", **place, ts=ts, text="kudos to @ben and @fay")
    await person.does("messages/delete", **place, ts=ts)
    await sandbox.settled()

    assert sorted(heard) == [
        "message",
        "message_changed",
        "message_deleted",
        "reaction_added",
        "reaction_removed",
    ]


async def test_home_tab_is_published_when_it_is_opened(
    app: AsyncApp, sandbox: Sandbox, connect: Connect, person: Person
) -> None:
    @app.event("app_home_opened")
    async def publish(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "divider"}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    await connect(app)
    await person.does("home/open", user="fay")
    await sandbox.settled()

    assert (await person.sees("home", user="fay"))["view"]["blocks"][0]["type"] == "divider"


async def test_command_without_ack_shows_operation_timeout(sandbox: Sandbox, person: Person) -> None:
    done = await person.does("commands", user="eli", channel="general", command="/nobody")

    assert (done["ok"], done["error"]) == (False, "operation_timeout")
    assert "operation_timeout" in (await person.reads("general", "eli"))[-1]["text"]
