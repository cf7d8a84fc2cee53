"""Texts of the nudges about one-on-ones: who is due, and the follow-up date of a note."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from slackblocks import Button

from bot.features.one_on_ones.settings import Settings
from bot.messages.one_on_ones.names import FOLLOWED, OPEN, PLANNED, PROPOSE, SKIP
from bot.nudges.cards import Item, Row
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention
from bot.text.formats import short

ANSWERS = {
    "proposed": "I've offered these times: {times}.",
    "planned": "Booked: {times}.",
    "met": "You've met.",
    "skipped": "Skipped. The next one is due by {due}.",
    "open": "Times already offered.",
}


def due_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """List the agents whose one-on-one is due, soonest first, each with buttons; later cards about them are short."""
    rows, answers, is_again = facts["rows"], facts["answers"], facts.get("again", False)
    how = " *Propose times* offers three times when you're both at work."
    return Item(
        "One-on-ones still to book:" if is_again else _heading(len(rows)) + how,
        f"You have one-on-ones with these people. {_reason(team)} To change that, see `/steward settings`, "
        "*One-on-ones*; `/1on1 @name` changes how often you two meet.",
        rows=[
            _row(nudge_id, row, answers.get(str(row["series"])), "" if is_again else _why(row, facts)) for row in rows
        ],
        brief=_heading(len(rows)),
    )


def _reason(team: Team) -> str:
    if Settings.of(team).offers:
        return (
            "I offer them times six days before one is due, and remind you when someone asks for one, or when no time "
            "was found."
        )
    return "I start reminding you on the Monday of the week before one is due, soonest first."


def _heading(people: int) -> str:
    return "You have a one-on-one to book." if people == 1 else f"You have {people} one-on-ones to book."


def _row(nudge_id: int, row: dict[str, Any], answer: dict[str, str] | None, why: str) -> Row:
    agent = f"*{mention(row['agent'])}*"
    if answer:
        return Row(f":white_check_mark: {agent}: {describe_answer(answer)}")
    return Row(f"{agent}{why}", answer_buttons(f"{nudge_id}:{row['series']}"))


def describe_answer(answer: Mapping[str, str]) -> str:
    """Return the leader's answer about one agent's one-on-one as text."""
    return ANSWERS[answer["is"]].format(**answer)


def answer_buttons(value: str, *, is_due: bool = True) -> list[Button]:
    """Build the leader's buttons for a pair; a one-on-one can be skipped only if it is due."""
    propose = Button("Propose times", action_id=PROPOSE, value=value, style="primary" if is_due else None)
    planned = Button("It's booked", action_id=PLANNED, value=value)
    return [propose, planned, *([Button("Not this time", action_id=SKIP, value=value)] if is_due else [])]


def _why(row: dict[str, Any], facts: dict[str, Any]) -> str:
    if row["asked"]:
        return " asked for a one-on-one."
    if row["missed"]:
        return ": the last one-on-one didn't happen."
    if not row["met"]:
        return f": first one-on-one {_due(row, facts)}."
    return f": one-on-one {_due(row, facts)}, last one {_days(row['days'])}."


def _due(row: dict[str, Any], facts: dict[str, Any]) -> str:
    if not row.get("due"):
        return "due"
    is_past = row["due"] < facts.get("said", "")[: len(row["due"])]
    return f"{'was due on' if is_past else 'due by'} {short(date.fromisoformat(row['due']), facts.get('locale', ''))}"


def _days(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


def follow_up_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Remind the author of a note about a one-on-one on its follow-up date."""
    other = mention(facts["other"])
    return Item(
        f"You wanted to come back to your note from the one-on-one with {other}. It takes a minute.",
        "You set this date when you wrote the note. Only you two can read it.",
        [
            Button("Open", action_id=OPEN, value=f"{nudge_id}:{facts['other']}", style="primary"),
            Button("Done", action_id=FOLLOWED, value=str(nudge_id)),
        ],
        brief=f"Come back to your note from the one-on-one with {other}.",
    )
