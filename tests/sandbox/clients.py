"""A small bot, written for Bolt and AsyncBolt, that runs with each of their Socket Mode clients.

`python -m tests.sandbox.clients builtin` runs it as a third party would, given only a URL and tokens.
"""

import asyncio
import os
import sys
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as AiohttpHandler
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler as WebsocketClientHandler
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler as WebsocketsHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]

FORM: Json = {
    "type": "modal",
    "callback_id": "thanks",
    "title": {"type": "plain_text", "text": "Thanks"},
    "submit": {"type": "plain_text", "text": "Give"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        }
    ],
}
SUPPORT = "C0HARBOURS"
HOME: Json = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hello"}}]}
ERRORS = {"reason": "Say a little more"}
BUTTON: Json = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "undo", "text": {"type": "plain_text", "text": "Undo"}}],
}


def is_short(view: Json) -> bool:
    return len(view["state"]["values"]["reason"]["words"]["value"]) < 4


def sync_bot(client: WebClient) -> App:
    app = App(client=client, process_before_response=True)

    @app.command("/thanks")
    @app.shortcut("thank")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack()

    @app.view("thanks")
    def give(ack: Ack, view: Json, client: WebClient) -> None:
        if is_short(view):
            ack(response_action="errors", errors=ERRORS)
            return
        client.chat_postMessage(channel=SUPPORT, text="Thanks", blocks=[BUTTON])
        ack()

    @app.action("undo")
    def undo(ack: Ack, body: Json, client: WebClient) -> None:
        client.chat_delete(channel=SUPPORT, ts=body["message"]["ts"])
        ack()

    @app.event("app_home_opened")
    def publish(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=HOME)

    @app.event("message")
    def see(event: Json, client: WebClient) -> None:
        client.reactions_add(channel=SUPPORT, timestamp=event["ts"], name="eyes")

    @app.event("reaction_added")
    def enjoy(ack: Ack) -> None:
        ack()

    @app.event("reaction_removed")
    def share(client: WebClient) -> None:
        client.files_upload_v2(channel=SUPPORT, filename="week.txt", content="good")

    return app


def async_bot(client: AsyncWebClient) -> AsyncApp:
    app = AsyncApp(client=client, process_before_response=True)

    @app.command("/thanks")
    @app.shortcut("thank")
    async def open_form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @app.view("thanks")
    async def give(ack: AsyncAck, view: Json, client: AsyncWebClient) -> None:
        if is_short(view):
            await ack(response_action="errors", errors=ERRORS)
            return
        await client.chat_postMessage(channel=SUPPORT, text="Thanks", blocks=[BUTTON])
        await ack()

    @app.action("undo")
    async def undo(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.chat_delete(channel=SUPPORT, ts=body["message"]["ts"])
        await ack()

    @app.event("app_home_opened")
    async def publish(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    @app.event("message")
    async def see(event: Json, client: AsyncWebClient) -> None:
        await client.reactions_add(channel=SUPPORT, timestamp=event["ts"], name="eyes")

    @app.event("reaction_added")
    async def enjoy(ack: AsyncAck) -> None:
        await ack()

    @app.event("reaction_removed")
    async def share(client: AsyncWebClient) -> None:
        await client.files_upload_v2(channel=SUPPORT, filename="week.txt", content="good")

    return app


ASYNC = {"aiohttp": AiohttpHandler, "websockets": WebsocketsHandler}
SYNC = {"builtin": SocketModeHandler, "websocket_client": WebsocketClientHandler}


async def run_async(name: str, token: str, address: str, app_token: str) -> None:
    app = async_bot(AsyncWebClient(token, base_url=address))
    await ASYNC[name](app, app_token, ping_interval=1).start_async()


def main(name: str) -> None:
    token, address = os.environ.pop("SLACK_BOT_TOKEN"), os.environ["SLACK_API_URL"]
    app_token = os.environ["SLACK_APP_TOKEN"]
    if name in ASYNC:
        asyncio.run(run_async(name, token, address, app_token))
    else:
        app = sync_bot(WebClient(token, base_url=address))
        SYNC[name](app, app_token, ping_interval=1).start()


if __name__ == "__main__":
    main(sys.argv[1])
