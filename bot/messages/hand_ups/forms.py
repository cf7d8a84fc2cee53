"""Forms of hand-ups: raise one, add a line to it, post it in the channel, and answer a question afterwards."""

from collections.abc import Mapping, Sequence

from slackblocks import (
    Block,
    CheckboxGroup,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    StaticSelectMenu,
)

from bot.followups.models import Kind
from bot.messages.errors import fit_to_section
from bot.messages.hand_ups.names import (
    ADD_FORM,
    AFTERWARDS_FORM,
    CHANNEL_FORM,
    FORM,
    KIND,
    TEAM,
    TEXT,
    THEME,
    TICKET,
    WAITING,
)  # fmt: skip
from bot.messages.mentions import NO_NAMES, field
from bot.org.teams.models import Team
from bot.slack.post import modal, option

LONGEST_LINE = 600
LONGEST_WORDS = 2400
"""Limit of characters in all lines of one hand-up together."""
LONGEST_TICKET = 200
LONGEST_ANSWER = 600
TITLE = "Raise a hand"
KINDS = {Kind.ROADBLOCK: "A roadblock, to be cleared by a leader", Kind.IDEA: "An idea, for the team to vote on"}


def form(teams: Sequence[Team], *, text: str = "", names: Mapping[str, str] = NO_NAMES, refusal: str = "") -> ModalView:
    """Build the form of a new hand-up; `refusal` says what was wrong with the typed text.

    `names` has the names of the people and channels that `text` mentions.
    """
    words = field(TEXT, text, names, longest=LONGEST_LINE, multiline=True)
    waiting = CheckboxGroup(WAITING, [option("A customer is waiting", WAITING)])
    blocks: list[Block] = [SectionBlock(fit_to_section(refusal), block_id="refusal")] if refusal else []
    blocks.append(InputBlock("What do you need help with?", words, block_id=TEXT))
    if len(teams) > 1:
        choices = [option(f"#{team.name}", str(team.id)) for team in teams]
        blocks.append(InputBlock("Team", StaticSelectMenu(TEAM, choices), block_id=TEAM))
    blocks += [
        InputBlock(
            "Is it urgent?", waiting, block_id=WAITING, optional=True,
            hint="Then each leader gets 2 minutes instead of 5, and after three leaders I ask all the other leaders at "
            "work.",
        ),
        InputBlock("Ticket", PlainTextInput(TICKET, max_length=LONGEST_TICKET), block_id=TICKET, optional=True),
    ]  # fmt: skip
    return modal(TITLE, FORM, blocks, submit="Ask for a leader", metadata=str(teams[0].id))


def add_form(hand_up_id: int) -> ModalView:
    """Build the form that adds a line to an open hand-up."""
    words = PlainTextInput(TEXT, multiline=True, max_length=LONGEST_LINE)
    blocks = [InputBlock("What should the leader know?", words, block_id=TEXT)]
    return modal("Add a line", ADD_FORM, blocks, submit="Add", metadata=str(hand_up_id))


def channel_form(team: Team, hand_up_id: int, words: str, names: Mapping[str, str]) -> ModalView:
    """Build the form that shows what will be posted in the team's channel."""
    text = field(TEXT, words, names, longest=LONGEST_LINE, multiline=True)
    hint = f"Everyone in #{team.name} can read this, with your name."
    blocks = [InputBlock("What I'll post", text, block_id=TEXT, hint=hint)]
    return modal("Post in the channel", CHANNEL_FORM, blocks, submit="Post", metadata=str(hand_up_id))


def prevention_form(hand_up_id: int, themes: dict[str, str]) -> ModalView:
    """Build the form that asks what would have prevented a hand-up."""
    choices = {kind: option(label, kind) for kind, label in KINDS.items()}
    kinds = RadioButtonGroup(KIND, [*choices.values()], initial_option=choices[Kind.ROADBLOCK])
    words = PlainTextInput(TEXT, multiline=True, max_length=LONGEST_ANSWER)
    menu = StaticSelectMenu(THEME, [option(label, key) for key, label in themes.items()])
    blocks = [
        InputBlock("What would have prevented it?", words, block_id=TEXT),
        InputBlock("Save it as", kinds, block_id=KIND, hint="The same as typing `/roadblock` or `/idea`."),
        InputBlock("What was it about?", menu, block_id=THEME, optional=True),
    ]
    return modal("Next time", AFTERWARDS_FORM, blocks, submit="Save", metadata=str(hand_up_id))
