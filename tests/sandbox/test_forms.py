"""Tests of the values that an app receives when people fill in and press block elements."""

from typing import Any

import pytest

from sandbox.blocks.defaults import completed
from sandbox.blocks.forms import chosen, elements, initial_values, with_action_ids
from sandbox.slack_types import SlackError
from tests.sandbox.good_blocks import BUTTON, FIELDS, IN_MESSAGES, SELECTS, actions, plain

Json = dict[str, Any]
THUMBS: Json = IN_MESSAGES[-1]["elements"][0] | {"action_id": "rate"}


def nobody(kind: str, ref: str) -> str:
    raise AssertionError(f"{kind} looked for {ref!r}")


@pytest.mark.parametrize("element", [*SELECTS, *FIELDS], ids=lambda element: str(element["type"]))
def test_cleared_element_has_the_same_state_as_an_untouched_element(element: Json) -> None:
    bare = {key: value for key, value in element.items() if not key.startswith("initial_")}
    [block] = with_action_ids(completed([actions(bare)]))
    untouched = initial_values([block])[block["block_id"]][block["elements"][0]["action_id"]]
    assert chosen(bare, None, nobody) == untouched


def test_feedback_button_sends_its_text_and_value() -> None:
    assert chosen(THUMBS, "0", nobody) == {"type": "feedback_buttons", "text": plain(), "value": "0"}
    with pytest.raises(SlackError, match="invalid_option"):
        chosen(THUMBS, "2", nobody)


def test_icon_button_can_be_pressed() -> None:
    assert chosen({"type": "icon_button"}, None, nobody) == {"type": "icon_button"}


def test_buttons_inside_cards_carousels_and_containers_can_be_pressed() -> None:
    card = {"type": "card", "title": plain(), "actions": [BUTTON]}
    inside = {"type": "container", "title": plain(), "child_blocks": [actions(BUTTON)]}
    blocks = with_action_ids(completed([card, {"type": "carousel", "elements": [card, card]}, inside]))
    found = list(elements(blocks))
    assert len(found) == 4
    assert len({block["block_id"] for block, _ in found}) == 4
