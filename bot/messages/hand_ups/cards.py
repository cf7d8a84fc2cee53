"""The agent's card of a hand-up, and its post in the team's channel."""

from dataclasses import dataclass
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, Element, Option, OverflowMenu, PlainText, SectionBlock

from bot.features.hand_ups.models import Ending, HandUp, State
from bot.features.hand_ups.rules import ARRIVAL_GRACE, is_expected_later
from bot.messages.hand_ups.names import (
    ADD,
    AFTERWARDS,
    CHANNEL,
    CUSTOMER,
    DEPUTIES,
    HARD,
    HOLD,
    IN_MENU,
    MORE,
    NOT_YET,
    RESUME,
    SORTED,
    THANK,
    THERE,
)  # fmt: skip
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, context
from bot.text.formats import clock, wall

LONGEST_QUOTE = 1200
LONGEST_BUTTON = 24
FEWEST_COUNTED = 3
"""With fewer leaders at work, the card does not say how many are asked, because that would reveal who declined."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
NUMBERS = ("three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Progress:
    """Progress of asking leaders in turn."""

    number: int
    """The number of the leader who is being asked; 1 for the first."""
    total: int
    """The number of leaders who can be asked, including those asked already."""
    until: datetime
    is_everybody: bool = False


@dataclass(frozen=True)
class View:
    """A hand-up with the facts that its messages show."""

    hand_up: HandUp
    team: Team
    agent: Person
    now: datetime
    helper: Person | None = None
    later: Person | None = None
    """The leader who can come in ten minutes, while others are still asked."""
    progress: Progress | None = None
    leader_at: datetime | None = None
    """When the next leader is at work; `now` if one is at work already."""
    next_ask_at: datetime | None = None
    """When another leader can be asked, before the agent's day ends."""
    has_deputies: bool = False
    """Whether deputies who are not at work can be asked."""

    @property
    def helper_name(self) -> str:
        return self.helper.shown if self.helper else "Your leader"

    def format_clock(self, at: datetime | None) -> str:
        """Format a time of day for the agent."""
        return clock(self.agent.local(at or self.now), self.agent.locale)

    def format_wall(self, at: datetime) -> str:
        """Format a time for the agent, with the day unless it is today."""
        local = self.agent.local(at)
        is_today = local.date() == self.agent.local(self.now).date()
        return self.format_clock(at) if is_today else wall(local, self.agent.locale)

    @property
    def is_question(self) -> bool:
        """Whether to ask the agent now whether the helper has arrived."""
        this = self.hand_up
        return this.state == State.COMING and this.comes_by is not None and this.comes_by <= self.now


def card(view: View) -> Post:
    """Build the agent's card with the current state of the hand-up."""
    this = view.hand_up
    text = headline(view)
    said = f"{text}\n{quoted(this.words)}"
    blocks: list[Block] = [SectionBlock(said, block_id="hand_up", accessory=None if this.is_over else _menu(view))]
    if notes := _notes(view):
        blocks.append(context(notes, "notes"))
    blocks += _afterwards(view) if this.is_over else _buttons(view)
    return Post(text, blocks, card=this.card)


def headline(view: View) -> str:
    """Describe the current state of the hand-up to the agent."""
    this = view.hand_up
    match this.state:
        case State.ASKING:
            return _asking(view)
        case State.COMING if view.is_question:
            return f"Is {view.helper_name} with you?"
        case State.COMING:
            expected = this.comes_by - ARRIVAL_GRACE if this.comes_by else view.now
            when = f" at {view.format_clock(expected)}" if expected > view.now else ""
            return f":wave: {view.helper_name} is coming{when}."
        case State.HERE:
            return f":wave: {view.helper_name} is with you."
        case State.HELD:
            return f"Paused until {view.format_clock(this.held_until)}. Then I'll ask again."
        case State.UNANSWERED:
            return _nobody(view)
        case _:
            return _ended(view)


def _asking(view: View) -> str:
    if view.later:
        return f"{view.later.shown} can come at {view.format_clock(view.hand_up.later_by)}. I'm still asking others."
    if view.progress is None:
        return "I'm asking the leaders at work."
    at, until = view.progress, view.format_clock(view.progress.until)
    if at.is_everybody:
        return f"I'm asking all the other leaders at work. They have until {until} to answer."
    if not FEWEST_COUNTED <= at.total < FEWEST_COUNTED + len(NUMBERS) or at.number > at.total:
        return f"I'm asking a leader. They have until {until} to answer."
    which = f"the {ORDINALS[at.number - 1]} of {NUMBERS[at.total - FEWEST_COUNTED]} leaders"
    return f"I'm asking {which}. They have until {until} to answer."


def _nobody(view: View) -> str:
    """Say that nobody is coming, either because nobody can or because nobody is at work."""
    if view.leader_at is None or view.leader_at > view.now:
        until = f" until {view.format_wall(view.leader_at)}" if view.leader_at else ""
        return f"Sorry, no leader is at work{until}.{_next_try(view)}"
    return f"Sorry, no leader can come right now.{_next_try(view)}"


def _next_try(view: View) -> str:
    if view.next_ask_at is None:
        return ""
    if view.next_ask_at == view.leader_at:
        return " I'll ask again then."
    return f" I'll ask another leader at {view.format_clock(view.next_ask_at)}."


def _ended(view: View) -> str:
    match view.hand_up.ending:
        case Ending.BY_LEADER:
            return f":white_check_mark: {view.helper_name} says it's sorted."
        case Ending.DAY_OVER:
            routine = working_hours.person_hours(view.agent, view.team)
            is_at_work = good_moments.end_of_shift(routine, view.hand_up.raised_at)
            why = "Your working day is over, so I've closed your hand-up."
            if not is_at_work:
                why = "Your hand-up has been open for 4 hours, so I've closed it."
            return f"{why} If you still need a leader, type `/handup`."
        case Ending.LEFT:
            return "You're no longer in that team, so I've closed your hand-up."
        case _:
            return ":white_check_mark: Sorted."


def _notes(view: View) -> str:
    this = view.hand_up
    notes = [f"Ticket: {escape(this.ticket)}"] if this.ticket else []
    if this.is_waiting and not this.is_over:
        notes.append("A customer is waiting")
    if this.posted_at:
        notes.append("Posted in the channel")
    return " · ".join(notes)


def quoted(words: str) -> str:
    """Format the agent's text as a quote."""
    return "\n".join(f">{line}" for line in shortened(escape(words), LONGEST_QUOTE).splitlines())


def _menu(view: View) -> OverflowMenu:
    this = view.hand_up
    is_asking, steps = this.state == State.ASKING, [ADD]
    if not this.is_waiting and (is_asking or is_expected_later(this, view.now)):
        steps = [CUSTOMER, ADD]
    if is_asking and not this.posted_at:
        steps.append(CHANNEL)
    options = [Option(PlainText(IN_MENU[each]), f"{each}:{this.id}") for each in (*steps, HARD)]
    return OverflowMenu(action_id=MORE, options=options)


def _buttons(view: View) -> list[Block]:
    this = view.hand_up
    names: dict[str, str] = {}
    match this.state:
        case State.COMING if view.is_question:
            names = {THERE: "Yes", NOT_YET: "Not yet"}
        case State.HELD:
            names = {RESUME: "Ask again now"}
        case State.UNANSWERED:
            names = {CHANNEL: "Post it in the channel"} if this.posted_at is None else {}
            names |= {DEPUTIES: "Ask the deputies"} if view.has_deputies else {}
        case State.ASKING:
            names = {HOLD: "Pause for 15 min"}
    names |= {SORTED: "Sorted"}
    buttons: list[Element] = [Button(label, action_id=name, value=str(this.id)) for name, label in names.items()]
    return [ActionsBlock(buttons, block_id="answers")]


def _afterwards(view: View) -> list[Block]:
    """Build the buttons after a hand-up has ended: for the question about it, and to thank the helper."""
    this, id = view.hand_up, str(view.hand_up.id)
    buttons: list[Element] = []
    if this.helped_at and not this.theme:
        buttons.append(Button("What would help next time?", action_id=AFTERWARDS, value=id))
    if view.helper and this.here_at:
        buttons.append(
            Button(shortened(f"Thank {view.helper.name}", LONGEST_BUTTON), action_id=THANK, value=view.helper.id)
        )
    return [ActionsBlock(buttons, block_id="afterwards")] if buttons else []


def channel_card_name(hand_up: HandUp) -> str:
    """Return the card name of a hand-up's post in the team's channel."""
    return f"{hand_up.card}:channel"


def channel_post(view: View, words: str) -> Post:
    """Build the post in the team's channel, in the agent's words."""
    text = f":raised_hand: {mention(view.agent.id)} needs help: {shortened(escape(words), LONGEST_QUOTE)}"
    return Post(text, [SectionBlock(text, block_id="hand_up")], card=channel_card_name(view.hand_up))


def closed_channel_post(view: View) -> Post:
    """Build the text that replaces the post in the team's channel after the hand-up has ended."""
    text = f":white_check_mark: {mention(view.agent.id)} asked for help here. It's sorted."
    if view.hand_up.ending not in (Ending.BY_AGENT, Ending.BY_LEADER):
        text = f"{mention(view.agent.id)} asked for help here. You don't need to answer any more."
    return Post(text, [SectionBlock(text, block_id="hand_up")], card=channel_card_name(view.hand_up))
