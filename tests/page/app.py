"""A small Slack app for tests of the sandbox's page: a form, a card, shortcuts and a Home tab."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp

MANIFEST = {
    "features": {
        "bot_user": {"display_name": "helper"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/form", "description": "Open a form", "usage_hint": "[title]", "should_escape": True},
            {"command": "/slow", "description": "Answer too late", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "Keep this", "callback_id": "keep", "type": "message", "description": "Keeps a message"},
            {"name": "Begin", "callback_id": "begin", "type": "global", "description": "Opens the form"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "files:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id}


def form(title: str, *, callback_id: str = "form") -> dict[str, Any]:
    words = {"type": "plain_text_input", "action_id": "words"}
    who = {"type": "users_select", "action_id": "who", "placeholder": plain("Pick someone")}
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": [
            {"type": "input", "block_id": "words", "label": plain("Your words"), "element": words},
            {"type": "input", "block_id": "who", "label": plain("For whom"), "element": who, "optional": True},
            {
                "type": "actions",
                "block_id": "more",
                "elements": [button("Change it", "change"), button("Go on", "push")],
            },
        ],
    }


def home(text: str) -> dict[str, Any]:
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Welcome")},
            {"type": "section", "text": {"type": "mrkdwn", "text": text}, "accessory": button("Again", "again")},
        ],
    }


def listen(app: AsyncApp) -> None:
    @app.command("/form")
    async def open_form(ack: Any, command: Any, client: Any) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=form(command["text"] or "A form"))
        await ack()

    @app.command("/slow")
    async def dawdle(ack: Any) -> None:
        await asyncio.sleep(1)

    @app.shortcut("begin")
    async def begin(ack: Any, shortcut: Any, client: Any) -> None:
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form("A form"))
        await ack()

    @app.shortcut("keep")
    async def keep(ack: Any, shortcut: Any, client: Any) -> None:
        where, who = shortcut["channel"]["id"], shortcut["user"]["id"]
        await client.chat_postEphemeral(channel=where, user=who, text=f"Kept: {shortcut['message']['text']}")
        await ack()

    @app.view("form")
    async def submit(ack: Any, view: Any, client: Any) -> None:
        words = view["state"]["values"]["words"]["words"]["value"]
        if words == "bad":
            await ack(response_action="errors", errors={"words": "Not these words, please."})
            return
        await ack()
        blocks = [
            {"type": "section", "block_id": "said", "text": {"type": "mrkdwn", "text": words}},
            {"type": "actions", "block_id": "do", "elements": [button("Well done", "praise")]},
        ]
        await client.chat_postMessage(channel="#harbour-support", text=words, blocks=blocks)

    @app.action("praise")
    async def praise(ack: Any, body: Any, client: Any) -> None:
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text="Praised", blocks=[])
        await ack()

    @app.action("change")
    async def change(ack: Any, body: Any, client: Any) -> None:
        await client.views_update(view_id=body["view"]["id"], view=form("Changed"))
        await ack()

    @app.action("push")
    async def push(ack: Any, body: Any, client: Any) -> None:
        await client.views_push(trigger_id=body["trigger_id"], view=form("Second", callback_id="second"))
        await ack()

    @app.event("app_home_opened")
    async def opened(event: Any, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view=home("Nice to *see* you"))

    @app.action("again")
    async def again(ack: Any, body: Any, client: Any) -> None:
        await client.views_publish(user_id=body["user"]["id"], view=home("And once more"))
        await ack()
