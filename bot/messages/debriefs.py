"""Debrief notes about a spike: the question to each helper, the form, the list of notes, and leaders' answers."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DividerBlock,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    UserMultiSelectMenu,
)

from bot.features import debriefs
from bot.features.debriefs import Debrief, Destination, Kind, Note, ReadableNote, State
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mention, shortened
from bot.slack.post import Post, context, modal, option
from bot.text.formats import on

TELL = "debriefs:tell"
NOTHING = "debriefs:nothing"
READ = "debriefs:read"
ANSWER = "debriefs:answer"

FORM = "debriefs:form"
ANSWER_FORM = "debriefs:answer_form"

THANK = "thank"
FOR = "{}_for"
"""Template of the name of the field for an answer's area, filled in with the name of the answer's field."""

TITLE = "Debrief note"
WHAT = {Kind.IDEA: "what went wrong for customers", Kind.ROADBLOCK: "what held agents back"}
ASKED = {Kind.IDEA: "What went wrong for customers?", Kind.ROADBLOCK: "What held agents back?"}
FIRST = {Kind.IDEA: Destination.PRODUCT, Kind.ROADBLOCK: Destination.SERVICE}
"""The default area of each kind of note, which is the most common one."""
WHOM_HINT = "Next, I'll open the shout-out form with their names filled in."
OPEN_TO = "Only you and the leaders of <#{}> can read this. I store it encrypted and never post it."


def ask(team: Team, debrief: Debrief, queue: str) -> Post:
    """Build the card that asks for a debrief note; once the question is answered, the card only shows the outcome."""
    text = _answered(team, debrief, queue)
    blocks: list[Block] = [SectionBlock(text, block_id="debrief")]
    if debrief.state == State.ASKED:
        id = str(debrief.id)
        yes = Button("Write a note", action_id=TELL, value=id, style="primary")
        no = Button("Not this time", action_id=NOTHING, value=id)
        why = (
            f"I ask everyone who helped, once per spike. Only you and the leaders of <#{team.channel_id}> can read "
            "your note. To turn this off: `/steward me`, *When a queue spikes*."
        )
        blocks += [ActionsBlock([yes, no], block_id="answers"), context(why, "why")]
    return Post(text, blocks, card=f"debrief:{debrief.id}")


def _answered(team: Team, debrief: Debrief, queue: str) -> str:
    named = f"*{escape(queue)}*"
    match debrief.state:
        case State.TOLD:
            return (
                f":white_check_mark: Thanks! The leaders of <#{team.channel_id}> can read your note about {named}. "
                "I'll tell you when they answer."
            )
        case State.NOTHING:
            return f"No debrief note for {named}. Thanks for helping!"
        case _:
            return (
                f"You helped with {named}. What went wrong for customers, what held agents back, and who do you want "
                "to thank? It takes 2 minutes, and you can skip any question."
            )


def answered(note: Note, came: str, by: str, reader: Person) -> Post:
    """Build the message that brings a leader's answer to the writer of a debrief note."""
    text = (
        f":seedling: {mention(by)} answered your note from {_day(note.made_at, reader)} on {WHAT[Kind(note.kind)]} in "
        f"*{escape(note.queue)}*:\n> {_quoted(came)}"
    )
    return Post(text, [SectionBlock(text, block_id="came")])


def waiting(team: Team, count: int) -> list[Block]:
    """Build the line that says how many debrief notes are unanswered; nothing if none are."""
    if not count:
        return []
    text = f"{count_noun(count, 'debrief note')} still {'needs' if count == 1 else 'need'} an answer."
    button = Button("Read", action_id=READ, value=str(team.id))
    return [SectionBlock(text, block_id=f"notes_{team.id}", accessory=button)]


def _day(at: datetime, reader: Person) -> str:
    return on(reader.local(at), reader.locale)


def _quoted(words: str) -> str:
    return shortened(escape(words), 2500).replace("\n", "\n> ")


def form(team: Team, debrief: Debrief) -> ModalView:
    """Build the debrief form, with three optional questions."""
    blocks: list[Block] = [SectionBlock(OPEN_TO.format(team.channel_id), block_id="told")]
    for field, kind in debriefs.KIND_BY_FIELD.items():
        words = PlainTextInput(field, multiline=True, max_length=debriefs.LONGEST_NOTE)
        blocks += [
            InputBlock(ASKED[kind], words, block_id=field, optional=True),
            InputBlock("Area", _destinations(field, kind), block_id=FOR.format(field)),
        ]
    whom = UserMultiSelectMenu(THANK)
    blocks.append(InputBlock("Who do you want to thank?", whom, block_id=THANK, optional=True, hint=WHOM_HINT))
    return modal(TITLE, FORM, blocks, submit="Save", close="Not now", metadata=str(debrief.id))


def _destinations(field: str, kind: Kind) -> StaticSelectMenu:
    options = {each: option(each.capitalize(), str(each)) for each in Destination}
    return StaticSelectMenu(FOR.format(field), [*options.values()], initial_option=options[FIRST[kind]])


def saved(*, is_told: bool) -> ModalView:
    told = (
        ":white_check_mark: Saved. I'll tell you when a leader answers."
        if is_told
        else "No note this time. Thanks for helping!"
    )
    return _closing(told)


def listed(notes: Sequence[ReadableNote], reader: Person, led: Sequence[int]) -> ModalView:
    """List debrief notes, each with its answer or a button to give one."""
    blocks: list[Block] = []
    for each in notes:
        blocks += _told(each, reader, may_answer=each.note.team_id in led)
    if not notes:
        blocks = [SectionBlock("No notes need an answer.", block_id="none")]
    told = "Only the team's leaders and the writer can read a note. The writer gets the answer in a DM."
    return ModalView(title="Notes", close="Close", blocks=[*blocks, context(told, "told")])


def _told(each: ReadableNote, reader: Person, *, may_answer: bool) -> list[Block]:
    id, head = each.note.id, _head(each, reader)
    text = f"{head}\n{shortened(escape(each.words), 2000)}"
    if each.came:
        text += f"\n_Answer:_ {shortened(escape(each.came), 700)}"
    blocks: list[Block] = [SectionBlock(text, block_id=f"note_{id}")]
    if may_answer and not each.came:
        button = Button("Answer", action_id=ANSWER, value=str(id))
        blocks.append(ActionsBlock([button], block_id=f"answer_{id}"))
    return [*blocks, DividerBlock(block_id=f"end_{id}")]


def _head(each: ReadableNote, reader: Person) -> str:
    note = each.note
    who = "You" if note.writer_id == reader.id else mention(note.writer_id)
    day = _day(note.made_at, reader)
    return f"{who}, {day}: {WHAT[Kind(note.kind)]} in *{escape(note.queue)}* ({note.destination})"


def answer_form(found: ReadableNote, reader: Person) -> ModalView:
    """Build the form for a leader's answer to a debrief note."""
    text = f"{_head(found, reader)}\n{shortened(escape(found.words), 2500)}"
    hint = "If nothing can be done, say why."
    words = PlainTextInput(debriefs.CAME, multiline=True, max_length=debriefs.LONGEST_NOTE)
    blocks: list[Block] = [
        SectionBlock(text, block_id="note"),
        InputBlock("What came of it?", words, block_id=debriefs.CAME, hint=hint),
    ]
    return modal("Answer a note", ANSWER_FORM, blocks, submit="Send", close="Back", metadata=str(found.note.id))


def sent(found: ReadableNote, by: str) -> ModalView:
    writer = found.note.writer_id
    if writer == by:
        return _closing(":white_check_mark: Saved.")
    return _closing(f":white_check_mark: Saved. {mention(writer)} will get it during working hours.")


def _closing(said: str) -> ModalView:
    return ModalView(title=TITLE, close="Done", clear_on_close=True, blocks=[SectionBlock(said, block_id="said")])
