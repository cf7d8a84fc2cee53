"""Answers to the subcommands of `/queue`."""

from collections.abc import Collection, Sequence

from bot.features.spikes.models import Spike, Stint
from bot.messages.errors import CLOSED_CHANNEL
from bot.messages.spikes.asks import joined_card
from bot.messages.spikes.cards import queue_of
from bot.org.people import Person
from bot.refusals import spikes as refusals
from bot.slack.mrkdwn import escape, shortened
from bot.slack.post import Post
from bot.text.formats import number

WORDS = {
    "spike phones 42 waiting": "report a queue over its limit and ask a leader to help",
    "calm phones": "say that it's calm again",
    "join 30": "join for 30 minutes; to pick a queue, `join 30 chat` (leaders)",
    "shadow": "sit with an agent for 30 minutes (leaders)",
    "done": "end your time in the queue",
    "break 15": "ask for 15 minutes off the queue (agents)",
    "headsup": "plan for a launch (leaders)",
    "history": "see the spikes from the last 8 weeks (leaders)",
    "hooks": "connect Grafana, Zendesk and other tools (leaders)",
    "rules": "choose which Slack messages count as alerts (leaders)",
    "help": "show this list",
}
EXAMPLE = "phones"
MOST_EXAMPLES = 3
CLOSED = f"I can't do that right now: {CLOSED_CHANNEL}."
ALL_CALM = "As far as I know, no queue is over its limit."


def usage() -> Post:
    words = "\n".join(f"• `/queue {word}`: {what}" for word, what in WORDS.items())
    return Post(f"*Queues*\n• `/queue`: see your queues and who is helping\n{words}")


def reported_answer(spike: Spike, *, is_new: bool) -> Post:
    size = number(spike.value) if spike.value is not None else ""
    if is_new:
        at = f"at {size}" if size else "over its limit"
        asking = "" if spike.given_up_at else ", and asking a leader to help"
        return Post(f"Thanks! I'm telling the team that {queue_of(spike)} is {at}{asking}.")
    return Post(f"Thanks! {queue_of(spike)} already has a card, so I'm adding this to it{size and f' (now {size})'}.")


def calm_answer(spike: Spike) -> Post:
    return Post(f":white_check_mark: {queue_of(spike)} is calm again. Thanks!")


def joined_answer(spike: Spike | None, stint: Stint, person: Person) -> Post:
    return Post(f"{joined_card(spike, stint, person).text} Type `/queue done` when you stop.")


def which_queue(names: Sequence[str], word: str) -> str:
    """Ask which of several queues is meant."""
    return f"There's more than one: {_listed(names)}. {refusals.name_one(word)}"


def unknown_queue_name(queue: str, names: Collection[str], word: str, near: str | None, more: str = "") -> str:
    """Say that no queue has the typed name, and suggest the queue with the nearest name."""
    if near:
        return f"Did you mean {_line(word, near, more)}?"
    known = f"There's no queue called *{escape(shortened(queue, 60))}*. Your queues: {_listed(names)}."
    return f"{known} Try {_line(word, next(iter(names)), more)}." if more else known


def unknown_queue(typed: str, word: str, known: Sequence[str], more: str) -> str:
    """Refuse a person's name typed instead of a queue's, with corrected lines to copy that keep the other text."""
    lines = " or ".join(_line(word, queue, more) for queue in known[:MOST_EXAMPLES] or [EXAMPLE])
    return f"{person_instead_of_queue(typed)} Name a queue instead, like {lines}."


def person_instead_of_queue(typed: str) -> str:
    return f"{escape(typed)} is a person, not a queue."


def _line(word: str, queue: str, more: str) -> str:
    """Return a command to copy, without backticks, which would end the inline code."""
    typed = shortened(f"/queue {word} {queue} {more}".strip().replace("`", "'"), 1000)
    return f"`{escape(typed)}`"


def _listed(names: Collection[str]) -> str:
    return shortened(", ".join(f"*{escape(each)}*" for each in names), 1000)
