"""The card of nudges that are sent together, each with its own buttons, *Snooze* and *Why this?*."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DatePicker,
    Element,
    HeaderBlock,
    InputBlock,
    ModalView,
    OverflowMenu,
    SectionBlock,
)

from bot.org.people import Person
from bot.slack.mrkdwn import one_line, shortened
from bot.slack.post import MOST_IN_ROW, Post, button_rows, context, modal, option
from bot.text.formats import clock, wall

WHY = "nudges:why"
LATER = "nudges:later"
NOT_NOW = "nudges:not_now"
UNMUTE = "nudges:unmute"
MUTE = "nudges:mute_kind"
MUTE_FORM = "nudges:mute"
DATE_FORM = "nudges:until"
DATE = "until"
TOMORROW = "tomorrow"
A_DATE = "date"
MINUTES = (30, 60, 90)
MORNING = time(9)
ENDED = {
    "done": ":white_check_mark: Done.",
    "declined": "Not this time.",
    "settled": "No longer needed.",
    "muted": "Muted. You can unmute it in `/steward me`.",
}
"""The text for a nudge that has been answered, by its state."""
OUTCOMES = {"done": "done", "declined": "not this time", "settled": "no longer needed", "ignored": "no answer"}
"""The words for what came of nudges, by state."""
TIMES = {1: "once", 2: "twice"}
HEADINGS = {1: "One thing for today:", 2: "Two things for today:"}


@dataclass(frozen=True)
class Row:
    """One row of a nudge about several subjects, with its own buttons."""

    text: str
    buttons: Sequence[Button] = ()
    """Each has the ids of the nudge and the row as its value: `12:7`. An answered row has none."""


@dataclass(frozen=True)
class Item:
    """The text of one nudge: what it asks, how long that takes, by when, and why this person."""

    text: str
    why: str
    """The rule behind the nudge, and how to change it."""
    buttons: Sequence[Button] = ()
    """Its own buttons. Each has the nudge's id as its value."""
    rows: Sequence[Row] = ()
    brief: str = ""
    """What it asks in one sentence, for Home and for the card once it is answered; empty if `text` is short enough."""
    became: str = ""
    """What has become of its subject, in one line, for the card once it is done; empty to repeat what it asked."""

    @property
    def says(self) -> str:
        return " ".join([self.text, " · ".join(row.text for row in self.rows)]).strip()

    def ended(self, how: str) -> str:
        """Return what became of the nudge's subject, or the answers to its rows, one per line.

        If some rows are unanswered, the first lines repeat what the nudge asked and say `how` it ended.
        """
        if self.became and how in (ENDED["done"], ENDED["settled"]):
            return self.became
        answers = [row.text for row in self.rows if not row.buttons]
        return "\n".join([*([] if self.rows and len(answers) == len(self.rows) else self._asked(how)), *answers])

    def _asked(self, how: str) -> list[str]:
        """Return what the nudge asked and `how` it ended, which must not become a part of the quote at its end."""
        asked = self.brief or self.text
        return [asked, how] if asked.rpartition("\n")[2].startswith(">") else [f"{asked} {how}"]


@dataclass(frozen=True)
class Line:
    """A nudge on its card: open, or with the text of its answer in `ended`."""

    nudge_id: int
    item: Item
    ended: str | None = None
    may_snooze: bool = True
    locale: str = ""
    """The reader's locale."""
    group: str = ""
    """Open lines of one group share the menu and *Why this?* of the last one."""


def card(name: str, lines: Sequence[Line]) -> Post:
    """Build the card of nudges that are sent together. It has no heading once all of them are answered."""
    is_open = any(line.ended is None for line in lines)
    heading = HEADINGS.get(len(lines), "A few things for today:") if is_open else ""
    blocks: list[Block] = [context(heading, "heading")] if is_open else []
    last = {line.group: line for line in lines if line.ended is None}
    asked = ""
    for line in lines:
        has_menu = not line.group or last.get(line.group) is line
        blocks += _open(line, asked, has_menu=has_menu) if line.ended is None else [_ended(line)]
        asked = _question(line.item) if line.group and line.ended is None else ""
    text = " ".join([heading, *(one_line(_line_text(line)) for line in lines)]).strip()
    return Post(text, blocks, card=name)


def _line_text(line: Line) -> str:
    return line.item.says if line.ended is None else line.item.ended(line.ended)


def _question(item: Item) -> str:
    """Return what a nudge asks, without the quote that follows it."""
    return item.text.partition("\n>")[0]


def _open(line: Line, asked: str, *, has_menu: bool) -> list[Block]:
    """Build the blocks of an open line; a question that the line above has `asked` is not repeated over its quote."""
    text = line.item.text.removeprefix(f"{asked}\n") if asked else line.item.text
    id = str(line.nudge_id)
    why = Button("Why this?", action_id=WHY, value=id)
    own: list[Element] = [*line.item.buttons]
    others: list[Element] = [*([_snooze_menu(id, line.locale)] if line.may_snooze else []), why] if has_menu else []
    has_room = len(own) + len(others) <= MOST_IN_ROW
    above, answers = ([], [*own, *others]) if has_room else (own, others)
    return [
        SectionBlock(text, block_id=f"nudge_{id}"),
        *(block for number, row in enumerate(line.item.rows) for block in _row(row, f"{id}_{number}")),
        *button_rows(above, f"own_{id}"),
        *button_rows(answers, f"answers_{id}"),
    ]


def home_section(lines: Sequence[Line]) -> list[Block]:
    """Build the Home section of due nudges. Each shows only its first button; the card has all of them."""
    told = [
        _at_home(f"{line.nudge_id}_{number}", each)
        for line in lines
        for number, each in enumerate(line.item.rows or [_briefly(line.item)])
    ]
    return [HeaderBlock("For you", block_id="due"), *told] if told else []


def _briefly(item: Item) -> Row:
    return Row(item.brief or item.text, item.buttons)


def _at_home(id: str, told: Row) -> Block:
    first = next(iter(told.buttons), None)
    return SectionBlock(shortened(told.text, 2900), block_id=f"due_{id}", accessory=first)


def _row(row: Row, id: str) -> list[Block]:
    answers = [ActionsBlock(list(row.buttons), block_id=f"row_answers_{id}")] if row.buttons else []
    return [SectionBlock(row.text, block_id=f"row_{id}"), *answers]


def _ended(line: Line) -> Block:
    return context(_line_text(line), f"nudge_{line.nudge_id}")


def _snooze_menu(id: str, locale: str) -> OverflowMenu:
    spans = [option(f"Snooze for {minutes} minutes", f"{id}:{minutes}") for minutes in MINUTES]
    tomorrow = f"Snooze until tomorrow at {clock(MORNING, locale)}"
    days = [option(tomorrow, f"{id}:{TOMORROW}"), option("Snooze until…", f"{id}:{A_DATE}")]
    return OverflowMenu(action_id=LATER, options=[*spans, *days])


def describe_snooze(until: datetime, person: Person) -> str:
    """Return the text that says until when a person has snoozed a nudge."""
    return f":zzz: Snoozed until {wall(person.local(until), person.locale)}."


def reasons(nudge_id: int, item: Item, title: str) -> ModalView:
    """Build the form that explains the rule behind a nudge and can mute its kind."""
    what_then = context(f"*Mute* stops reminders about “{title}”. You can unmute them in `/steward me`.", None)
    blocks = [SectionBlock(item.why, block_id="why"), what_then]
    return modal("Why this?", MUTE_FORM, blocks, submit="Mute", close="Close", metadata=str(nudge_id))


def date_form(nudge_id: int) -> ModalView:
    day = InputBlock("Until", DatePicker(action_id=DATE), block_id=DATE, hint="I'll ask again that morning.")
    return modal("Snooze", DATE_FORM, [day], submit="Snooze", metadata=str(nudge_id))


@dataclass(frozen=True)
class Tally:
    """How often a kind of nudge was sent to a person, and what came of it."""

    kind: str
    title: str
    states: Mapping[str, int]
    """How many of the nudges are in each state."""

    @property
    def times(self) -> int:
        return sum(self.states.values())


def reminders(muted: Mapping[str, str], sent: Sequence[Tally], unsent: Sequence[str]) -> list[Block]:
    """List a person's muted kinds, each with an *Unmute* button, and what was suggested to them.

    `muted` maps kinds to titles. `unsent` has the titles of nudges that expired before they could be sent.
    """
    blocks: list[Block] = [
        SectionBlock(
            f"You've muted “{title}”.",
            block_id=f"muted_{kind}",
            accessory=Button("Unmute", action_id=UNMUTE, value=kind),
        )
        for kind, title in muted.items()
    ]
    if sent:
        head = "*What I suggested in the last four weeks*\nOnly you see this. Mute what doesn't help you."
        blocks += [SectionBlock(head, block_id="suggested"), *map(_tally, sent)]
    if unsent:
        head = "*Not sent in the last 7 days, because there was no good time*"
        blocks.append(SectionBlock("\n".join([head, *(f"• “{title}”" for title in unsent)]), block_id="unsent"))
    return blocks


def _tally(sent: Tally) -> Block:
    times = TIMES.get(sent.times, f"{sent.times} times")
    came = [f"{sent.states[state]} {words}" for state, words in OUTCOMES.items() if sent.states.get(state)]
    return SectionBlock(
        f"“{sent.title}”: {' · '.join([times, *came])}",
        block_id=f"suggested_{sent.kind}",
        accessory=Button("Mute", action_id=MUTE, value=sent.kind),
    )


def unmuted(title: str) -> Post:
    return Post(f"Unmuted: “{title}”.")
