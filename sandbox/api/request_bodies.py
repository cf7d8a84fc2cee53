"""Parsing of HTTP requests: arguments from the query, a form, multipart or JSON; uploaded content; credentials."""

import base64
import json
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.slack_types import Json, SlackError

JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


async def said(request: Request, *, takes_json: bool = True) -> dict[str, Any]:
    """Return a request's raw arguments, including `token` if the client sent it as an argument.

    If `takes_json` is false, for methods that only accept forms, arguments in a JSON body are ignored.
    """
    given: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    if request.method != "POST":
        return given
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if not body.strip():
        return given
    if kind == MULTIPART:
        return given | {name: _text(value) for name, value in _parts(request.headers["content-type"], body)}
    if kind == JSON_TYPE:
        found = _json(body)
        return given | found if takes_json else given
    if kind == FORM_TYPE:
        return given | dict(parse_qsl(_text(body), keep_blank_values=True))
    raise SlackError("invalid_post_type" if kind else "missing_post_type")


def warnings(request: Request, answer: Json) -> Json:
    """Return Slack's warning about the charset: JSON should declare one, and a form should not."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    has_charset = "charset" in rest
    remark = {
        JSON_TYPE: not has_charset and "missing_charset",
        FORM_TYPE: has_charset and "superfluous_charset",
    }
    if not (said := remark.get(kind.strip().lower())):
        return {}
    more = answer.get("response_metadata", {})
    return {"warning": said, "response_metadata": {**more, "warnings": [said]}}


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


def _parts(kind: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            yield str(name), content


def uploaded(kind: str, body: bytes) -> bytes:
    """Return the content of an upload: the raw body, or the first part of a multipart form."""
    if kind.startswith(MULTIPART):
        return next((content for _, content in _parts(kind, body)), b"")
    return body


def client(request: Request) -> dict[str, str]:
    """Return the client id and secret of HTTP basic authentication, as arguments, or nothing."""
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        id, _, secret = base64.b64decode(encoded.strip()).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": id, "client_secret": secret}


def bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token else None
