"""Messages of breaks: the agent's card, the question to leaders, and the line that leaders read."""

from dataclasses import dataclass
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock

from bot.escalation import models as escalation
from bot.escalation.models import Ask
from bot.features.breaks.models import Break, State
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention
from bot.slack.post import Post, context
from bot.text.formats import clock

OK, IN_A_WHILE, ANOTHER = "breaks:ok", "breaks:in_a_while", "breaks:another"
TAKE, DROP = "breaks:take", "breaks:drop"
ASKED = "I'm on it. I'll keep you posted in our DM."
WHY = (
    "You lead {channel} and you're at work. I ask one leader at a time; after 5 minutes I ask the next. If you say "
    "OK, I tell every leader at work."
)


@dataclass(frozen=True)
class View:
    """A break with the facts that the agent's card shows."""

    asked: Break
    agent: Person
    leader: Person | None = None
    now: datetime | None = None
    until: datetime | None = None
    """When the next leader is asked."""
    is_at_work: bool = True
    """Whether any leader is at work."""


def card(view: View) -> Post:
    """Build the agent's card about a break."""
    this, id = view.asked, str(view.asked.id)
    text = _headline(view)
    buttons: list[Element] = []
    if this.state == State.UNANSWERED:
        buttons = [
            Button("Take it now", action_id=TAKE, value=id, style="primary"),
            Button("Not now", action_id=DROP, value=id),
        ]
    elif this.state == State.ASKING:
        buttons = [Button("Never mind", action_id=DROP, value=id)]
    blocks: list[Block] = [SectionBlock(text, block_id="break")]
    return Post(text, [*blocks, *([ActionsBlock(buttons, block_id="answers")] if buttons else [])], card=this.card)


def _headline(view: View) -> str:
    this = view.asked
    match this.state:
        case State.ASKING:
            until = f" They have until {_clock(view, view.until)} to answer." if view.until else ""
            return f"I'm asking a leader about your {this.minutes} minutes off the queue.{until}"
        case State.UNANSWERED:
            if not view.is_at_work:
                return f"No leader is at work. If you need the {this.minutes} minutes, take them."
            return (
                f"No leader has said OK yet. If you need the {this.minutes} minutes, take them, and I'll tell the "
                "leaders at work."
            )
        case State.AGREED:
            who = f"{view.leader.shown} says OK. " if view.leader else ""
            starts = this.starts_at or this.asked_at
            span = f"until {_clock(view, this.ends_at)}"
            if view.now and starts > view.now:
                span = f"from {_clock(view, starts)} {span}"
            return f":coffee: {who}You're off the queue {span}."
        case _:
            return "OK, I've stopped asking. You can ask again any time."


def _clock(view: View, at: datetime | None) -> str:
    return clock(view.agent.local(at or view.asked.asked_at), view.agent.locale)


def ask(team: Team, asked_for: Break, asked: Ask, person: Person) -> Post:
    """Build the card that asks one leader to agree to a break."""
    id = str(asked.id)
    text = (
        f":coffee: {mention(asked_for.agent_id)} is asking for {asked_for.minutes} minutes off the queue. Is that OK?"
    )
    buttons: list[Element] = [
        Button("OK", action_id=OK, value=id, style="primary"),
        Button("In 10 min", action_id=IN_A_WHILE, value=id),
        Button("Ask another leader", action_id=ANOTHER, value=id),
    ]
    blocks: list[Block] = [
        SectionBlock(text, block_id="ask"),
        ActionsBlock(buttons, block_id="answers"),
        context(WHY.format(channel=f"<#{team.channel_id}>"), "why"),
    ]
    return Post(text, blocks, card=asked.card)


def closed(asked_for: Break, asked: Ask) -> Post:
    """Build a leader's card after the leader has answered, or once no answer is needed."""
    agent = mention(asked_for.agent_id)
    match asked.state:
        case escalation.State.DECLINED:
            text = "No problem. I'll ask someone else."
        case escalation.State.ACCEPTED:
            text = f"Thanks. I've told {agent}."
        case escalation.State.EXPIRED:
            text = f"You no longer need to answer {agent}'s request for a break."
        case _:
            text = f"You don't need to answer {agent}'s request for a break any more. Thanks."
    return Post(text, [SectionBlock(text, block_id="ask")], card=asked.card)


def break_notice(asked_for: Break, reader: Person, *, is_later: bool) -> Post:
    """Build the notice to a leader at work about an agent's break."""
    until = clock(reader.local(asked_for.ends_at), reader.locale)
    since = f"from {clock(reader.local(asked_for.starts_at or asked_for.asked_at), reader.locale)} " if is_later else ""
    return Post(f"{mention(asked_for.agent_id)} is off the queue {since}until {until}.")
