"""Rendering of what people were shown in Slack, as text that can be compared between commits.

The text has each call's method, conversation and blocks, in order, without ids. After each line of a script,
conversations are sorted by name, and messages keep their order within a conversation. The outbox promises no order
between conversations.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.conversations import renames
from tests.harness import Json

SHOWN = re.compile(r"chat\.(post|update|delete)|views\.|reactions\.(add|remove)|files\.complete|response_url")
"""The API methods whose effect people see; methods that only read are left out."""
NAMED = ("action_id", "callback_id")
LEFT_OUT = ("block_id", "value", "private_metadata", "metadata", "focus_on_load", "external_id")
"""Ids and other fields that people do not see."""
IDS = re.compile(r"\bV[0-9A-Z]{8,}\b|\b\d{10}\.\d{6}\b|/hooks/(\w+)/[\w-]+|\bp\d{16}\b")
SECRET = re.compile(r"(?<![\w-])[\w-]{32,}")


def answer(said: Json) -> Iterator[str]:
    """Yield the transcript's lines for Slack's immediate answer to a person."""
    if not said["ok"]:
        yield f"  Slack answers {said['error']}"
    ack = said.get("ack") or {}
    if errors := ack.get("errors"):
        yield f"  errors {_json(errors)}"
    elif view := ack.get("view"):
        yield from _body(f"  {ack['response_action']}", view)
    elif ack.get("response_action"):
        yield f"  {ack['response_action']}"
    elif ack:
        yield from _body("  answer", ack)
    if "options" in said:
        yield f"  options {_json([each['text']['text'] for each in said['options']])}"


def calls(made: list[Json], names: dict[str, str]) -> Iterator[str]:
    """Yield the transcript's lines for the bot's API calls whose effect people see."""
    found = [(_conversation(call["args"], names), call) for call in made if SHOWN.match(call["method"])]
    for where, call in sorted(found, key=lambda each: each[0]):
        error = call["answer"].get("error")
        yield from _body(f"  {where} {call['method']}{f' refused: {error}' if error else ''}", _said(call["args"]))


def _conversation(said: Json, names: dict[str, str]) -> str:
    place = str(said.get("channel") or said.get("channel_id") or said.get("user_id") or "")
    where = names.get(place, place or "a form")
    thread = " in a thread" if said.get("thread_ts") else ""
    return f"{where}{thread}" + (f" for {names.get(said['user'], said['user'])}" if said.get("user") else "")


def _said(said: Json) -> Json:
    """Return the view or message of an API call, with its JSON strings parsed."""
    parsed = {key: _parsed(value) for key, value in said.items()}
    return parsed.get("view") or parsed


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value


def _body(head: str, said: Json) -> Iterator[str]:
    title = (said.get("title") or {}).get("text", "") if isinstance(said.get("title"), dict) else said.get("title", "")
    buttons = [said[key]["text"] for key in ("submit", "close") if isinstance(said.get(key), dict)]
    name = renames.recorded_name(said["callback_id"]) if said.get("callback_id") else ""
    about = [part for part in (name, title, *buttons, said.get("name", "")) if part]
    text = said.get("text") or ""
    yield _clean(" ".join([head, *([f"[{' | '.join(about)}]"] if about else []), *text.splitlines()[:1]]))
    for line in text.splitlines()[1:]:
        yield _clean(f"    {line}")
    for block in said.get("blocks") or []:
        yield _clean(f"    {_json(_bare(block))}")


def _bare(value: Any) -> Any:
    """Return a block without its ids, and with its text objects as plain strings."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") in ("plain_text", "mrkdwn") and "text" in value:
        return value["text"]
    return {
        key: renames.recorded_name(each) if key in NAMED else _bare(each)
        for key, each in value.items()
        if key not in LEFT_OUT
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _clean(line: str) -> str:
    return SECRET.sub("…", IDS.sub(lambda found: f"/hooks/{found[1]}/…" if found[1] else "#", line)).rstrip()
