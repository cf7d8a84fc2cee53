"""Forms of roadblocks: raise one, and take the steps that need a text, a day or a person."""

from collections.abc import Sequence

from slackblocks import (
    Block,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    StaticSelectMenu,
)

from bot.features.roadblocks import Shown
from bot.features.visits.themes import THEMES
from bot.followups.rules import Step
from bot.messages.errors import fit_to_section
from bot.messages.followups import forms
from bot.messages.followups.forms import TEAM, TEXT
from bot.messages.roadblocks.cards import DESTINATION, FORM, LINK, SHOWN, THEME
from bot.org.teams.models import Team
from bot.slack.mrkdwn import shortened
from bot.slack.post import context, modal, option

LONGEST_ROADBLOCK = 600
LONGEST_LINK = 500
DESTINATIONS = ("product", "service", "help pages")
TITLE = "Roadblock"
LABELS = {
    Shown.WITHOUT_MY_NAME: "Everyone in the team's channel, without my name",
    Shown.WITH_MY_NAME: "Everyone in the team's channel, with my name",
    Shown.ONLY_LEADERS: "Only the team's leaders, without my name",
}


def form(
    teams: Sequence[Team], *, text: str = "", shown: Shown | None, link: str = "", source: str = "", refusal: str = ""
) -> ModalView:
    """Build the form for a new roadblock; `refusal` says what was wrong with the typed text.

    If `shown` is None, the person must choose who sees it, because the text comes from a private channel or a DM.
    """
    words = PlainTextInput(
        TEXT, multiline=True, max_length=LONGEST_ROADBLOCK, initial_value=shortened(text, LONGEST_ROADBLOCK) or None
    )
    ticket = PlainTextInput(LINK, max_length=LONGEST_LINK, initial_value=link or None)
    blocks: list[Block] = [SectionBlock(fit_to_section(refusal), block_id="refusal")] if refusal else []
    blocks.append(InputBlock("What is in the way?", words, block_id=TEXT))
    if len(teams) > 1:
        choices = [option(f"#{team.name}", str(team.id)) for team in teams]
        blocks.append(InputBlock("Team", StaticSelectMenu(TEAM, choices), block_id=TEAM))
    blocks += [
        InputBlock("Who can see it?", _shown(shown), block_id=SHOWN),
        context(forms.WITHOUT_NAME, "who"),
        InputBlock("What is it about?", _menu(THEME, THEMES), block_id=THEME, optional=True),
        InputBlock(
            "Area", _menu(DESTINATION, {each: each.capitalize() for each in DESTINATIONS}),
            block_id=DESTINATION, optional=True,
        ),
        InputBlock(
            "Link or ticket", ticket, block_id=LINK, optional=True,
            hint="If you hide your name, I'll leave out any link to your own message.",
        ),
        *forms.quoting_fields(teams),
    ]  # fmt: skip
    return modal(TITLE, FORM, blocks, submit="Log it", metadata=f"{teams[0].id}|{source}")


def _shown(chosen: Shown | None) -> RadioButtonGroup:
    options = {each: option(label, each) for each, label in LABELS.items()}
    return RadioButtonGroup(SHOWN, [*options.values()], initial_option=options[chosen] if chosen else None)


def _menu(name: str, labels: dict[str, str]) -> StaticSelectMenu:
    return StaticSelectMenu(name, [option(label, key) for key, label in labels.items()])


def answer_form(roadblock_id: int) -> ModalView:
    return forms.ask(
        Step.ANSWER, roadblock_id, TITLE, "It's cleared", why="What was done?",
        hint="One sentence. Everyone who can see the roadblock can read it.",
    )  # fmt: skip


def wait_form(roadblock_id: int) -> ModalView:
    return forms.ask(
        Step.WAIT, roadblock_id, TITLE, "Put on hold", why="What are you waiting for?", by="Until when?",
        hint="Everyone who can see the roadblock can read this. I'll remind you on that day.",
    )  # fmt: skip


def hand_on_form(roadblock_id: int) -> ModalView:
    return forms.ask(Step.HAND_ON, roadblock_id, TITLE, "Hand it over", who="Which leader should take it over?")


def sponsor_form(roadblock_id: int) -> ModalView:
    return forms.ask(
        Step.ASK_SPONSOR, roadblock_id, TITLE, "Ask the sponsor", why="What does the sponsor need to know?",
        hint="I'll send the sponsor only this text, so say what the roadblock is. Nobody else will see it.",
    )  # fmt: skip


def send_back_form(roadblock_id: int) -> ModalView:
    return forms.ask(
        Step.SEND_BACK, roadblock_id, TITLE, "Send it back", why="Why?", is_optional=True,
        hint="Whoever is working on the roadblock will read this.",
    )  # fmt: skip
