"""Slack ids of the buttons and fields of follow-ups, and the forms of their steps."""

from collections.abc import Sequence
from datetime import date

from slackblocks import (
    Block,
    DatePicker,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    UserSelectMenu,
)

from bot.features.voice.models import Settings as VoiceSettings
from bot.followups.models import Quoting
from bot.followups.rules import Step
from bot.org.teams.models import Team
from bot.slack.post import modal, option

PREFIX = "followups"
MORE = f"{PREFIX}:more"
"""The menu with the steps that have no button of their own."""
READ = f"{PREFIX}:read"
CHANGE = f"{PREFIX}:change"
CHANGE_FORM = f"{PREFIX}:change_form"
THANK = f"{PREFIX}:thank"
ME_TOO = f"{PREFIX}:me_too"

TEXT = "text"
DAY = "day"
WHY = "why"
WHO = "who"
TEAM = "team"
QUOTING = "quoting"

LONGEST_REASON = 300
WITHOUT_NAME = (
    "If you hide your name, nobody in Slack can see who wrote it. Your words could still give you away, and whoever "
    "runs Steward could look it up."
)
DONE = "followups:done"
QUOTING_LABELS = {
    Quoting.NO: "Don't quote me",
    Quoting.UNNAMED: "Quote me without my name",
    Quoting.NAMED: "Quote me with my name",
}
QUOTING_HINT = (
    "Leaders see your quote before the sponsor reads it. Quotes without a name are sent only if they come from "
    "at least three people. Until your quote is sent, you can stop it in /steward me. Even if I don't quote you, the "
    "message lists the team's ideas and cleared roadblocks, without names."
)


def quoting_fields(teams: Sequence[Team]) -> list[Block]:
    """Build the question whether the author may be quoted; nothing if no team has a sponsor to quote them to."""
    if not any(team.sponsor_id and VoiceSettings.of(team).is_on for team in teams):
        return []
    options = {each: option(label, each) for each, label in QUOTING_LABELS.items()}
    group = RadioButtonGroup(QUOTING, [*options.values()], initial_option=options[Quoting.NO])
    label = "Your exact words in the monthly message to the sponsor"
    return [InputBlock(label, group, block_id=QUOTING, hint=QUOTING_HINT, optional=True)]


def action(step: Step) -> str:
    """Return the action id of a step's button."""
    return f"{PREFIX}:{step}"


def form(step: Step) -> str:
    """Return the callback id of a step's form."""
    return f"{PREFIX}:{step}_form"


def ask(
    step: Step, followup_id: int, title: str, submit: str, *, why: str = "", hint: str | None = None,
    is_optional: bool = False, by: str = "", due_on: date | None = None, who: str = "", before: str = "",
) -> ModalView:  # fmt: skip
    """Build the form of a step, with a field for each label that is given.

    `who` is the label of a person field, `by` of a date field, and `why` of a text field. `before` is a text above the
    fields.
    """
    blocks: list[Block] = [SectionBlock(before, block_id="before")] if before else []
    if who:
        blocks.append(InputBlock(who, UserSelectMenu(action_id=WHO), block_id=WHO))
    if by:
        picker = DatePicker(DAY, initial_date=due_on.isoformat() if due_on else None)
        blocks.append(InputBlock(by, picker, block_id=DAY))
    if why:
        words = PlainTextInput(WHY, multiline=True, max_length=LONGEST_REASON)
        blocks.append(InputBlock(why, words, block_id=WHY, hint=hint, optional=is_optional))
    return modal(title, form(step), blocks, submit=submit, metadata=str(followup_id))


def closing(title: str, text: str) -> ModalView:
    """Build the view that replaces a form with an answer, and can only be closed."""
    return ModalView(title=title, close="Done", callback_id=DONE, blocks=[SectionBlock(text, block_id="done")])
