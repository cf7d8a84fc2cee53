"""The question to who helped, what becomes of it, and the way to the notes of others."""

from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, ContextBlock, SectionBlock, Text

from bot.features.debriefs.models import Debrief, Kind, Note, State
from bot.messages.debriefs.names import NOTHING, READ, TELL
from bot.messages.times import on
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

WHAT = {Kind.IDEA: "what hurt customers", Kind.ROADBLOCK: "what held agents back"}


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
        blocks += [ActionsBlock([yes, no], block_id="answers"), ContextBlock([Text(why)], block_id="why")]
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
