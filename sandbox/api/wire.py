"""What a Web API request says, however the client wrote it: query, form, JSON, or nothing at all."""

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.shapes import SlackError

JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"


async def said(request: Request) -> dict[str, Any]:
    """The arguments as they came, a token among them if it was sent there."""
    given: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    if request.method != "POST":
        return given
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind == "multipart/form-data":
        return given | {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    if not body.strip():
        return given
    if kind == JSON_TYPE:
        return given | _json(body)
    if kind == FORM_TYPE:
        return given | dict(parse_qsl(_text(body), keep_blank_values=True))
    raise SlackError("invalid_post_type" if kind else "missing_post_type")


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise SlackError("invalid_charset") from None


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(_text(body))
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(found, dict):
        raise SlackError("json_not_object")
    return found


def bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token else None
