"""Find the buttons, menus and pickers in blocks, with the call of the sandbox's controls that uses each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.slack.post import LINK, MENU
from sandbox.blocks import forms
from tests.harness import Json

IDS = re.compile(r"\b[UCDBTSV]0[A-Z0-9]{4,}|\d+|\b[0-9a-f]{16,}")
MOST_OPTIONS = 5
TYPED = re.compile(r"`(/\w+[^`\n]*)`")
PLAIN = {
    "users_select": "ben", "multi_users_select": ["ben"], "channels_select": "queue-alerts",
    "conversations_select": "queue-alerts", "timepicker": "11:00", "plain_text_input": "FIRING phones: 40",
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """An action of a person: a control of the sandbox, and its arguments apart from the person."""

    control: str
    kind: str
    """A name shared by all actions that look alike."""
    said: Json = field(compare=False)

    @property
    def name(self) -> str:
        """The action id of the pressed button, also if it was chosen in a menu; empty for other acts."""
        pressed = self.said.get("action_id", "")
        chosen = str(self.said.get("value")).partition(" ")[0]
        return chosen if pressed == MENU and chosen != LINK else pressed


def shape(words: Any) -> str:
    """Return a text with IDs and numbers masked, so that similar controls get the same name."""
    return IDS.sub("#", str(words))


def presses(blocks: list[Json], where: Json, surface: str) -> Iterator[Act]:
    """Yield an action for each button, option and picker of a message or view."""
    fields = {id(block["element"]): block for block in blocks if block["type"] == "input"}
    for block, element in forms.elements(blocks):
        own = fields.get(id(element))
        if own and not own.get("dispatch_action"):
            continue
        for look, value in _values(element):
            ids = {"block_id": block["block_id"], "action_id": element["action_id"], "value": value}
            kind = f"{surface} {block_kind(block)} {element['action_id']} {shape(look)}"
            yield Act("actions", kind, where | ids)


def block_kind(block: Json) -> str:
    return shape(block["block_id"])


def _values(element: Json) -> list[tuple[str, Any]]:
    """Return the values that an element can send, each with a label that tells it apart."""
    kind = element["type"]
    if kind == "button":
        return [(element.get("value", ""), element.get("value"))]
    if options := options_of(element)[:MOST_OPTIONS]:
        found = [(option["text"]["text"], option["value"]) for option in options]
        return [(look, [value]) for look, value in found] if kind in forms.MANY_OPTIONS else found
    return [("", PLAIN[kind])] if kind in PLAIN else []


def options_of(element: Json) -> list[Json]:
    groups = [group["options"] for group in element.get("option_groups", [])]
    return [*element.get("options", []), *(option for group in groups for option in group)]


def commands(shown: Any) -> set[str]:
    """Return every command that the bot shows in backticks for people to type."""
    return set(TYPED.findall(str(shown)))
