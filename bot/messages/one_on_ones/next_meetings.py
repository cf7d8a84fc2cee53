"""Build what the card of a one-on-one that has ended says about the next one, and the leader's button to book it."""

from collections.abc import Mapping

from slackblocks import Button

from bot.features.one_on_ones.rules import may_book_next
from bot.meetings.models import Meeting, State
from bot.meetings.rules import Pair
from bot.messages.one_on_ones.names import PROPOSE
from bot.slack.mrkdwn import mention

NEXT = {
    "proposed": "I've offered {agent} these times{what_for}: {times}. I'll tell you when {agent} picks one.",
    "planned": "The next one is booked for {times}.",
    "met": "You've met since.",
    "skipped": "The next one is due by {due}.",
    "open": "I've already offered {agent} times for the next one.",
}
"""What became of the next one-on-one, by the leader's answer about it."""


def next_text(pair: Pair, meeting: Meeting, answer: Mapping[str, str] | None) -> str:
    """Return what the leader answered about the one-on-one after `meeting`; empty if they have not answered yet."""
    if not answer:
        return ""
    what_for = " for the next one" if meeting.state == State.MET else ""
    return NEXT[answer["is"]].format(agent=mention(pair.attendee.id), what_for=what_for, **answer)


def propose_button(pair: Pair, meeting: Meeting) -> list[Button]:
    """Return the leader's button to book the one-on-one after `meeting`, which has ended; none if it is too early.

    The value of this button on other cards has a nudge, here none, and a series. Here it also has the ended meeting,
    whose card shows the answer.
    """
    if not may_book_next(pair, meeting):
        return []
    value = f"0:{pair.series.id}:{meeting.id}"
    return [Button("Propose times", action_id=PROPOSE, value=value)]
