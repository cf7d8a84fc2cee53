"""Forms of change notices: write or edit one, ask a question, answer the questions."""

from collections.abc import Mapping, Sequence
from datetime import date

from slackblocks import (
    Block,
    DatePicker,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    URLInput,
)

from bot.features.notices.models import Notice, NoticeQuestion
from bot.features.notices.rules import (
    CHANGE,
    DEFAULT_VALIDITY,
    DETAILS,
    EDIT,
    ENDS_ON,
    LINK,
    LONGEST_ANSWER,
    LONGEST_CHANGE,
    LONGEST_DETAILS,
    LONGEST_QUESTION,
    LONGEST_VALIDITY,
    MOST_A_WEEK,
    STARTS_ON,
    Edit,
    NoticeText,
)
from bot.messages.mentions import NO_NAMES, mentions_to_names
from bot.messages.notices.cards import quote_questions
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, split_into_parts
from bot.slack.post import modal, option

FORM, EDIT_FORM, QUESTION_FORM, ANSWER_FORM = (
    "notices:form", "notices:edit_form", "notices:question_form", "notices:answer_form"
)  # fmt: skip
WORDS = "words"
MOST_PARTS = 50
"""The limit on sections with questions in the form for the answer, which hold at least 100 long questions."""
EDITS = {
    Edit.SMALL: "A small fix: I won't ask anyone to read it again",
    Edit.ASK_AGAIN: "It changes what people do: I'll ask everyone again",
}
ABOUT = (
    "I'll post it in {channel}. People press *Got it* or ask a question without giving their name. If someone "
    f"does neither, I'll remind them once, on their next working day. The limit is {MOST_A_WEEK} notices a week."
)


def new_form(team: Team, words: str, today: date) -> ModalView:
    """Build the form for a new notice, with what was typed after the command."""
    is_short = len(words) <= LONGEST_CHANGE
    draft = NoticeText(words if is_short else "", "" if is_short else words, "", today, today + DEFAULT_VALIDITY)
    about = SectionBlock(ABOUT.format(channel=f"<#{team.channel_id}>"), block_id="about")
    return modal("Change notice", FORM, [about, *_fields(draft)], submit="Post", metadata=str(team.id))


def edit_form(notice: Notice, names: Mapping[str, str]) -> ModalView:
    """Build the form that edits a notice; `names` has the names of the people whom it mentions."""
    draft = NoticeText(
        mentions_to_names(notice.change, names), mentions_to_names(notice.details, names), notice.link,
        notice.starts_on, notice.ends_on,
    )  # fmt: skip
    kinds = RadioButtonGroup(action_id=EDIT, options=[option(label, kind) for kind, label in EDITS.items()])
    blocks = [*_fields(draft), InputBlock("What kind of edit is this?", kinds, block_id=EDIT)]
    return modal("Edit notice", EDIT_FORM, blocks, submit="Save", metadata=f"{notice.id}:{notice.edits}")


def _fields(draft: NoticeText) -> list[Block]:
    change = PlainTextInput(CHANGE, draft.change or None, max_length=LONGEST_CHANGE)
    details = PlainTextInput(
        DETAILS, draft.details[:LONGEST_DETAILS] or None, multiline=True, max_length=LONGEST_DETAILS
    )
    return [
        InputBlock("What's changing?", change, block_id=CHANGE, hint="One sentence. I repeat it in the reminder."),
        InputBlock("Why, and what to do", details, block_id=DETAILS, optional=True),
        InputBlock("From", DatePicker(action_id=STARTS_ON, initial_date=f"{draft.starts_on}"), block_id=STARTS_ON),
        InputBlock("Where to read more", URLInput(LINK, draft.link or None), block_id=LINK, optional=True),
        InputBlock(
            "Show until", DatePicker(action_id=ENDS_ON, initial_date=f"{draft.ends_on}"), block_id=ENDS_ON,
            hint="Until then, people who join the team or come back from leave get it too. "
            f"Up to {LONGEST_VALIDITY.days} days.",
        ),
    ]  # fmt: skip


def question_form(notice: Notice, metadata: str) -> ModalView:
    """Build the form that asks what is unclear, with the leaders' answer to earlier questions, if there is one."""
    words = PlainTextInput(WORDS, multiline=True, max_length=LONGEST_QUESTION)
    hint = (
        "The team's leaders read it without your name, tomorrow or on their next working day. They may recognise you "
        "by how you write, and whoever runs Steward could look up who asked until the notice ends."
    )
    blocks: list[Block] = [SectionBlock(f">{escape(notice.change)}", block_id="change")]
    answered = split_into_parts(f"*Answered so far:*\n{escape(notice.answer)}") if notice.answer else []
    blocks += [SectionBlock(part, block_id=f"answered_{nth}") for nth, part in enumerate(answered)]
    blocks.append(InputBlock("What's unclear?", words, block_id=WORDS, hint=hint, optional=True))
    return modal("Unclear to me", QUESTION_FORM, blocks, submit="Send", metadata=metadata)


def asked_view(*, is_question: bool) -> ModalView:
    """Build the view that replaces the form once its answer is stored, with or without a question."""
    text = "Thanks. I'll pass your question on, and send you the answer when a leader writes one."
    if not is_question:
        text = "Thanks. When a leader answers questions about this notice, I'll send you the answer."
    return modal("Unclear to me", "notices:asked", [SectionBlock(text, block_id="told")], submit=None, close="Close")


def answer_form(notice: Notice, questions: Sequence[NoticeQuestion], names: Mapping[str, str] = NO_NAMES) -> ModalView:
    """Build the form in which a leader answers all questions about a notice, or edits the answer."""
    asked = split_into_parts(quote_questions(questions))[:MOST_PARTS]
    shown = [SectionBlock(part, block_id=f"asked_{nth}") for nth, part in enumerate(asked)]
    before = mentions_to_names(notice.answer, names)[:LONGEST_ANSWER] or None
    words = PlainTextInput(WORDS, before, multiline=True, max_length=LONGEST_ANSWER)
    hint = (
        "I'll post it in the notice's thread with your name, and send it to everyone who pressed “Unclear to me”. "
        "If more questions come in, edit this answer."
    )
    answer = InputBlock("Your answer for everyone", words, block_id=WORDS, hint=hint)
    return modal(
        "Answer questions",
        ANSWER_FORM,
        [*shown, answer],
        submit="Post",
        metadata=f"{notice.id}:{notice.edition}:{notice.answer_version}",
    )
