"""The channel post of a ritual, the host's DM, and the line that says that a ritual is on hold."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.rules import quiz_answers
from bot.features.rituals.settings import Lean, LeanWay
from bot.followups.models import Followup
from bot.messages.times import when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.teams.settings import Goals
from bot.slack.mrkdwn import escape, mention, opening_mention, shortened
from bot.slack.post import Post, context
from bot.text.formats import on

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
"""Prefix of a quiz's buttons, followed by their number: `rituals:answer:0`."""
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

PART = "Reply in the thread or react to take part."
LEANS = {
    LeanWay.CARE: "*care*. Take the time each customer needs.",
    LeanWay.PACE: "*pace*. Keep it short and friendly, so everyone gets help sooner.",
}
NO_GOAL = "What do we want to achieve by Friday? Leaders, please answer in the thread."
NO_LEAN = (
    "What's our focus this week: care (take the time each customer needs) or pace (short and friendly)? A "
    "leader picks one here, and I'll show it whenever a queue spikes."
)
SKIPPED = "No problem. I'll find another host or host it myself. Nobody sees who said no."
HOST_BEGINS = "Start the thread with your own answer."
HOST_PLAYS = "Pick an answer like everyone else, and reply to people in the thread."


class QuizPart(NamedTuple):
    """The additions to a quiz's question: blocks of the card, one line of text, and a hint on how to take part."""

    blocks: Sequence[Block] = ()
    line: str = ""
    part: str = PART


NO_QUIZ = QuizPart()


def card(team: Team, ritual: Ritual, run: RitualRun, more: Sequence[Block] = (), asked: QuizPart = NO_QUIZ) -> Post:
    """Build the post of one run of a ritual; `more` has blocks besides the ritual's text and prompt."""
    host = context(f"Hosted by {mention(run.host_id)}. {asked.part}" if run.host_id else asked.part, "host")
    blocks = [*ritual_blocks(ritual, run.prompt), *asked.blocks, *more, host]
    besides = [each.text.text for each in more if isinstance(each, SectionBlock) and each.text]
    head = f"{escape(ritual.existing_template.name)}: {escape(run.prompt or ritual.existing_template.words)}"
    text = " ".join([head, asked.line, *besides])
    return Post(shortened(" ".join(text.split()), 3000), blocks, card=card_name(run))


def card_name(run: RitualRun) -> str:
    return f"ritual:{run.id}"


def run_id_of(card: str | None) -> int | None:
    """Parse a card's name; return the id of the ritual's run that the card shows, or None if it shows no run."""
    kind, _, id = (card or "").partition(":")
    return int(id) if kind == "ritual" and id.isdigit() else None


def ritual_blocks(ritual: Ritual, prompt: str) -> list[Block]:
    """Build the blocks with a ritual's name, text and prompt."""
    head = SectionBlock(heading(ritual), block_id="ritual")
    return [head, *([SectionBlock(f"> *{escape(prompt)}*", block_id="prompt")] if prompt else [])]


def heading(ritual: Ritual) -> str:
    """Return a ritual's name and its text."""
    template = ritual.existing_template
    return f"{template.emoji} *{escape(template.name)}*\n{escape(template.words)}"


def kickoff_blocks(team: Team, run: RitualRun, open_followups: Sequence[Followup] = ()) -> list[Block]:
    """Build the blocks that Monday's kick-off adds: a goal, open follow-ups, and this week's lean (care or pace)."""
    goals = Goals.of(team).goals
    goal = escape(goals[_week(run.day) % len(goals)]) if goals else NO_GOAL
    blocks: list[Block] = [SectionBlock(f":dart: *Goal of the week*\n{goal}", block_id="goal")]
    if open_followups:
        lines = "\n".join(f"• {each.kind.capitalize()}: {shortened(escape(each.text), 150)}" for each in open_followups)
        text = f":seedling: *Still open* (`/roadblock` and `/idea` list them all)\n{lines}"
        blocks.append(SectionBlock(text, block_id="open"))
    leaning = Lean.of(team)
    if way := leaning.at(run.starts_at):
        return [*blocks, SectionBlock(f"{lean_line(way)} Chosen by {mention(leaning.by)}.", block_id="lean")]
    choice = [Button("Care", action_id=CARE, value=str(run.id)), Button("Pace", action_id=PACE, value=str(run.id))]
    return [*blocks, SectionBlock(f":scales: {NO_LEAN}", block_id="lean"), ActionsBlock([*choice], block_id="ways")]


def lean_line(way: LeanWay) -> str:
    return f":scales: This week's focus: {LEANS[way]}"


def waiting_line(ritual: Ritual, run: RitualRun) -> Post:
    """Say that a ritual is on hold during a spike."""
    text = f"{_named(ritual)}: on hold during the spike. I'll post it later today if the queue calms down."
    return _line(run, text)


def skipped_line(team: Team, ritual: Ritual, run: RitualRun, again: datetime | None) -> Post:
    """Say that a ritual is skipped because the queue did not calm down in time."""
    comes = f" Next time: {on(again.astimezone(ZoneInfo(team.zone)).date())}." if again else ""
    text = f"{_named(ritual)}: skipped because of the spike.{comes}"
    return _line(run, text)


def _named(ritual: Ritual) -> str:
    return f"{ritual.existing_template.emoji} *{escape(ritual.existing_template.name)}*"


def _line(run: RitualRun, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="line")], card=f"{card_name(run)}:waits")


def _week(day: date) -> int:
    """Return the number of the week, Monday to Sunday, that a day is in."""
    return (day.toordinal() - 1) // 7


def host_card_name(run: RitualRun, person_id: str) -> str:
    return f"host:{run.id}:{person_id}"


def host_asked(team: Team, ritual: Ritual, run: RitualRun, host: Person, by: str = "") -> Post:
    """Ask somebody to host; `by` is the id of the host who asks to swap, empty if nobody does."""
    who = f"{mention(by)} would like you" if by else "It's your turn"
    is_quiz = bool(quiz_answers(ritual, run))
    asks = f"\nThe prompt: _{escape(run.prompt)}_" if run.prompt and not is_quiz else ""
    does = HOST_PLAYS if is_quiz else HOST_BEGINS
    name, at = escape(ritual.existing_template.name), when(run.starts_at, host)
    what = f"{who} to host *{name}* in <#{team.channel_id}>. It's planned for {at} and takes about 3 minutes"
    text = f":wave: {what}. I'll post it. {does}{asks}"
    buttons = [
        Button("Swap with someone", action_id=SWAP, value=str(run.id)),
        Button("Not this time", action_id=SKIP, value=str(run.id)),
    ]
    blocks = [SectionBlock(text, block_id="host"), ActionsBlock([*buttons], block_id="answers")]
    return Post(text, blocks, card=host_card_name(run, host.id))


def host_skipped(run: RitualRun, by: str) -> Post:
    return _host_card_over(run, by, SKIPPED)


def host_swapped(ritual: Ritual, run: RitualRun, by: str, to: str) -> Post:
    return _host_card_over(
        run,
        by,
        f"{opening_mention(to)} is hosting *{escape(ritual.existing_template.name)}* this time. You're up next time.",
    )


def host_called_off(ritual: Ritual, run: RitualRun, host: str) -> Post:
    text = f"*{escape(ritual.existing_template.name)}* is off this time, so you don't need to host it."
    return _host_card_over(run, host, text)


def host_started(team: Team, ritual: Ritual, run: RitualRun, asked: str) -> Post:
    """Tell the person who was asked to host that the ritual has started and can no longer be passed on."""
    begins = HOST_PLAYS if quiz_answers(ritual, run) else HOST_BEGINS
    then = begins if run.host_id == asked else "I'm hosting it this time."
    return _host_card_over(
        run, asked, f"*{escape(ritual.existing_template.name)}* has started in <#{team.channel_id}>. {then}"
    )


def _host_card_over(run: RitualRun, person_id: str, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="host")], card=host_card_name(run, person_id))
