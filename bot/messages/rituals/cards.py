"""What a team reads in its channel, and a host by DM: the ritual itself, whose turn it is, and a line when it waits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.rules import quiz_answers
from bot.features.rituals.settings import Lean, LeanWay
from bot.messages.times import on, when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.teams.settings import Goals
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, context

ON = "rituals:on"
OFF = "rituals:off"
CHANGE = "rituals:change"
PAUSE = "rituals:pause"
RESUME = "rituals:resume"
PREVIEW = "rituals:preview"
NEW = "rituals:new"
REMOVE = "rituals:remove"
SKIP = "rituals:skip"
SWAP = "rituals:swap"
PACK_PREVIEW = "rituals:pack_preview"
PACK_ON = "rituals:pack_on"
PACK_OFF = "rituals:pack_off"
START = "rituals:start"
FINE = "rituals:fine"
CARE = "rituals:care"
PACE = "rituals:pace"
ANSWER = "rituals:answer"
"""Its buttons are counted: `rituals:answer:0`."""
MET = "rituals:met"
NOT_MET = "rituals:not_met"

WHEN_FORM = "rituals:when_form"
SURE_FORM = "rituals:sure_form"
OWN_FORM = "rituals:own_form"
PAUSE_FORM = "rituals:pause_form"
SWAP_FORM = "rituals:swap_form"
START_FORM = "rituals:start_form"
BEGIN_FORM = "rituals:begin_form"

TITLE = "Rituals"

PART = "A reply in the thread or a reaction is taking part; reading along is fine too."
LEANS = {
    LeanWay.CARE: "*care*: take the time that each customer needs",
    LeanWay.PACE: "*pace*: short and friendly, so that everybody is helped soon",
}
NO_GOAL = "What do we want to be true by Friday? Whoever leads, say it in the thread."
NO_LEAN = "Which way do we lean this week? Whoever leads says so, and it stands on every call for help."
SKIPPED = "All right, not this time; somebody else hosts it, and nobody is told why."
HOST_BEGINS = "you answer first in its thread and say a kind word to the others"
HOST_PLAYS = "you press an answer like everybody else, and say a kind word in its thread"
HOST_PRESSES = "Press an answer like everybody else, and say a kind word in the thread."


class QuizPart(NamedTuple):
    """What a question with answers says beyond itself: for the card, in one line, and how to take part."""

    blocks: Sequence[Block] = ()
    line: str = ""
    part: str = PART


NO_QUIZ = QuizPart()


def card(team: Team, ritual: Ritual, run: RitualRun, more: Sequence[Block] = (), asked: QuizPart = NO_QUIZ) -> Post:
    """The ritual as it comes; `more` is what this one says beyond its words and its prompt."""
    host = context(f"{mention(run.host_id)} hosts this one. {asked.part}" if run.host_id else asked.part, "host")
    blocks = [*ritual_blocks(ritual, run.prompt), *asked.blocks, *more, host]
    besides = [each.text.text for each in more if isinstance(each, SectionBlock) and each.text]
    head = f"{escape(ritual.what.name)}: {escape(run.prompt or ritual.what.words)}"
    text = " ".join([head, asked.line, *besides])
    return Post(shortened(" ".join(text.split()), 3000), blocks, card=card_name(run))


def card_name(run: RitualRun) -> str:
    return f"ritual:{run.id}"


def run_id_of(card: str | None) -> int | None:
    """Which time of a ritual a card is."""
    kind, _, id = (card or "").partition(":")
    return int(id) if kind == "ritual" and id.isdigit() else None


def ritual_blocks(ritual: Ritual, prompt: str) -> list[Block]:
    """Its words, and what it asks."""
    head = SectionBlock(heading(ritual), block_id="ritual")
    return [head, *([SectionBlock(f"> *{escape(prompt)}*", block_id="prompt")] if prompt else [])]


def heading(ritual: Ritual) -> str:
    """Its name and its words."""
    template = ritual.what
    return f"{template.emoji} *{escape(template.name)}*\n{escape(template.words)}"


def kickoff_blocks(team: Team, run: RitualRun) -> list[Block]:
    """What Monday's kick-off says besides: one of the team's goals, and which way it leans this week."""
    goals = Goals.of(team).goals
    goal = escape(goals[_week(run.day) % len(goals)]) if goals else NO_GOAL
    blocks: list[Block] = [SectionBlock(f":dart: *A goal*\n{goal}", block_id="goal")]
    leaning = Lean.of(team)
    if way := leaning.at(run.starts_at):
        return [*blocks, SectionBlock(f"{lean_line(way)}, says {mention(leaning.by)}.", block_id="lean")]
    choice = [Button("Care", action_id=CARE, value=str(run.id)), Button("Pace", action_id=PACE, value=str(run.id))]
    return [*blocks, SectionBlock(f":scales: {NO_LEAN}", block_id="lean"), ActionsBlock([*choice], block_id="ways")]


def lean_line(way: LeanWay) -> str:
    return f":scales: This week we lean to {LEANS[way]}"


def waiting_line(ritual: Ritual, run: RitualRun) -> Post:
    """A queue is over its limit."""
    text = f"{_named(ritual)} waits until the queue is calm again, later today. Customers first; thank you for that."
    return _line(run, text)


def let_go_line(team: Team, ritual: Ritual, run: RitualRun, again: datetime | None) -> Post:
    """The queue was not calm in time."""
    comes = f" It comes again on {on(again.astimezone(ZoneInfo(team.zone)).date())}." if again else ""
    text = f"{_named(ritual)} is let go for today: the queue needed you, and you were there. Thank you.{comes}"
    return _line(run, text)


def _named(ritual: Ritual) -> str:
    return f"{ritual.what.emoji} *{escape(ritual.what.name)}*"


def _line(run: RitualRun, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="line")], card=f"{card_name(run)}:waits")


def _week(day: date) -> int:
    """Counts weeks, Monday to Sunday."""
    return (day.toordinal() - 1) // 7


def host_card_name(run: RitualRun, person_id: str) -> str:
    return f"host:{run.id}:{person_id}"


def host_asked(team: Team, ritual: Ritual, run: RitualRun, host: Person, by: str = "") -> Post:
    """`by` is who would like to swap."""
    why = f"{mention(by)} asks whether you would take it." if by else "It goes round, and now it is your turn."
    is_quiz = bool(quiz_answers(ritual, run))
    asks = f"\nIt asks: _{escape(run.prompt)}_" if run.prompt and not is_quiz else ""
    does = HOST_PLAYS if is_quiz else HOST_BEGINS
    name, at = escape(ritual.what.name), when(run.starts_at, host)
    text = f":wave: You host *{name}* in <#{team.channel_id}>, {at}. {why} I post it; {does}. Three minutes.{asks}"
    buttons = [
        Button("Swap with somebody", action_id=SWAP, value=str(run.id)),
        Button("Not this time", action_id=SKIP, value=str(run.id)),
    ]
    blocks = [SectionBlock(text, block_id="host"), ActionsBlock([*buttons], block_id="answers")]
    return Post(text, blocks, card=host_card_name(run, host.id))


def host_skipped(run: RitualRun, by: str) -> Post:
    return _host_card_over(run, by, SKIPPED)


def host_swapped(ritual: Ritual, run: RitualRun, by: str, to: str) -> Post:
    return _host_card_over(run, by, f"{mention(to)} hosts *{escape(ritual.what.name)}* instead. Your turn comes next.")


def host_called_off(ritual: Ritual, run: RitualRun, host: str) -> Post:
    text = f"*{escape(ritual.what.name)}* does not come then after all; there is nothing to host. Thank you!"
    return _host_card_over(run, host, text)


def host_started(team: Team, ritual: Ritual, run: RitualRun, asked: str) -> Post:
    """Tell the person who was asked to host that the ritual has started, so that they can no longer pass it on."""
    begins = HOST_PRESSES if quiz_answers(ritual, run) else "Start the thread with your answer."
    then = begins if run.host_id == asked else "I'm hosting it this time."
    return _host_card_over(run, asked, f"*{escape(ritual.what.name)}* has started in <#{team.channel_id}>. {then}")


def _host_card_over(run: RitualRun, person_id: str, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="host")], card=host_card_name(run, person_id))
