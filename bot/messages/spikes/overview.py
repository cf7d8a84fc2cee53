"""Build the answer to `/queue`: each queue of a team, who is helping there, and what the reader can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.spikes.models import Spike
from bot.features.spikes.queries import Standing
from bot.features.spikes.settings import SpikePreferences
from bot.messages import errors
from bot.messages.spikes.cards import COME, IS_CALM, describe_queue, helper_without_spike
from bot.messages.spikes.lists import ALL_CALM
from bot.org.people import Person
from bot.slack.mrkdwn import escape, shortened
from bot.slack.post import Post, context
from bot.text.formats import clock

MOST = 8
"""How many queues over their limit get buttons; the others are only named."""
MOST_BLOCKS = 50
NEXT = "Call for help: `/queue spike phones 42 waiting`. All commands: `/queue help`."
NOT_WATCHING = "I'm not watching your queues right now"


@dataclass(frozen=True)
class View:
    """A team's queues, and the actions that the reader may take."""

    standing: Standing
    may_come: bool
    """Whether the reader leads the team and is not in a queue now."""
    may_calm: bool
    hand_ups: Sequence[Block] = ()
    """The section about the team's hand-ups, which only leaders see."""


def overview(views: Sequence[View], reader: Person, now: datetime, said: str = "") -> Post:
    """Build the list of queues for one reader; `said` confirms what the reader has just done."""
    blocks: list[Block] = [SectionBlock(said, block_id="said")] if said else []
    for view in views:
        blocks += _team(view, reader, now, is_alone=len(views) == 1)
    blocks = [*blocks[: MOST_BLOCKS - 1], context(NEXT, "next")]
    lines = [said, *(_line(view, now) for view in views), NEXT]
    return Post(shortened(" ".join(line for line in lines if line), 3000), blocks)


def _line(view: View, now: datetime) -> str:
    """Return the state of a team's queues as text."""
    team = view.standing.team
    return " ".join(
        [f"<#{team.channel_id}>:", *(_standing(view, each, now) for each in view.standing.spikes), _rest(view)]
    )


def _team(view: View, reader: Person, now: datetime, *, is_alone: bool) -> list[Block]:
    found, id = view.standing, view.standing.team.id
    blocks: list[Block] = [] if is_alone else [SectionBlock(f"*<#{found.team.channel_id}>*", block_id=f"team_{id}")]
    for spike in found.spikes[:MOST]:
        blocks += _spike(view, spike, reader, now)
    if more := found.spikes[MOST:]:
        names = ", ".join(f"*{escape(each.queue)}*" for each in more)
        blocks.append(SectionBlock(shortened(f"Also over the limit: {names}.", 2900), block_id=f"more_{id}"))
    calm: list[Block] = [SectionBlock(_calm(view), block_id=f"calm_{id}")]
    return [*blocks, *(errors.closed_warning(found.team, NOT_WATCHING) or calm), *view.hand_ups]


def _spike(view: View, spike: Spike, reader: Person, now: datetime) -> list[Block]:
    buttons = [_come(spike, reader)] if view.may_come else []
    if view.may_calm:
        buttons.append(Button("It's calm", action_id=IS_CALM, value=str(spike.id)))
    blocks: list[Block] = [SectionBlock(_standing(view, spike, now), block_id=f"spike_{spike.id}")]
    return [*blocks, ActionsBlock([*buttons], block_id=f"answers_{spike.id}")] if buttons else blocks


def _come(spike: Spike, reader: Person) -> Button:
    what = "Join 30 min" if SpikePreferences.of(reader).may_answer else "Shadow 30 min"
    return Button(what, action_id=COME, value=str(spike.id), style="primary")


def _standing(view: View, spike: Spike, now: datetime) -> str:
    return describe_queue(view.standing.team, spike, view.standing.of(spike), now)


def _rest(view: View) -> str:
    return f"{NOT_WATCHING}: {errors.CLOSED_CHANNEL}." if view.standing.team.is_closed else _calm(view)


def _calm(view: View) -> str:
    """Name the calm queues, and the leaders who are in a queue without a spike."""
    found = view.standing
    names = ", ".join(f"*{escape(each)}*" for each in found.calm)
    calm = f":white_check_mark: Calm: {names}." if names else "" if found.spikes else ALL_CALM
    alone = [helper_without_spike(found.team, each) for each in found.of(None)]
    return shortened(" ".join(each for each in (calm, *alone) if each) or "No other queue is over its limit.", 2900)


def home_section(views: Sequence[View], reader: Person, now: datetime) -> list[Block]:
    """Build a line on the Home tab for each queue over its limit; nothing while all are calm."""
    return [
        SectionBlock(
            _briefly(view, spike, now),
            block_id=f"spike_{spike.id}",
            accessory=_come(spike, reader) if view.may_come else None,
        )
        for view in views
        for spike in view.standing.spikes[:MOST]
    ]


def _briefly(view: View, spike: Spike, now: datetime) -> str:
    """Describe a spike without the queue's size, which changes more often than the Home tab is published."""
    team = view.standing.team
    since = spike.opened_at.astimezone(ZoneInfo(team.zone))
    where = f"*{escape(spike.queue)}* in <#{team.channel_id}>"
    return f":rotating_light: {where} has been over its limit since {clock(since)}."
