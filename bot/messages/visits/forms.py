"""Build the debrief form and the view of a sponsor's own answers."""

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
    PlainTextInput,
    SectionBlock,
    Text,
)

from bot.features.visits.rules import DUE, IN_THE_WAY, LONGEST_ANSWER, SEEN, WILL_DO, DebriefAnswers
from bot.features.visits.themes import THEMES, theme_label
from bot.meetings.models import Meeting
from bot.meetings.rules import Pair
from bot.messages.visits.names import DEBRIEF_FORM, TITLE, WORKS
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.text.formats import on

ALONE = "Only you can read this."
FOUR_WEEKS = timedelta(days=28)
QUESTIONS = {
    WORKS: "What works well?",
    IN_THE_WAY: "What gets in the agents' way?",
    WILL_DO: "What will you do about it?",
}


def debrief_form(pair: Pair, meeting: Meeting, now: datetime) -> ModalView:
    """Ask a sponsor what works, what gets in the way, and what the sponsor will do about it, by when."""
    due = f"{pair.organizer.local(now) + FOUR_WEEKS:%Y-%m-%d}"
    told = (
        f"You sat with {mention(pair.attendee.id)}. Only you can read the first two answers. The team's leaders see "
        "your promise, and how often each theme comes up, without names."
    )
    themes = [Option(PlainText(words), theme) for theme, words in THEMES.items()]
    blocks: list[Block] = [
        SectionBlock(told, block_id="told"),
        _question(WORKS),
        _question(IN_THE_WAY),
        InputBlock(
            "What is it about?", CheckboxGroup(action_id=SEEN, options=themes), block_id=SEEN,
            optional=True, hint="One or two is enough. Pick at least one if you wrote what gets in the agents' way.",
        ),
        _question(WILL_DO, hint="One small thing. It's your promise, and the team's leaders see it."),
        InputBlock(
            "By when", DatePicker(DUE, initial_date=due), block_id=DUE, optional=True,
            hint="I'll remind you on each of the four working days before, and on the day.",
        ),
    ]  # fmt: skip
    return ModalView(
        title=TITLE,
        submit="Save",
        close="Cancel",
        callback_id=DEBRIEF_FORM,
        private_metadata=str(meeting.id),
        blocks=blocks,
    )


def _question(field: str, hint: str | None = None) -> InputBlock:
    words = PlainTextInput(field, multiline=True, max_length=LONGEST_ANSWER)
    return InputBlock(QUESTIONS[field], words, block_id=field, optional=True, hint=hint)


def saved_view(said: DebriefAnswers, reader: Person) -> ModalView:
    text = ":white_check_mark: Saved. Only you can read it."
    if said.will_do and said.due_on:
        text = (
            ":white_check_mark: Saved. Only you can read it, except your promise, which I'm passing on to the team's "
            f"leaders. It's due on {on(said.due_on)}, and I'll remind you beforehand."
        )
    text += " Want to thank someone? Use `/shoutout @ana for …`."
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(text, block_id="saved")])


def own_notes_view(pair: Pair, meeting: Meeting, said: DebriefAnswers) -> ModalView:
    """Show the sponsor their own answers about a visit."""
    sponsor = pair.organizer
    day = on(sponsor.local(meeting.starts_at), sponsor.locale)
    will_do = (
        f"{said.will_do}\n(due on {on(said.due_on, sponsor.locale)})" if said.will_do and said.due_on else said.will_do
    )
    answers = {WORKS: said.works, IN_THE_WAY: said.in_the_way, WILL_DO: will_do}
    blocks: list[Block] = [SectionBlock(f"You sat with {mention(pair.attendee.id)} on {day}.", block_id="head")]
    for field, words in answers.items():
        if words:
            text = f"*{QUESTIONS[field]}*\n{shortened(escape(words), 2800)}"
            blocks.append(SectionBlock(text, block_id=field))
    if said.themes:
        themes = ", ".join(theme_label(theme) for theme in said.themes)
        blocks.append(SectionBlock(f"*Themes*\n{themes}", block_id=SEEN))
    if len(blocks) == 1:
        blocks.append(SectionBlock("No notes.", block_id="nothing"))
    note = "Only you can read this, except the promise, which the team's leaders see too."
    blocks.append(ContextBlock([Text(note if said.will_do else ALONE)], block_id="note"))
    return ModalView(title=TITLE, close="Close", blocks=blocks)
