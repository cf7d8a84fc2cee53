"""Cards that ask a leader to come to an agent, and that show the leader what came of it."""

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock

from bot.escalation import leaders
from bot.escalation.models import Ask, State
from bot.features.hand_ups import models
from bot.features.hand_ups.models import HandUp
from bot.features.hand_ups.rules import answer_timeout, is_helped
from bot.features.hand_ups.settings import Settings
from bot.messages.hand_ups.cards import quoted
from bot.messages.hand_ups.names import ANOTHER, COMING, HERE, IN_A_WHILE, SORTED
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mention
from bot.slack.post import Post, context

WHY = (
    "You lead {channel} and you're at work. I ask one leader at a time, starting with {first}. After {minutes} minutes "
    "I ask the next. Nobody sees who said no."
)
OWN_FIRST = "the agent's own leader"
LEAST_TIME_FIRST = "whoever has spent the least time with customers in the last two weeks"
WHY_EVERYBODY = (
    "You lead {channel} and you're at work. A customer is waiting, so I'm asking all the other leaders at work "
    "now. Nobody sees who said no."
)
WHY_OFF_WORK = (
    "You're a deputy in {channel}. No leader at work could come, so {agent} asked for the deputies, even outside their "
    "working hours. Nobody sees who said no."
)


def ask(team: Team, hand_up: HandUp, asked: Ask, person: Person) -> Post:
    """Build the card that asks one leader to come."""
    id = str(asked.id)
    text = f":raised_hand: {mention(hand_up.agent_id)} needs a leader. Can you come?"
    buttons: list[Element] = [
        Button("Coming", action_id=COMING, value=id, style="primary"),
        Button("In 10 min", action_id=IN_A_WHILE, value=id),
        Button("Ask another leader", action_id=ANOTHER, value=id),
    ]
    blocks: list[Block] = [
        SectionBlock(f"{text}\n{quoted(hand_up.words)}", block_id="ask"),
        *([context(_facts(hand_up), "facts")] if _facts(hand_up) else []),
        ActionsBlock(buttons, block_id="answers"),
        context(_why(team, hand_up, asked, person), "why"),
    ]
    return Post(text, blocks, card=asked.card)


def _why(team: Team, hand_up: HandUp, asked: Ask, person: Person) -> str:
    channel, agent = f"<#{team.channel_id}>", mention(hand_up.agent_id)
    if not leaders.is_at_work_now(team, person, asked.asked_at):
        return WHY_OFF_WORK.format(channel=channel, agent=agent)
    if asked.with_others:
        return WHY_EVERYBODY.format(channel=channel)
    first = OWN_FIRST if Settings.of(team).own_leader_first else LEAST_TIME_FIRST
    minutes = round(answer_timeout(hand_up).total_seconds() / 60)
    return WHY.format(channel=channel, first=first, minutes=minutes)


def _facts(hand_up: HandUp) -> str:
    facts = ["A customer is waiting"] if hand_up.is_waiting else []
    if hand_up.ticket:
        facts.append(f"Ticket: {escape(hand_up.ticket)}")
    return " · ".join(facts)


def closed(hand_up: HandUp, asked: Ask) -> Post:
    """Build a leader's card once the answer is no longer needed, or has not been given in time."""
    agent = mention(hand_up.agent_id)
    if hand_up.is_over:
        return _plain(asked, f"{agent}'s hand-up is closed.")
    if is_helped(hand_up):
        return _plain(asked, _someone_else(hand_up))
    match asked.state:
        case State.DECLINED:
            return _plain(asked, "No problem. I'll ask someone else.")
        case State.EXPIRED:
            text = f"{agent} may still need a leader. Can you come after all? Press *Coming*."
            button = Button("Coming", action_id=COMING, value=str(asked.id))
            return Post(
                text, [*_plain(asked, text).blocks, ActionsBlock([button], block_id="answers")], card=asked.card
            )
        case _ if hand_up.state == models.State.HELD:
            return _plain(asked, f"{agent} has paused the hand-up.")
        case _:
            return _plain(asked, f"You don't need to answer {agent} any more. Thanks.")


def _someone_else(hand_up: HandUp) -> str:
    is_here = hand_up.state == models.State.HERE
    return f"Someone is already {'with' if is_here else 'on their way to'} {mention(hand_up.agent_id)}. Thanks."


def helper_card(hand_up: HandUp, asked: Ask, *, leads: bool = True) -> Post:
    """Build the card of a leader who has agreed to come, until and after the hand-up ends.

    If the person no longer `leads` the team, the card leaves out the agent's text.
    """
    agent, id = mention(hand_up.agent_id), str(hand_up.id)
    is_helper = hand_up.helper_id == asked.person_id
    if hand_up.is_over:
        return _plain(asked, _thanks(hand_up) if is_helper else f"{agent}'s hand-up is closed. Thanks.")
    if not leads:
        return _plain(asked, f"You no longer lead that team, so I'm asking the other leaders to help {agent}.")
    if is_helped(hand_up) and not is_helper:
        return _plain(asked, _someone_else(hand_up))
    buttons: list[Element] = [Button("I'm here", action_id=HERE, value=id, style="primary")]
    if is_helper and hand_up.state == models.State.HERE:
        text = f"You're with {agent}. Press *Sorted* when you're done."
        buttons = [Button("Sorted", action_id=SORTED, value=id)]
    elif is_helper:
        text = f"Thanks. {agent} knows that you're coming."
        buttons.append(Button("Sorted", action_id=SORTED, value=id))
    elif hand_up.later_id == asked.person_id:
        text = (
            f"Thanks. {agent} knows that you can come in 10 minutes. A customer is waiting, so I'm still asking others."
        )
    else:
        text = f"{agent} is still waiting for someone. If you're there, press *I'm here*."
    blocks: list[Block] = [
        SectionBlock(f"{text}\n{quoted(hand_up.words)}", block_id="ask"),
        ActionsBlock(buttons, block_id="answers"),
    ]
    return Post(text, blocks, card=asked.card)


def _plain(asked: Ask, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="ask")], card=asked.card)


def _thanks(hand_up: HandUp) -> str:
    """Thank the helper, and name the time that counts toward their balance."""
    is_sorted = hand_up.ending in (models.Ending.BY_AGENT, models.Ending.BY_LEADER)
    said = ":white_check_mark: Sorted." if is_sorted else f"{mention(hand_up.agent_id)}'s hand-up is closed."
    minutes = helped_minutes(hand_up)
    added = f" I've added {count_noun(minutes, 'minute')} to your `/balance`." if minutes else ""
    return f"{said} Thanks!{added}"


def helped_minutes(hand_up: HandUp) -> int:
    """Return how many minutes the helper was with the agent; 0 until the hand-up has ended."""
    if hand_up.here_at is None or hand_up.ended_at is None:
        return 0
    return round((hand_up.ended_at - hand_up.here_at).total_seconds() / 60)
