"""Build the forms that steps of follow-ups ask for."""

from datetime import date

from slackblocks import Block, DatePicker, InputBlock, ModalView, PlainTextInput, SectionBlock

from bot.followups.rules import Step
from bot.messages.followups.names import DAY, WHY, form
from bot.slack.post import modal

LONGEST_REASON = 300
DONE = "followups:done"


def ask(
    step: Step, followup_id: int, title: str, submit: str, *, why: str = "", hint: str | None = None,
    is_optional: bool = False, by: str = "", due_on: date | None = None, before: str = "",
) -> ModalView:  # fmt: skip
    """Build the form of a step: a sentence under the label `why`, and a day under the label `by`, if they are given.

    `before` is a text above the fields.
    """
    blocks: list[Block] = [SectionBlock(before, block_id="before")] if before else []
    if by:
        picker = DatePicker(DAY, initial_date=due_on.isoformat() if due_on else None)
        blocks.append(InputBlock(by, picker, block_id=DAY))
    if why:
        words = PlainTextInput(WHY, multiline=True, max_length=LONGEST_REASON)
        blocks.append(InputBlock(why, words, block_id=WHY, hint=hint, optional=is_optional))
    return modal(title, form(step), blocks, submit=submit, metadata=str(followup_id))


def closing(title: str, text: str) -> ModalView:
    """Replace a form with an answer that can only be closed."""
    return ModalView(title=title, close="Done", callback_id=DONE, blocks=[SectionBlock(text, block_id="done")])
