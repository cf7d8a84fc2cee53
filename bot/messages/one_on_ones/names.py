"""Slack ids of the buttons, forms and fields of one-on-ones, and the actions of `/1on1`."""

from enum import StrEnum


class Act(StrEnum):
    """An action of `/1on1` on one pair."""

    OPEN = "open"
    TOPIC = "topic"
    ASK = "ask"
    DONE = "done"


PROPOSE = "one_on_ones:propose"
PLANNED = "one_on_ones:planned"
SKIP = "one_on_ones:skip"
PICK = "one_on_ones:pick"
"""The prefix of an action id, followed by the index of the picked time."""
OTHERS = "one_on_ones:others"
MOVE = "one_on_ones:move"
MET = "one_on_ones:met"
SKIPPED = "one_on_ones:skipped"
OPEN = "one_on_ones:open"
FOLLOWED = "one_on_ones:followed"

PLANNED_FORM = "one_on_ones:planned_form"
MOVE_FORM = "one_on_ones:move_form"
PAIR_FORM = "one_on_ones:pair_form"
PARTNER_FORM = "one_on_ones:partner_form"

TOPIC = "topic"
TALKED = "talked"
NOTE = "note"
FOLLOW_UP = "follow_up"
RULE = "rule"
PROMISE = "promise"
BY = "promise_by"
ROADBLOCK = "roadblock"
IDEA = "idea"
WHOM = "whom"
SAID = "said"
