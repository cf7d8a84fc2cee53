"""Ask a leader to come to an agent, and show the outcome to that leader."""

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock

from bot.escalation.models import Ask, State
from bot.features.hand_ups import models
from bot.features.hand_ups.models import HandUp
from bot.features.hand_ups.rules import answer_timeout
from bot.messages.hand_ups.cards import quoted
from bot.messages.hand_ups.names import ANOTHER, COMING, HERE, IN_A_WHILE, SORTED
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mention
from bot.slack.post import Post, context

WHY = (
    "You lead {channel} and {when}. I ask one leader at a time, starting with the one who had the least queue time in "
    "the last two weeks. After {minutes} minutes I ask the next. Nobody sees who said no."
)


def ask(team: Team, hand_up: HandUp, asked: Ask, person: Person) -> Post:
    """Build the card that asks one leader to come."""
    id = str(asked.id)
    text = f":raised_hand: {mention(hand_up.agent_id)} needs a leader. Can you come?"
    minutes = round(answer_timeout(hand_up).total_seconds() / 60)
    when = "you're at work" if not asked.with_others else "you're at work; I'm asking everyone else now"
    why = WHY.format(channel=f"<#{team.channel_id}>", when=when, minutes=minutes)
    buttons: list[Element] = [
        Button("Coming", action_id=COMING, value=id, style="primary"),
        Button("In 10 min", action_id=IN_A_WHILE, value=id),
        Button("Ask another", action_id=ANOTHER, value=id),
    ]
    blocks: list[Block] = [
        SectionBlock(f"{text}\n{quoted(hand_up.words)}", block_id="ask"),
        *([context(_facts(hand_up), "facts")] if _facts(hand_up) else []),
        ActionsBlock(buttons, block_id="answers"),
        context(why, "why"),
    ]
    return Post(text, blocks, card=asked.card)


def _facts(hand_up: HandUp) -> str:
    facts = ["A customer is waiting"] if hand_up.is_waiting else []
    if hand_up.ticket:
        facts.append(f"Ticket: {escape(hand_up.ticket)}")
    return " · ".join(facts)


def closed(hand_up: HandUp, asked: Ask) -> Post:
    """Build a leader's card for when their answer is not needed anymore."""
    agent, buttons = mention(hand_up.agent_id), False
    match asked.state:
        case State.DECLINED:
            text = "No problem. I'll ask someone else."
        case _ if hand_up.is_over:
            text = f"The hand-up of {agent} is over."
        case State.EXPIRED:
            text, buttons = (
                f"I'm asking someone else to help {agent}. If you can come after all, press the button.",
                True,
            )
        case _ if hand_up.state == models.State.HELD:
            text = f"{agent} has put this on hold."
        case _:
            text = f"Someone is coming to {agent} already. Thanks for checking."
    blocks: list[Block] = [SectionBlock(text, block_id="ask")]
    if buttons:
        blocks.append(ActionsBlock([Button("Coming", action_id=COMING, value=str(asked.id))], block_id="answers"))
    return Post(text, blocks, card=asked.card)


def helping(hand_up: HandUp, asked: Ask) -> Post:
    """Build the card of a leader who has said that they will come, and what is left of it in the end."""
    agent, id = mention(hand_up.agent_id), str(hand_up.id)
    buttons: list[Element] = [Button("Sorted", action_id=SORTED, value=id)]
    is_helper = hand_up.helper_id == asked.person_id
    if hand_up.is_over:
        return _plain(
            asked, f":white_check_mark: {_thanks(hand_up) if is_helper else f'{agent} has what they needed.'}"
        )
    if is_helper and hand_up.state == models.State.HERE:
        text = f"You're with {agent}. Press *Sorted* when you're done."
    elif is_helper or hand_up.later_id == asked.person_id:
        text = f"Thanks. {agent} knows that you're coming."
        buttons.insert(0, Button("I'm here", action_id=HERE, value=id, style="primary"))
    elif hand_up.state in (models.State.COMING, models.State.HERE):
        return _plain(asked, f"Someone else is with {agent} now. Thanks.")
    else:
        text = f"{agent} still needs someone, so I'm asking the next leader. If you're there, tell me."
        buttons = [Button("I'm here", action_id=HERE, value=id)]
    blocks: list[Block] = [
        SectionBlock(f"{text}\n{quoted(hand_up.words)}", block_id="ask"),
        ActionsBlock(buttons, block_id="answers"),
    ]
    return Post(text, blocks, card=asked.card)


def _plain(asked: Ask, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="ask")], card=asked.card)


def _thanks(hand_up: HandUp) -> str:
    minutes = helped_minutes(hand_up)
    if minutes < 1:
        return "Sorted. Thanks!"
    return f"Sorted. Thanks! I've added {count_noun(minutes, 'minute')} to your `/balance`."


def helped_minutes(hand_up: HandUp) -> int:
    """Return how many minutes the helper was with the agent; 0 until the hand-up has ended."""
    if hand_up.here_at is None or hand_up.ended_at is None:
        return 0
    return round((hand_up.ended_at - hand_up.here_at).total_seconds() / 60)
