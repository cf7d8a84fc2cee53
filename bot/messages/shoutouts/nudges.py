"""Texts of the nudges about shout-outs, and the question for a quiet channel."""

from datetime import datetime
from typing import Any

from slackblocks import Button, SectionBlock

from bot.followups.models import Kind
from bot.messages.shoutouts.cards import MAKE, SEE
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, mentions, shortened
from bot.slack.post import Post

QUESTIONS = (
    "Who made your week easier, and how?",
    "Which customer were you glad to help recently?",
    "What did a teammate do recently that you'd like to learn from?",
    "What small thing worked well this week?",
    "Who helped you when you were stuck?",
    "What made you smile when you talked to a customer?",
    "Who helped quietly behind the scenes recently?",
    "What would you like to see more of in this channel?",
)


def quiet_question(at: datetime) -> Post:
    """Ask a quiet channel a question, a different one each week."""
    asked = QUESTIONS[at.toordinal() // 7 % len(QUESTIONS)]
    text = f"It's been quiet here, so here's a question: {asked}"
    return Post(text, [SectionBlock(f":speech_balloon: {text}", block_id="question")])


def casual_thanks_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Offer to turn casual thanks in a message into a shout-out."""
    asked = f"You just thanked {mentions(facts['people'])} in <#{team.channel_id}>. Make it a shout-out?"
    return Item(
        f"{asked} It takes half a minute.",
        f"*Listen for thanks* is on in <#{team.channel_id}>, so I offer this to people who thank someone there. Only "
        "you see it. Leaders can turn it off in `/steward settings`, *Shout-outs*.",
        [
            Button("Make it a shout-out", action_id=MAKE, value=str(nudge_id), style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
        brief=asked,
    )


def unthanked_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Tell a leader which people have not been thanked for a while."""
    channel, days, people = f"<#{team.channel_id}>", facts["days"], facts["people"]
    whom = "them" if len(people) == 1 else "one of them"
    told = f"Nobody has thanked {mentions(people, 'or')} in {channel} in the last {days} working days."
    reasons = [_reason(each) for each in facts.get("reasons", [])]
    end = "It only takes a minute to say thanks." if reasons else ONLY_A_MINUTE
    return Item(
        "\n".join([told, *reasons, end]) if reasons else f"{told} {end}",
        f"You lead {channel}. At most once a week, I tell its leaders, and nobody else, who hasn't been thanked in "
        f"the last {days} working days. Leaders can change the number in `/steward settings`, *Shout-outs*.",
        [
            Button(f"Thank {whom}", action_id=SEE, value=str(nudge_id), style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
        brief=told,
    )


ONLY_A_MINUTE = "If you've seen them do good work, it only takes a minute to say so."
LONGEST_TEXT = 80


def _reason(facts: dict[str, Any]) -> str:
    """Say what somebody did that is a reason to thank them."""
    who, text = mention(facts["who"]), escape(shortened(facts["text"], LONGEST_TEXT))
    what = f"An idea from {who} was put into practice" if facts["kind"] == Kind.IDEA else f"{who} raised a roadblock"
    return f"• {what}: “{text}”"
