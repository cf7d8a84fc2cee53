"""One small bot, written for Bolt and for Bolt's async twin, over each Socket Mode client they ship."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any

import aiohttp
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as AiohttpHandler
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler as WebsocketClientHandler
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler as WebsocketsHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox

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
HOME: Json = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hello"}}]}
ERRORS = {"reason": "Say a little more"}
BUTTON: Json = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "undo", "text": {"type": "plain_text", "text": "Undo"}}],
}


def is_short(view: Json) -> bool:
    return len(view["state"]["values"]["reason"]["words"]["value"]) < 4


def sync_bot(sandbox: Sandbox, heard: list[str]) -> App:
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
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
        client.chat_postMessage(channel="C0HARBOURS", text="Thanks", blocks=[BUTTON])
        ack()

    @app.action("undo")
    def undo(ack: Ack, body: Json, client: WebClient) -> None:
        client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])
        ack()

    @app.event("app_home_opened")
    def publish(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=HOME)

    @app.event("reaction_added")
    def share(event: Json, client: WebClient) -> None:
        client.files_upload_v2(channel=event["item"]["channel"], filename="week.txt", content="good")

    @app.event("message")
    def hear(event: Json) -> None:
        heard.append(event.get("text", ""))

    return app


def async_bot(client: AsyncWebClient, heard: list[str]) -> AsyncApp:
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
        await client.chat_postMessage(channel="C0HARBOURS", text="Thanks", blocks=[BUTTON])
        await ack()

    @app.action("undo")
    async def undo(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])
        await ack()

    @app.event("app_home_opened")
    async def publish(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    @app.event("reaction_added")
    async def share(event: Json, client: AsyncWebClient) -> None:
        await client.files_upload_v2(channel=event["item"]["channel"], filename="week.txt", content="good")

    @app.event("message")
    async def hear(event: Json) -> None:
        heard.append(event.get("text", ""))

    return app


@asynccontextmanager
async def sync_running(sandbox: Sandbox, heard: list[str], kind: Callable[..., Any]) -> AsyncIterator[None]:
    app = await asyncio.to_thread(sync_bot, sandbox, heard)
    handler = kind(app, sandbox.app_token, ping_interval=1)
    await asyncio.to_thread(handler.connect)
    try:
        yield
    finally:
        Thread(target=handler.close, daemon=True).start()  # takes these clients up to ten seconds


@asynccontextmanager
async def async_running(sandbox: Sandbox, heard: list[str], kind: Callable[..., Any]) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        handler = kind(async_bot(client, heard), sandbox.app_token, ping_interval=1)
        await handler.connect_async()
        try:
            yield
        finally:
            await handler.close_async()


CLIENTS = {
    "aiohttp": (async_running, AiohttpHandler),
    "websockets": (async_running, WebsocketsHandler),
    "builtin": (sync_running, SocketModeHandler),
    "websocket_client": (sync_running, WebsocketClientHandler),
}
