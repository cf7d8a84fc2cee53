"""Forged and repeated payloads of the pulse, as a client that is not Slack's could have them sent."""

import json
import secrets
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.messages.pulse import forms
from tests.handlers.drivers import settled
from tests.handlers.pulse.drivers import id_of
from tests.harness import Answer, Json, World


async def submit(world: World, name: str, round_id: object, values: Json, *, callback_id: str = forms.FORM) -> Answer:
    """Submit a form with these values and metadata, whatever form the person has open, and none at all."""
    blocks = [{"type": "input", "block_id": each} for each in values]
    state = {each: {each: value} for each, value in values.items()}
    view = {
        "id": f"V{secrets.token_hex(5).upper()}", "hash": "1.1", "type": "modal", "callback_id": callback_id,
        "blocks": blocks, "private_metadata": str(round_id), "state": {"values": state},
    }  # fmt: skip
    return await _deliver(world, name, {"type": "view_submission", "view": view})


async def press(world: World, name: str, action_id: str, value: object, *, message: Json | None = None) -> Answer:
    """Press a button with this value, on a message that may have been deleted."""
    action = {"type": "button", "action_id": action_id, "block_id": "answers", "value": str(value)}
    shown = {"message": message} if message else {}
    place = {"container": {"type": "message"}, "channel": {"id": "D0GONE0000"}, **shown}
    return await _deliver(world, name, {"type": "block_actions", "actions": [action], **place})


async def _deliver(world: World, name: str, payload: Json) -> Answer:
    id, team = await id_of(world, name), world.workspace.id
    trigger: Any = world.sandbox._workspace.triggers.make(id, None)
    sent = {"team": {"id": team}, "user": {"id": id, "team_id": team}, "trigger_id": trigger, "api_app_id": "A0STEWARD"}
    envelope = SocketModeRequest("interactive", "E1", payload | sent, accepts_response_payload=True)
    answer = await run_async_bolt_app(world.steward.bolt, envelope)
    await settled(world)
    return Answer({"ok": answer.status == 200, "ack": _read(answer.body)})


def _read(body: str | None) -> Json:
    found: Json = json.loads(body) if body and body.startswith("{") else {}
    return found


def rating(score: object) -> Json:
    return {"type": "radio_buttons", "selected_option": {"value": str(score)}}


def ratings(*scores: object) -> Json:
    """Return the values of a form with these ratings; None leaves one out."""
    rated = enumerate(scores)
    return {forms.score_block(number): rating(score) for number, score in rated if score is not None}


def text(words: str) -> Json:
    return {"type": "plain_text_input", "value": words}
