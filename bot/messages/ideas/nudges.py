"""Texts of reminders about unanswered ideas and ended experiments."""

from datetime import date
from typing import Any

from slackblocks import Button

from bot.followups.models import Kind
from bot.followups.rules import Step
from bot.messages.followups.endings import what_became
from bot.messages.followups.forms import action
from bot.messages.ideas.cards import LABELS
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.text.formats import on

LONGEST_QUOTE = 600


def unanswered_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask a leader to answer an idea."""
    many = facts["votes"]
    votes = f" ({count_noun(many, 'vote')})" if many else ""
    text = f"This idea from <#{team.channel_id}>{votes} is waiting for an answer. Answering takes 2 minutes."
    id = f"{nudge_id}:{facts['followup']}"
    return Item(
        f"{text}\n>{shortened(escape(facts['text']), LONGEST_QUOTE)}",
        "When an idea has had no answer for 3 working days, I remind one leader, then another each working day, "
        "starting with those I've reminded least often and who have taken on the least.",
        [
            Button(LABELS[Step.TAKE], action_id=action(Step.TAKE), value=id, style="primary"),
            Button(LABELS[Step.CLOSE], action_id=action(Step.CLOSE), value=id),
        ],
        became=what_became(Kind.IDEA, facts),
    )


def ask_lesson(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask the owner of an experiment what it showed."""
    day = on(date.fromisoformat(facts["ended_on"]))
    return Item(
        f"Your experiment was due to end on {day}. You wanted to know: "
        f"{shortened(escape(facts['question']), 300)} What did you learn?\n"
        f">{shortened(escape(facts['text']), LONGEST_QUOTE)}",
        "You're running this experiment, and it was due to end. If the idea is in the channel, I'll post what you "
        "learnt there, even if the experiment failed.",
        [
            Button("Share the lesson", action_id=action(Step.CLOSE), value=f"{nudge_id}:{facts['followup']}",
                   style="primary"),
        ],
        became=what_became(Kind.IDEA, facts),
    )  # fmt: skip
