"""What `/queue` answers."""

from collections.abc import Collection, Sequence

from bot.features.spikes.models import Spike, Stint
from bot.messages.errors import CLOSED_CHANNEL
from bot.messages.spikes.asks import joined
from bot.messages.spikes.cards import number, queue_of
from bot.org.people import Person
from bot.refusals import spikes as refusals
from bot.slack.mrkdwn import escape, shortened
from bot.slack.post import Post

WORDS = {
    "spike phones 42 waiting": "tells the team that a queue is over its limit, and asks a leader to help",
    "calm phones": "tells that it is calm again",
    "join 30": "for leaders: you are in the queue for 30 minutes; `join 30 chat` names which",
    "shadow": "for leaders: you sit beside somebody for 30 minutes",
    "done": "ends your time there",
    "notes": "for leaders: what was written down after spikes, and what came of it",
    "history": "for leaders: the spikes of the last 8 weeks, as charts and as a file",
    "hooks": "for leaders: connect the tools that tell of the queues",
    "rules": "for leaders: which messages in a channel are alerts",
    "help": "shows this",
}
EXAMPLE = "phones"
MOST_EXAMPLES = 3
CLOSED = f"I can't do that at the moment: {CLOSED_CHANNEL}."
ALL_CALM = "No queue is over its limit as far as I know. Good!"


def usage() -> Post:
    words = "\n".join(f"• `/queue {word}` {what}" for word, what in WORDS.items())
    return Post(f"*Queues*\n• `/queue` shows how they are, and who is there\n{words}")


def called(spike: Spike, *, is_new: bool) -> Post:
    size = f" at {number(spike.value)}" if spike.value is not None else ""
    if is_new:
        asking = "" if spike.given_up_at else ", and I'm asking for help"
        return Post(
            f"I'm telling the team that {queue_of(spike)} is over its limit{size}{asking}. Thanks for saying so."
        )
    return Post(
        f"{queue_of(spike)} is over its limit already, so I'm adding this to its card{', now' if size else ''}{size}. "
        "Thanks for saying so."
    )


def calmed(spike: Spike) -> Post:
    return Post(f":white_check_mark: {queue_of(spike)} is calm again. Thanks for saying so.")


def came(spike: Spike | None, stint: Stint, person: Person) -> Post:
    return Post(f"{joined(spike, stint, person).text} `/queue done` ends it.")


def which(names: Sequence[str], word: str) -> str:
    """Several queues could be meant."""
    return f"There is more than one: {_listed(names)}. {refusals.name_one(word)}"


def not_one_of(queue: str, names: Collection[str], word: str, near: str | None, more: str = "") -> str:
    """A name that is none of these."""
    if near:
        return f"Did you mean {_line(word, near, more)}?"
    known = f"I don't know a queue called *{escape(shortened(queue, 60))}*. It could be {_listed(names)}."
    return f"{known} Try {_line(word, next(iter(names)), more)}." if more else known


def is_no_queue(typed: str, word: str, known: Sequence[str], more: str) -> str:
    """Somebody's name where a queue's is asked for; what else was typed can be copied."""
    lines = " or ".join(_line(word, queue, more) for queue in known[:MOST_EXAMPLES] or [EXAMPLE])
    return f"{is_a_person(typed)} Name the queue, like {lines}."


def is_a_person(typed: str) -> str:
    return f"{escape(typed)} is a person, not a queue."


def _line(word: str, queue: str, more: str) -> str:
    """A line to copy. A backtick would end it."""
    typed = shortened(f"/queue {word} {queue} {more}".strip().replace("`", "'"), 1000)
    return f"`{escape(typed)}`"


def _listed(names: Collection[str]) -> str:
    return shortened(", ".join(f"*{escape(each)}*" for each in names), 1000)
