"""The question to one leader whether they can help, and what becomes of it."""

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.escalation.models import Ask, State
from bot.features.spikes.models import Kind, Spike, Stint
from bot.features.spikes.settings import SpikePreferences
from bot.messages.spikes.cards import CANNOT, CLEAR, DONE, JOIN, LONGER, SHADOW, how_over, number, queue_of
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.post import Post, context

WHY = (
    "You are asked since you lead {channel}, are at work, and it is your turn: who was with customers least in the "
    "last two weeks comes first. One leader at a time; after 5 minutes I ask the next. A no needs no reason, and "
    "nobody is told."
)
WHERE = {
    Kind.QUEUE: "You are in the queue for {}",
    Kind.SHADOW: "You sit beside somebody for {}",
    Kind.BLOCKER: "You clear a blocker for {}",
}


def ask(team: Team, spike: Spike, asked: Ask, person: Person) -> Post:
    """Can you help?"""
    id, may_answer = str(asked.id), SpikePreferences.of(person).may_answer
    size = f" at *{number(spike.value)}*" if spike.value is not None else " over its limit"
    limit = f" (its limit is {number(spike.threshold)})" if spike.threshold is not None and spike.value else ""
    what = "join for a while" if may_answer else "sit beside somebody for a while"
    text = f":rotating_light: {queue_of(spike)} in <#{team.channel_id}> is{size}{limit}. Could you {what}?"
    joins = [
        Button(f"Join {minutes} min", action_id=action, value=f"{id}:{minutes}", style="primary" if nth == 0 else None)
        for nth, (minutes, action) in enumerate(JOIN.items())
    ]
    others = [
        Button("Shadow instead" if may_answer else "Shadow 30 min", action_id=SHADOW, value=id),
        Button("Clear a blocker", action_id=CLEAR, value=id),
        Button("Can't now", action_id=CANNOT, value=id),
    ]
    blocks: list[Block] = [
        SectionBlock(text, block_id="ask"),
        ActionsBlock([*(joins if may_answer else []), *others], block_id="answers"),
        context(WHY.format(channel=f"<#{team.channel_id}>"), "why"),
    ]
    return Post(text, blocks, card=asked.card)


def closed(spike: Spike, asked: Ask) -> Post:
    """The same card, once no answer is needed any more."""
    match asked.state:
        case State.DECLINED:
            text = "That is fine; I ask somebody else. Thank you for saying so."
        case State.EXPIRED:
            text = f"I have gone on asking for {queue_of(spike)}. If you are free after all: `/queue join 30`."
        case _ if spike.is_over:
            text = f"{how_over(spike)} Nothing to do any more."
        case _:
            text = f"Somebody is with {queue_of(spike)} already. Nothing to do any more."
    return Post(text, [SectionBlock(text, block_id="ask")], card=asked.card)


def joined(spike: Spike | None, stint: Stint, person: Person) -> Post:
    """You are there: its buttons, on whichever card of theirs it has now."""
    text = f"{_where(spike, stint)}, until {person.local(stint.until):%H:%M}. Thank you; the team sees that it matters."
    return _with_buttons(stint, text)


def still_on(spike: Spike | None, stint: Stint) -> Post:
    """The time they named is over: are they still there?"""
    where = f" with {queue_of(spike)}" if spike else " with the queue"
    return _with_buttons(stint, f"Still on it{where}? Without a word I take it as done in ten minutes.")


def _with_buttons(stint: Stint, text: str) -> Post:
    id = str(stint.id)
    more = [Button(f"{each} min more", action_id=action, value=f"{id}:{each}") for each, action in LONGER.items()]
    buttons = ActionsBlock([Button("Done", action_id=DONE, value=id, style="primary"), *more], block_id="answers")
    return Post(text, [SectionBlock(text, block_id="stint"), buttons], card=stint.card)


def moved_on(stint: Stint) -> Post:
    """An older card of a stint, whose buttons stand on a newer one."""
    text = "Thank you for being there."
    return Post(text, [SectionBlock(text, block_id="stint")], card=stint.card)


def ended(spike: Spike | None, stint: Stint, *, by_itself: bool = False) -> Post:
    """It is over, and counted."""
    calm = f"{how_over(spike)} " if spike and spike.is_over else ""
    text = f":white_check_mark: {calm}{_thanks(stint.minutes)}"
    if by_itself and not calm:
        text = f":white_check_mark: I took it as done. {_thanks(stint.minutes)} Still there? `/queue join 30`."
    return Post(text, [SectionBlock(text, block_id="stint")], card=stint.card)


def _thanks(minutes: int) -> str:
    if minutes < 1:
        return "Thank you for coming!"
    return f"Thank you for your {minutes} minute{'' if minutes == 1 else 's'}; `/balance` counts them."


def _where(spike: Spike | None, stint: Stint) -> str:
    return WHERE[Kind(stint.kind)].format(queue_of(spike) if spike else "the team")
