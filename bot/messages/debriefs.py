"""Debriefs, in words: the question to who helped, the form, the notes and what came of them."""

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
from bot.messages.times import on
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, context, modal, option

TELL = "debriefs:tell"
NOTHING = "debriefs:nothing"
READ = "debriefs:read"
ANSWER = "debriefs:answer"

FORM = "debriefs:form"
ANSWER_FORM = "debriefs:answer_form"

THANK = "thank"
FOR = "{}_for"
"""The field with the destination of an answer, by the answer's own."""

TITLE = "What did you see?"
WHAT = {Kind.IDEA: "what hurt customers", Kind.ROADBLOCK: "what held agents back"}
ASKED = {Kind.IDEA: "What hurt customers?", Kind.ROADBLOCK: "What held agents back?"}
FIRST = {Kind.IDEA: Destination.PRODUCT, Kind.ROADBLOCK: Destination.SERVICE}
"""Where each goes most often."""
WHOM_HINT = "The form for a shout-out comes next, with their names in it."
OPEN_TO = "Only you and the leaders of <#{}> can read this. It is kept encrypted, and stands in no message."


def ask(team: Team, debrief: Debrief, queue: str) -> Post:
    """Two minutes, asked once; what is left of the card once it is answered."""
    text = _answered(team, debrief, queue)
    blocks: list[Block] = [SectionBlock(text, block_id="debrief")]
    if debrief.state == State.ASKED:
        id = str(debrief.id)
        yes = Button("Two minutes: what did you see?", action_id=TELL, value=id, style="primary")
        no = Button("Nothing this time", action_id=NOTHING, value=id)
        why = (
            f"You are asked since you helped, once a spike and no more. Only you and the leaders of "
            f"<#{team.channel_id}> read what you write. `/steward me`, *When a queue spikes*, ends these questions."
        )
        blocks += [ActionsBlock([yes, no], block_id="answers"), context(why, "why")]
    return Post(text, blocks, card=f"debrief:{debrief.id}")


def _answered(team: Team, debrief: Debrief, queue: str) -> str:
    named = f"*{escape(queue)}*"
    match debrief.state:
        case State.TOLD:
            return (
                f":white_check_mark: Kept, with thanks: what you saw at {named}. The leaders of <#{team.channel_id}> "
                "find it in `/queue`, and you hear from me what came of it."
            )
        case State.NOTHING:
            return f"Nothing from {named} this time, which is fine. Thank you for having been there."
        case _:
            return (
                f"You were there for {named}. What hurt customers, what held agents back, and whom would you like to "
                "thank? Two minutes while it is fresh; each part may stay empty."
            )


def answered(note: Note, came: str, by: str, reader: Person) -> Post:
    """To who wrote it: what came of it."""
    text = (
        f":seedling: {_day(note.made_at, reader)} you wrote down {WHAT[Kind(note.kind)]} at *{escape(note.queue)}*. "
        f"{mention(by)} tells what came of it:\n> {_quoted(came)}"
    )
    return Post(text, [SectionBlock(text, block_id="came")])


def waiting(team: Team, count: int) -> list[Block]:
    """In a list of the team's queues, for those who lead it."""
    if not count:
        return []
    what = "note waits" if count == 1 else f"{count} notes wait"
    text = f"{'A ' if count == 1 else ''}{what} for a word of what came of {'it' if count == 1 else 'them'}."
    button = Button("Read", action_id=READ, value=str(team.id))
    return [SectionBlock(text, block_id=f"notes_{team.id}", accessory=button)]


def _day(at: datetime, reader: Person) -> str:
    return f"On {on(reader.local(at).date())}"


def _quoted(words: str) -> str:
    return shortened(escape(words), 2500).replace("\n", "\n> ")


def form(team: Team, debrief: Debrief) -> ModalView:
    """Three short questions, each of which may stay empty."""
    blocks: list[Block] = [SectionBlock(OPEN_TO.format(team.channel_id), block_id="told")]
    for field, kind in debriefs.KIND_BY_FIELD.items():
        words = PlainTextInput(field, multiline=True, max_length=debriefs.LONGEST_NOTE)
        blocks += [
            InputBlock(ASKED[kind], words, block_id=field, optional=True),
            InputBlock("That is for", _destinations(field, kind), block_id=FOR.format(field)),
        ]
    whom = UserMultiSelectMenu(THANK)
    blocks.append(InputBlock("Whom to thank?", whom, block_id=THANK, optional=True, hint=WHOM_HINT))
    return modal(TITLE, FORM, blocks, submit="Keep it", close="Not now", metadata=str(debrief.id))


def _destinations(field: str, kind: Kind) -> StaticSelectMenu:
    options = {each: option(each.capitalize(), str(each)) for each in Destination}
    return StaticSelectMenu(FOR.format(field), [*options.values()], initial_option=options[FIRST[kind]])


def saved(*, is_told: bool) -> ModalView:
    told = ":white_check_mark: Kept. You hear from me what came of it." if is_told else "That is fine. Thank you."
    return _closing(told)


def listed(notes: Sequence[ReadableNote], reader: Person, led: Sequence[int]) -> ModalView:
    """Notes, each with what came of it, or with the way to say so."""
    blocks: list[Block] = []
    for each in notes:
        blocks += _told(each, reader, may_answer=each.note.team_id in led)
    if not notes:
        blocks = [SectionBlock("No note waits for a word. Good!", block_id="none")]
    told = "Each is for the leaders of its team, and for who wrote it. What came of it is told to them by DM."
    return ModalView(title="Notes", close="Close", blocks=[*blocks, context(told, "told")])


def _told(each: ReadableNote, reader: Person, *, may_answer: bool) -> list[Block]:
    id, head = each.note.id, _head(each, reader)
    text = f"{head}\n{shortened(escape(each.words), 2000)}"
    if each.came:
        text += f"\n_What came of it:_ {shortened(escape(each.came), 700)}"
    blocks: list[Block] = [SectionBlock(text, block_id=f"note_{id}")]
    if may_answer and not each.came:
        button = Button("What came of it?", action_id=ANSWER, value=str(id))
        blocks.append(ActionsBlock([button], block_id=f"answer_{id}"))
    return [*blocks, DividerBlock(block_id=f"end_{id}")]


def _head(each: ReadableNote, reader: Person) -> str:
    note = each.note
    who = "You" if note.writer_id == reader.id else mention(note.writer_id)
    day = on(reader.local(note.made_at).date())
    return f"{who}, {day}, on {WHAT[Kind(note.kind)]} at *{escape(note.queue)}*, for *{note.destination}*:"


def answer_form(found: ReadableNote, reader: Person) -> ModalView:
    """What came of a note, in a sentence."""
    text = f"{_head(found, reader)}\n{shortened(escape(found.words), 2500)}"
    hint = "Also when nothing can be done: a no with its reason is an answer."
    words = PlainTextInput(debriefs.CAME, multiline=True, max_length=debriefs.LONGEST_NOTE)
    blocks: list[Block] = [
        SectionBlock(text, block_id="note"),
        InputBlock("What came of it?", words, block_id=debriefs.CAME, hint=hint),
    ]
    return modal("What came of it?", ANSWER_FORM, blocks, submit="Tell them", close="Back", metadata=str(found.note.id))


def sent(found: ReadableNote, by: str) -> ModalView:
    writer = found.note.writer_id
    if writer == by:
        return _closing(":white_check_mark: Kept.")
    return _closing(f":white_check_mark: Kept. {mention(writer)} hears it from me at a good moment.")


def _closing(said: str) -> ModalView:
    return ModalView(title=TITLE, close="Done", clear_on_close=True, blocks=[SectionBlock(said, block_id="said")])
