"""Ask a leader to help with a spike, and show the outcome of the request and of the stint (the time spent helping)."""

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.escalation.models import Ask, State
from bot.features.spikes.models import Kind, Spike, Stint
from bot.features.spikes.settings import SpikePreferences
from bot.messages.spikes.cards import CANNOT, CLEAR, DONE, JOIN, LONGER, SHADOW, how_busy, how_spike_ended, queue_of
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun
from bot.slack.post import Post, button_rows, context
from bot.text.formats import clock, number

WHY = (
    "You lead {channel} and you're at work. I ask one leader at a time, starting with whoever has spent the "
    "least time helping in the queue in the last two weeks. After 5 minutes I ask the next. Nobody sees who said no."
)
WHERE = {
    Kind.QUEUE: "You're in the{} queue",
    Kind.SHADOW: "You're sitting with an agent in the{} queue",
    Kind.BLOCKER: "You're clearing a roadblock for the{} queue",
}


def ask(team: Team, spike: Spike, asked: Ask, person: Person) -> Post:
    """Build the card that asks one leader to help."""
    id, may_answer = str(asked.id), SpikePreferences.of(person).may_answer
    limit = number(spike.threshold, person.locale) if spike.threshold is not None else ""
    size = "over its limit" if spike.value is None else how_busy(spike.value, limit, locale=person.locale)
    what = "join for a while" if may_answer else "sit with an agent for a while"
    text = f":rotating_light: {queue_of(spike)} in <#{team.channel_id}> is {size}. Can you {what}?"
    joins = [
        Button(f"Join {minutes} min", action_id=action, value=f"{id}:{minutes}", style="primary" if nth == 0 else None)
        for nth, (minutes, action) in enumerate(JOIN.items())
    ]
    others = [
        Button("Shadow instead" if may_answer else "Shadow 30 min", action_id=SHADOW, value=id),
        Button("Clear a roadblock", action_id=CLEAR, value=id),
        Button("Not this time", action_id=CANNOT, value=id),
    ]
    blocks: list[Block] = [
        SectionBlock(text, block_id="ask"),
        *button_rows([*(joins if may_answer else []), *others], "answers"),
        context(WHY.format(channel=f"<#{team.channel_id}>"), "why"),
    ]
    return Post(text, blocks, card=asked.card)


def closed(spike: Spike, asked: Ask) -> Post:
    """Build the card that asked a leader to help with a spike, as it looks once the request is over."""
    match asked.state:
        case State.DECLINED:
            text = "No problem. I'll ask someone else."
        case State.EXPIRED:
            text = f"My request for help with {queue_of(spike)} has expired. Free after all? Type `/queue join 30`."
        case _ if spike.is_over:
            text = how_spike_ended(spike)
        case _:
            text = f"Someone is already helping with {queue_of(spike)}."
    return Post(text, [SectionBlock(text, block_id="ask")], card=asked.card)


def joined_card(spike: Spike | None, stint: Stint, person: Person) -> Post:
    """Confirm that a leader has joined the queue, with buttons to extend or end the stint."""
    text = f"{_where(spike, stint)} until {clock(person.local(stint.until), person.locale)}. Thanks!"
    return _with_buttons(stint, text)


def still_helping_question(spike: Spike | None, stint: Stint) -> Post:
    """Ask a leader whether they are still in the queue, because the planned time of their stint is up."""
    where = f" with {queue_of(spike)}" if spike else ""
    return _with_buttons(
        stint, f"Still helping{where}? If you don't answer within 10 minutes, I'll end your time in the queue."
    )


def _with_buttons(stint: Stint, text: str) -> Post:
    id = str(stint.id)
    more = [Button(f"{each} more min", action_id=action, value=f"{id}:{each}") for each, action in LONGER.items()]
    buttons = ActionsBlock([Button("Done", action_id=DONE, value=id, style="primary"), *more], block_id="answers")
    return Post(text, [SectionBlock(text, block_id="stint"), buttons], card=stint.card)


def replaced_stint_card(stint: Stint) -> Post:
    """Build an older card of a stint without its buttons, which are now on a newer card."""
    text = "Thanks for helping!"
    return Post(text, [SectionBlock(text, block_id="stint")], card=stint.card)


def ended_card(spike: Spike | None, stint: Stint, *, by_itself: bool = False) -> Post:
    """Build the card of a stint that has ended."""
    calm = f"{how_spike_ended(spike)} " if spike and spike.is_over else ""
    text = f":white_check_mark: {calm}{_thanks(stint.minutes)}"
    if by_itself and not calm:
        told = f":white_check_mark: I've ended your time in the queue. {_thanks(stint.minutes)}"
        text = f"{told} Still helping? Type `/queue join 30`."
    return Post(text, [SectionBlock(text, block_id="stint")], card=stint.card)


def _thanks(minutes: int) -> str:
    if minutes < 1:
        return "Thanks for stepping in!"
    return f"Thanks! I've added {count_noun(minutes, 'minute')} to your `/balance`."


def _where(spike: Spike | None, stint: Stint) -> str:
    return WHERE[Kind(stint.kind)].format(f" {queue_of(spike)}" if spike else "")
