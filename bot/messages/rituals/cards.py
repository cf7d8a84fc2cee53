"""What a team reads in its channel: the ritual itself, and a short line when it waits or is let go."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, ContextBlock, SectionBlock, Text

from bot.features.rituals.settings import Lean, Way
from bot.features.rituals.tables import Occasion, Ritual
from bot.messages.post import Post
from bot.messages.rituals.names import CARE, PACE
from bot.messages.text import escape, mention, shortened
from bot.messages.times import on
from bot.teams.settings import Goals
from bot.teams.tables import Team

PART = "A reply in the thread or a reaction is taking part; reading along is fine too."
LEANS = {
    Way.CARE: "*care*: take the time that each customer needs",
    Way.PACE: "*pace*: short and friendly, so that everybody is helped soon",
}
NO_GOAL = "What do we want to be true by Friday? Whoever leads, say it in the thread."
NO_LEAN = "Which way do we lean this week? Whoever leads says so, and it stands on every call for help."


class Asked(NamedTuple):
    """What a question with answers says beyond itself: for the card, in one line, and how to take part."""

    blocks: Sequence[Block] = ()
    line: str = ""
    part: str = PART


PLAIN = Asked()


def card(team: Team, ritual: Ritual, occasion: Occasion, more: Sequence[Block] = (), asked: Asked = PLAIN) -> Post:
    """The ritual as it comes; `more` is what this one says beyond its words and its prompt."""
    host = ContextBlock([Text(_host(occasion, asked.part))], block_id="host")
    blocks = [*said(ritual, occasion.prompt), *asked.blocks, *more, host]
    besides = [each.text.text for each in more if isinstance(each, SectionBlock) and each.text]
    head = f"{escape(ritual.what.name)}: {escape(occasion.prompt or ritual.what.words)}"
    text = " ".join([head, asked.line, *besides])
    return Post(shortened(" ".join(text.split()), 3000), blocks, card=name_of(occasion))


def name_of(occasion: Occasion) -> str:
    return f"ritual:{occasion.id}"


def occasion_of(card: str | None) -> int | None:
    """Which time of a ritual a card is."""
    kind, _, id = (card or "").partition(":")
    return int(id) if kind == "ritual" and id.isdigit() else None


def said(ritual: Ritual, prompt: str) -> list[Block]:
    """Its words, and what it asks."""
    head = SectionBlock(headed(ritual), block_id="ritual")
    return [head, *([SectionBlock(f"> *{escape(prompt)}*", block_id="prompt")] if prompt else [])]


def headed(ritual: Ritual) -> str:
    """Its name and its words."""
    recipe = ritual.what
    return f"{recipe.emoji} *{escape(recipe.name)}*\n{escape(recipe.words)}"


def _host(occasion: Occasion, part: str) -> str:
    return f"{mention(occasion.host_id)} hosts this one. {part}" if occasion.host_id else part


def kickoff(team: Team, occasion: Occasion) -> list[Block]:
    """What Monday's kick-off says besides: one of the team's goals, and which way it leans this week."""
    goals = Goals.of(team).goals
    goal = escape(goals[_week(occasion.day) % len(goals)]) if goals else NO_GOAL
    blocks: list[Block] = [SectionBlock(f":dart: *A goal*\n{goal}", block_id="goal")]
    leaning = Lean.of(team)
    if way := leaning.at(occasion.starts_at):
        return [*blocks, SectionBlock(f"{lean_line(way)}, says {mention(leaning.by)}.", block_id="lean")]
    choice = [
        Button("Care", action_id=CARE, value=str(occasion.id)),
        Button("Pace", action_id=PACE, value=str(occasion.id)),
    ]
    return [*blocks, SectionBlock(f":scales: {NO_LEAN}", block_id="lean"), ActionsBlock([*choice], block_id="ways")]


def lean_line(way: Way) -> str:
    return f":scales: This week we lean to {LEANS[way]}"


def waits(ritual: Ritual, occasion: Occasion) -> Post:
    """A queue is over its limit."""
    text = f"{_named(ritual)} waits until the queue is calm again, later today. Customers first; thank you for that."
    return _line(occasion, text)


def let_go(team: Team, ritual: Ritual, occasion: Occasion, again: datetime | None) -> Post:
    """The queue was not calm in time."""
    comes = f" It comes again on {on(again.astimezone(ZoneInfo(team.zone)).date())}." if again else ""
    text = f"{_named(ritual)} is let go for today: the queue needed you, and you were there. Thank you.{comes}"
    return _line(occasion, text)


def _named(ritual: Ritual) -> str:
    return f"{ritual.what.emoji} *{escape(ritual.what.name)}*"


def _line(occasion: Occasion, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="line")], card=f"{name_of(occasion)}:waits")


def _week(day: date) -> int:
    """Counts weeks, Monday to Sunday."""
    return (day.toordinal() - 1) // 7
