"""Parsing of arguments: validates them against `methods.json`, and converts them to their types."""

import json
from pathlib import Path
from typing import Any

from sandbox.slack_types import Json, SlackError

FACTS: dict[str, Json] = json.loads(Path(__file__).parents[1].joinpath("methods.json").read_text())

STRUCTURED = {  # arguments that hold JSON: the expected type, and Slack's error for anything else
    "blocks": (list, "invalid_blocks_format"),
    "attachments": (list, "invalid_attachments"),
    "metadata": (dict, "invalid_metadata_format"),
    "view": (dict, "invalid_arguments"),
    "files": (list, "invalid_arguments"),
    "message": (dict, "invalid_arguments"),
}
TRUE, FALSE = ("true", "1", "True"), ("false", "0", "False", "")


def parse_arguments(method: str, said: dict[str, Any]) -> Json:
    """Return a method's known arguments, converted to their types; ignore unknown arguments, as Slack does.

    Raises `invalid_arguments` for a missing required argument or a value of the wrong type. An empty argument does not
    count as missing.
    """
    facts = FACTS[method]
    given = {name: value for name, value in said.items() if value is not None and name in facts["args"]}
    missing = [name for name in facts["required"] if name not in given]
    if missing:
        raise SlackError("invalid_arguments", *(f"[ERROR] missing required field: {name}" for name in missing))
    return {name: _typed(name, facts["args"][name], value) for name, value in given.items()}


def _typed(name: str, kind: str, value: Any) -> Any:
    if name in STRUCTURED:
        return _structured(name, value)
    if kind in ("number", "integer"):
        return _number(name, value)
    if kind == "boolean":
        return _boolean(name, value)
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    if isinstance(value, dict):
        raise SlackError("invalid_arguments", f"[ERROR] must be a string [json-pointer:/{name}]")
    return str(value)


def _structured(name: str, value: Any) -> Any:
    shape, error = STRUCTURED[name]
    if isinstance(value, str):
        if not value.strip():
            return shape()
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError(error) from None
    if not isinstance(value, shape):
        raise SlackError(error)
    return value


def _number(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SlackError("invalid_arguments", f"[ERROR] must be an integer [json-pointer:/{name}]") from None


def _boolean(name: str, value: Any) -> bool:
    word = str(value).lower() if isinstance(value, bool) else str(value)
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise SlackError("invalid_arguments", f"[ERROR] must be a boolean [json-pointer:/{name}]")
