"""Build the wrap-up form and the view of a leader's own notes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from slackblocks import (
    Block,
    CheckboxGroup,
    ContextBlock,
    DatePicker,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    SectionBlock,
    Text,
    UserSelectMenu,
)

from bot.features.shadowing.wrap_ups import LONGEST
from bot.features.visits.rules import SEEN
from bot.features.visits.themes import THEMES
from bot.followups.models import Followup, State
from bot.meetings.models import Meeting
from bot.meetings.rules import Pair
from bot.messages.mentions import NO_NAMES, field
from bot.messages.shadowing.names import DUE, LEARNT, ROADBLOCK, THANK, TITLE, WRAP_UP_FORM
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.text.formats import on

DEFAULT_DUE_IN = timedelta(days=7)
ALONE = "Only you can read this."


def wrap_up_form(
    agent: Person, reader: Person, remembered: str, now: datetime, learnt: str = "", names: Mapping[str, str] = NO_NAMES
) -> ModalView:
    """Build the wrap-up form: what was learned, a roadblock to take on, and whom to thank.

    `names` maps ids in `learnt` to names.
    """
    due = f"{reader.local(now) + DEFAULT_DUE_IN:%Y-%m-%d}"
    themes = [Option(PlainText(words), theme) for theme, words in THEMES.items()]
    told = (
        f"You sat with {mention(agent.id)}. Only you can read what you learnt. If you take on a roadblock, I'll tell "
        f"{mention(agent.id)} which one."
    )
    blocks: list[Block] = [
        SectionBlock(told, block_id="told"),
        InputBlock(
            "What did you learn?", field(LEARNT, learnt, names, longest=LONGEST, multiline=True), block_id=LEARNT,
            optional=True,
        ),
        InputBlock(
            "One roadblock you'll take on", field(ROADBLOCK, "", longest=LONGEST, multiline=True), block_id=ROADBLOCK,
            optional=True,
            hint="Something that stops agents from helping customers and that you can clear.",
        ),
        InputBlock(
            "Clear it by", DatePicker(DUE, initial_date=due), block_id=DUE, optional=True,
            hint="I'll remind you on that day.",
        ),
        InputBlock(
            "What is it about?", CheckboxGroup(action_id=SEEN, options=themes), block_id=SEEN, optional=True,
            hint="Counted for your team, without names or your words. If you take on a roadblock, its card "
            "shows the first theme you pick.",
        ),
        InputBlock(
            "Who would you like to thank?", UserSelectMenu(THANK), block_id=THANK, optional=True,
            hint="The shout-out form opens next, with their name in it.",
        ),
    ]  # fmt: skip
    return ModalView(
        title=TITLE,
        submit="Save",
        close="Cancel",
        callback_id=WRAP_UP_FORM,
        private_metadata=remembered,
        blocks=blocks,
    )


def saved_view(roadblock: Followup | None) -> ModalView:
    text = ":white_check_mark: Saved. Only you can read it."
    if roadblock and roadblock.due_on:
        due = on(roadblock.due_on)
        text = (
            ":white_check_mark: Saved. Only you can read what you learnt. I'm telling the agent which roadblock "
            f"you took on, and I'll remind you on {due}."
        )
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(text, block_id="saved")])


def own_notes_view(pair: Pair, meeting: Meeting, learnt: str, roadblock: Followup | None) -> ModalView:
    """Show a leader their own notes about a session."""
    day = on(pair.organizer.local(meeting.starts_at).date())
    head = SectionBlock(f"You sat with {mention(pair.attendee.id)} on {day}.", block_id="head")
    blocks: list[Block] = [head]
    if learnt:
        blocks.append(SectionBlock(f"*What you learnt*\n{shortened(escape(learnt), 2800)}", block_id="learnt"))
    if roadblock:
        blocks.append(SectionBlock(f"*Roadblock you took on*\n{_roadblock_text(roadblock)}", block_id="roadblock"))
    if not learnt and not roadblock:
        blocks.append(SectionBlock("No notes.", block_id="nothing"))
    note = f"Only you can read this. {mention(pair.attendee.id)} can see the roadblock." if roadblock else ALONE
    blocks.append(ContextBlock([Text(note)], block_id="note"))
    return ModalView(title=TITLE, close="Close", blocks=blocks)


def _roadblock_text(each: Followup) -> str:
    is_open = each.state in (State.OPEN, State.OWNED)
    until = f"by {on(each.due_on)}" if is_open and each.due_on else "" if is_open else "cleared"
    return f"{shortened(escape(each.text), 2700)}\n_{until}_".removesuffix("\n__")
