"""Slack ids of one-on-ones' buttons, forms and fields, and the words of the command."""

from enum import StrEnum


class Act(StrEnum):
    """What can be done for one pair."""

    OPEN = "open"
    TOPIC = "topic"
    ASK = "ask"
    DONE = "done"


PROPOSE = "oneonones:propose"
PLANNED = "oneonones:planned"
SKIP = "oneonones:skip"
PICK = "oneonones:pick"
"""With the number of the time behind it."""
OTHERS = "oneonones:others"
MOVE = "oneonones:move"
MET = "oneonones:met"
SKIPPED = "oneonones:skipped"
OPEN = "oneonones:open"
FOLLOWED = "oneonones:followed"

PLANNED_FORM = "oneonones:planned_form"
MOVE_FORM = "oneonones:move_form"
PAIR_FORM = "oneonones:pair_form"
PARTNER_FORM = "oneonones:partner_form"

TOPIC = "topic"
TALKED = "talked"
NOTE = "note"
FOLLOW_UP = "follow_up"
RULE = "rule"
WHOM = "whom"
SAID = "said"
