"""The leader's card of those who are due, and the note that asks to be looked at again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from slackblocks import Button

from bot.messages.one_on_ones.names import FOLLOWED, OPEN, PLANNED, PROPOSE, SKIP
from bot.messages.times import on
from bot.nudges.cards import Item, Row
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention

ANSWERS = {
    "proposed": "I have asked them which time suits: {times}.",
    "planned": "Planned, {times}.",
    "met": "You have met.",
    "skipped": "Not this time; they are due again by {due}.",
    "open": "They have times to choose from already.",
}


def due(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Who is due, soonest first, each with what can be done about it."""
    rows, answers = facts["rows"], facts["answers"]
    return Item(
        f"{_heading(len(rows))} *Propose times* takes one press: I suggest three times in the hours of you both, and "
        "they pick one.",
        "You have one-on-ones with these people. I remind you from the Monday before the week in which they are due, "
        "so that both of you find a time; soonest due first, and of no more in a week than `/steward settings`, "
        "*One-on-ones*, says. `/1on1 @name` changes how often the two of you meet.",
        rows=[_row(nudge_id, row, answers.get(str(row["series"]))) for row in rows],
    )


def _heading(people: int) -> str:
    return "Your one-on-one to plan." if people == 1 else f"Your {people} one-on-ones to plan."


def _row(nudge_id: int, row: dict[str, Any], answer: dict[str, str] | None) -> Row:
    told = f"*{mention(row['agent'])}* {_why(row)}"
    if answer:
        return Row(f"{told}\n:white_check_mark: {answer_told(answer)}")
    return Row(told, buttons(f"{nudge_id}:{row['series']}"))


def answer_told(answer: Mapping[str, str]) -> str:
    """Return what a leader has done about somebody, in a sentence."""
    return ANSWERS[answer["is"]].format(**answer)


def buttons(value: str, *, is_due: bool = True) -> list[Button]:
    """What a leader can do about somebody; one who is not due need not be left out."""
    propose = Button("Propose times", action_id=PROPOSE, value=value, style="primary" if is_due else None)
    planned = Button("Already planned", action_id=PLANNED, value=value)
    return [propose, planned, *([Button("Not this time", action_id=SKIP, value=value)] if is_due else [])]


def _why(row: dict[str, Any]) -> str:
    if row["asked"]:
        return "asked for one."
    if row["missed"]:
        return "comes first: the last one did not happen."
    if not row["met"]:
        return f"has not had one with you yet{_by(row)}."
    return f"had the last one {_days(row['days'])}{_by(row)}."


def _by(row: dict[str, Any]) -> str:
    return f"; due by {on(date.fromisoformat(row['due']))}" if row.get("due") else ""


def _days(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


def follow_up(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """The day has come to which a note was put."""
    other = mention(facts["other"])
    return Item(
        f"Today is the day you wanted to come back to your note about the one-on-one with {other}. It takes a minute.",
        "You wrote a note for the two of you and gave it this day. Only you two can read it.",
        [
            Button("Open it", action_id=OPEN, value=f"{nudge_id}:{facts['other']}", style="primary"),
            Button("Done", action_id=FOLLOWED, value=str(nudge_id)),
        ],
    )
