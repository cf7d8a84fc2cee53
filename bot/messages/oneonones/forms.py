"""Forms: a time, and all that a pair keeps for itself."""

from collections.abc import Mapping, Sequence

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

from bot.directory import Person
from bot.features.oneonones.cadence import RULES
from bot.features.oneonones.keeping import LONGEST, Kept, Said
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.tables import Meeting
from bot.messages.oneonones.around import listed
from bot.messages.oneonones.names import (
    COUNTER_FORM,
    FOLLOW_UP,
    MOVE_FORM,
    NOTE,
    PAIR_FORM,
    RULE,
    TALKED,
    TOPIC,
)
from bot.messages.text import begun, escape, mention, shortened
from bot.messages.times import on, when
from bot.messages.typed import NO_NAMES, field, plain

TITLE = "One-on-one"
ASKED = {
    COUNTER_FORM: ("When would it suit you to meet {}?", "Suggest it"),
    MOVE_FORM: ("When do you and {} meet instead?", "Move it"),
}
"""What asks for a time says, and its button, by form."""


def pair_form(
    pair: Pair,
    meeting: Meeting | None,
    kept: Kept,
    reader: Person,
    topic: str = "",
    names: Mapping[str, str] = NO_NAMES,
) -> ModalView:
    """Topics, notes and, for the leader, how often: for the two of them and nobody else.

    `names` are of those whom the topics mention.
    """
    other = pair.agent if reader is pair.leader else pair.leader
    blocks: list[Block] = [SectionBlock(_head(pair, meeting, reader, other), block_id="head")]
    blocks += _topics(pair, kept, topic, names)
    blocks += _notes(kept, reader)
    if reader is pair.leader and not pair.series.ended_at:
        blocks.append(InputBlock("How often you two meet", _rules(pair.series.rule), block_id=RULE))
    blocks.append(ContextBlock([Text(f"Only you and {mention(other.id)} can read this, and it is kept encrypted.")]))
    return ModalView(
        title=TITLE,
        submit="Save",
        close="Close",
        callback_id=PAIR_FORM,
        private_metadata=str(pair.series.id),
        blocks=blocks,
    )


def _head(pair: Pair, meeting: Meeting | None, reader: Person, other: Person) -> str:
    if pair.series.ended_at:
        return f"You and {mention(other.id)} have no more one-on-ones. What you kept stays with the two of you."
    planned = f"planned for {when(meeting.starts_at, reader)}" if meeting and meeting.starts_at else None
    asked = "waiting for a time to be chosen" if meeting else f"due by {on(pair.series.due_on)}"
    often = RULES.get(pair.series.rule, "regularly")
    return f"You and {mention(other.id)} meet {often}. The next one is {planned or asked}."


def _topics(pair: Pair, kept: Kept, topic: str, names: Mapping[str, str]) -> list[Block]:
    words = field(TOPIC, topic, names, longest=LONGEST, placeholder="More time for training")
    asked = InputBlock("Something to talk about", words, block_id=TOPIC, optional=True)
    if not kept.topics:
        return [asked]
    done = [Option(PlainText(shortened(plain(each.words, names), 75)), str(each.id)) for each in kept.topics]
    return [
        SectionBlock(shortened(f"*To talk about*\n{listed(kept.topics, pair)}", 2900), block_id="topics"),
        InputBlock("Talked about", CheckboxGroup(TALKED, done), block_id=TALKED, optional=True),
        asked,
    ]


def _notes(kept: Kept, reader: Person) -> list[Block]:
    words = PlainTextInput(action_id=NOTE, multiline=True, max_length=LONGEST)
    read = [SectionBlock(shortened("*Notes*\n" + _read(kept.notes, reader), 2900), block_id="notes")]
    return [
        DividerBlock(block_id="line"),
        *(read if kept.notes else []),
        InputBlock("A note for the two of you", words, block_id=NOTE, optional=True),
        InputBlock(
            "Come back to it on", DatePicker(action_id=FOLLOW_UP), block_id=FOLLOW_UP, optional=True,
            hint="Makes it a coaching note: on that day I remind you of it.",
        ),
    ]  # fmt: skip


def _read(notes: Sequence[Said], reader: Person) -> str:
    return "\n".join(_note(each, reader) for each in notes)


def _note(note: Said, reader: Person) -> str:
    until = f", to come back to on {on(note.follow_up_on)}" if note.follow_up_on else ""
    said = shortened(escape(note.words), 600)
    return f"• {said}\n   _{mention(note.author_id)}, {on(reader.local(note.made_at).date())}{until}_"


def _rules(rule: str) -> StaticSelectMenu:
    options = {each: Option(PlainText(begun(words)), each) for each, words in RULES.items()}
    return StaticSelectMenu(RULE, list(options.values()), initial_option=options.get(rule))


def saved() -> ModalView:
    text = ":white_check_mark: Kept, for the two of you."
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(text, block_id="saved")])
