"""Build the forms of one-on-ones: edit a pair's topics and notes, and choose the pair that a command means."""

from collections.abc import Mapping, Sequence
from datetime import date

from slackblocks import (
    Block,
    CheckboxGroup,
    ContextBlock,
    DatePicker,
    DividerBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from bot.features.one_on_ones.notes import LONGEST, Entry, PairNotes
from bot.features.one_on_ones.rules import CADENCES
from bot.features.roadblocks import RoadblockPreferences, Shown
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.messages.ideas.forms import LONGEST_IDEA
from bot.messages.meetings import TITLES
from bot.messages.mentions import LONGEST_FIELD, NO_NAMES, distinct_names, field, mentions_to_names, split_to_fit
from bot.messages.one_on_ones import names
from bot.messages.one_on_ones.cards import due_line, topic_list
from bot.messages.one_on_ones.names import Act
from bot.messages.promises import LONGEST_PROMISE
from bot.messages.roadblocks.forms import LONGEST_ROADBLOCK
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import capitalize_first, escape, mention, shortened
from bot.slack.post import Post
from bot.text.formats import on


def pair_form(
    pair: Pair,
    meeting: Meeting | None,
    kept: PairNotes,
    reader: Person,
    today: date,
    topic: str = "",
    called: Mapping[str, str] = NO_NAMES,
) -> ModalView:
    """Build the form with a pair's topics, notes and, for the leader, how often they meet.

    `called` maps the ids mentioned in topics to display names.
    """
    other = pair.attendee if reader is pair.organizer else pair.organizer
    blocks: list[Block] = [SectionBlock(_head(pair, meeting, reader, other, today), block_id="head")]
    blocks += _topics(pair, kept, topic, called)
    blocks += _notes(kept, reader)
    if not pair.series.ended_at:
        blocks += _followup_fields(pair, reader)
    if reader is pair.organizer and not pair.series.ended_at:
        blocks.append(InputBlock("How often you meet", _rules(pair.series.rule), block_id=names.RULE))
    told = f"Only you and {mention(other.id)} can read your topics and notes. They're stored encrypted."
    blocks.append(ContextBlock([Text(told)]))
    return ModalView(
        title=TITLES[Kind.ONE_ON_ONE],
        submit="Save",
        close="Close",
        callback_id=names.PAIR_FORM,
        private_metadata=str(pair.series.id),
        blocks=blocks,
    )


def _head(pair: Pair, meeting: Meeting | None, reader: Person, other: Person, today: date) -> str:
    if pair.series.ended_at:
        return f"You and {mention(other.id)} no longer have one-on-ones. Only you two can see your topics and notes."
    planned = f"is booked for {when(meeting.starts_at, reader)}" if meeting and meeting.state == State.PLANNED else None
    due_by = due_line(pair, reader, today)
    asked = "is not booked yet" if meeting else due_by if due_by.startswith("was") else f"is {due_by}"
    often = CADENCES.get(pair.series.rule, "regularly")
    return f"You and {mention(other.id)} meet {often}. The next one {planned or asked}."


def _topics(pair: Pair, kept: PairNotes, topic: str, called: Mapping[str, str]) -> list[Block]:
    words = field(names.TOPIC, topic, called, longest=LONGEST, placeholder="More time for training")
    is_over = pair.series.ended_at and not topic
    asked = [] if is_over else [InputBlock("New topic", words, block_id=names.TOPIC, optional=True)]
    if not kept.topics:
        return [*asked]
    done = [
        Option(PlainText(shortened(mentions_to_names(each.words, called), 75)), str(each.id)) for each in kept.topics
    ]
    return [
        SectionBlock(shortened(f"*Topics*\n{topic_list(kept.topics, pair)}", 2900), block_id="topics"),
        InputBlock("Already discussed", CheckboxGroup(names.TALKED, done), block_id=names.TALKED, optional=True),
        *asked,
    ]


def _notes(kept: PairNotes, reader: Person) -> list[Block]:
    words = PlainTextInput(action_id=names.NOTE, multiline=True, max_length=LONGEST)
    read = [SectionBlock(shortened("*Notes*\n" + _read(kept.notes, reader), 2900), block_id="notes")]
    return [
        DividerBlock(block_id="line"),
        *(read if kept.notes else []),
        InputBlock("New note for you both", words, block_id=names.NOTE, optional=True),
        InputBlock(
            "Remind me on", DatePicker(action_id=names.FOLLOW_UP), block_id=names.FOLLOW_UP, optional=True,
            hint="Add a date if you want to come back to this note. I'll remind you that day.",
        ),
    ]  # fmt: skip


WHO_SEES = {
    Shown.WITHOUT_MY_NAME: "I'll post it in your team's channel without your name.",
    Shown.WITH_MY_NAME: "I'll post it in your team's channel with your name.",
    Shown.ONLY_LEADERS: "Only your team's leaders will see it, without your name.",
}


def _followup_fields(pair: Pair, reader: Person) -> list[Block]:
    """Return the fields for a promise by the leader, and for a roadblock and an idea by either person."""
    promise = InputBlock(
        shortened(f"Promise to {pair.attendee.name}", LONGEST_LABEL),
        field(names.PROMISE, "", longest=LONGEST_PROMISE), block_id=names.PROMISE, optional=True,
    )  # fmt: skip
    by = InputBlock(
        "By", DatePicker(action_id=names.BY), block_id=names.BY, optional=True,
        hint="If you don't pick a date, it's due in five working days.",
    )  # fmt: skip
    roadblock = InputBlock(
        "Roadblock", field(names.ROADBLOCK, "", longest=LONGEST_ROADBLOCK), block_id=names.ROADBLOCK, optional=True,
        hint=WHO_SEES[RoadblockPreferences.of(reader).shown],
    )  # fmt: skip
    idea = InputBlock(
        "Idea", field(names.IDEA, "", longest=LONGEST_IDEA), block_id=names.IDEA, optional=True,
        hint="I'll post it in your team's channel with your name.",
    )  # fmt: skip
    return [DividerBlock(block_id="followups"), *([promise, by] if reader is pair.organizer else []), roadblock, idea]


def _read(notes: Sequence[Entry], reader: Person) -> str:
    return "\n".join(_note(each, reader) for each in notes)


def _note(note: Entry, reader: Person) -> str:
    until = f", follow-up on {on(note.follow_up_on, reader.locale)}" if note.follow_up_on else ""
    said = shortened(escape(note.words), 600)
    return f"• {said}\n   _{mention(note.author_id)}, {on(reader.local(note.made_at), reader.locale)}{until}_"


def _rules(rule: str) -> StaticSelectMenu:
    options = {each: Option(PlainText(capitalize_first(words)), each) for each, words in CADENCES.items()}
    return StaticSelectMenu(names.RULE, list(options.values()), initial_option=options.get(rule))


def saved_text(promised: Post | None = None, *, has_raised: bool = False) -> ModalView:
    """Confirm what was saved, including a promise; `has_raised` mentions the DM about a new roadblock or idea."""
    text = ":white_check_mark: Saved. Only the two of you can see your topics and notes."
    told = "I've sent you a DM about what you raised. You can still take it back there."
    blocks: list[Block] = [SectionBlock(text, block_id="saved"), *(promised.blocks[:1] if promised else [])]
    blocks += [SectionBlock(told, block_id="raised")] if has_raised else []
    return ModalView(title=TITLES[Kind.ONE_ON_ONE], close="Done", blocks=blocks)


MOST_PARTNERS = 100
"""The limit of options in a menu."""


LONGEST_REMEMBERED = 2900


LONGEST_LABEL = 100


PARTNER_QUESTIONS = {
    Act.OPEN: "Which one-on-one?",
    Act.TOPIC: "Who do you want to discuss this with?",
    Act.ASK: "Who would you like a one-on-one with?",
    Act.DONE: "Who did you meet?",
}


PARTNER_SUBMIT = {Act.OPEN: "Open", Act.TOPIC: "Save", Act.ASK: "Ask", Act.DONE: "Mark as done"}


def partner_form(act: Act, pairs: Sequence[Pair], reader: Person, words: str, called: Mapping[str, str]) -> ModalView:
    """Ask which pair a `/1on1` command means, keeping its words; `called` maps ids mentioned in these to names."""
    return ModalView(
        title=TITLES[Kind.ONE_ON_ONE],
        submit=PARTNER_SUBMIT[act],
        close="Cancel",
        callback_id=names.PARTNER_FORM,
        private_metadata=f"{act} {shortened(words, LONGEST_REMEMBERED) if act is Act.DONE else ''}",
        blocks=[
            InputBlock(PARTNER_QUESTIONS[act], _partner_menu(pairs, reader), block_id=names.WHOM),
            *_partner_words(act, words, called),
        ],
    )


def _partner_menu(pairs: Sequence[Pair], reader: Person) -> StaticSelectMenu:
    called = distinct_names(pair.person(pair.series.other(reader.id)) for pair in pairs)
    options = [Option(PlainText(name[:75]), id) for id, name in called.items()][:MOST_PARTNERS]
    return StaticSelectMenu(names.WHOM, options, initial_option=options[0] if len(options) == 1 else None)


def _partner_words(act: Act, words: str, called: Mapping[str, str]) -> list[Block]:
    if act is Act.DONE:
        return [_shown("I won't save what you typed:", words)] if words else []
    typed = field(names.SAID, words, called, longest=LONGEST_FIELD, multiline=True)
    asked: list[Block] = [
        InputBlock("Topic", typed, block_id=names.SAID, optional=act is not Act.TOPIC),
    ]
    _, rest = split_to_fit(words, called)
    return [*asked, _shown("You also typed:", rest)] if rest else asked


def _shown(head: str, words: str) -> SectionBlock:
    return SectionBlock(f"{head}\n>{shortened(escape(words), 2900)}", block_id="typed")


def answer_view(post: Post) -> ModalView:
    return ModalView(
        title=TITLES[Kind.ONE_ON_ONE], close="Done", blocks=[SectionBlock(shortened(post.text, 3000), block_id="said")]
    )
