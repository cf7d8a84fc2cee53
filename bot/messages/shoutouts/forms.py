"""The form for a shout-out, and the views that replace it."""

import json
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
    UserMultiSelectMenu,
)

from bot.features.shoutouts.models import PLAIN, Kind, Manner, MessageRef, Shoutout
from bot.features.shoutouts.rules import LONGEST_REASON, MANNER, MOST_RECEIVERS, REASON, RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.messages import callbacks
from bot.messages.mentions import NO_NAMES, field
from bot.messages.shoutouts.answers import UNDO_HINT, limit_reached_text
from bot.messages.shoutouts.cards import FORM, KIND, OFFERED, REFUSED, TEAM
from bot.org.teams.models import Team
from bot.slack.mrkdwn import shortened
from bot.slack.post import Post, context, modal, option

WHY = "What do you want to thank them for?"
EXAMPLE = "For example: staying calm with an angry caller."
PRIVATE = "private"
WHOLE_TEAM = "team"
KINDS = {Kind.THANKS: "Thanks", Kind.GOOD_CALL: "Good call: they used their own judgement to help a customer"}
MANNERS = {PRIVATE: "Send it privately", WHOLE_TEAM: "Thank the whole team"}


def form(
    *,
    receivers: Sequence[str] = (),
    reason: str = "",
    names: Mapping[str, str] = NO_NAMES,
    teams: Sequence[Team] = (),
    manner: Manner = PLAIN,
    leads: bool = False,
    about: MessageRef | None = None,
    refusal: str = "",
) -> ModalView:
    """Build the form for a shout-out; it asks for the team only if there are several to choose from.

    `names` has the names of people that the reason mentions; `refusal` says what to correct in the typed text.
    """
    blocks: list[Block] = [SectionBlock(refusal, block_id=REFUSED)] if refusal else []
    blocks += [
        InputBlock("Who do you want to thank?", _who(receivers), block_id=RECEIVERS, optional=leads),
        InputBlock(WHY, _why(reason, names), block_id=REASON, hint=_hint(teams)),
        InputBlock("Type", _kind(manner.kind), block_id=KIND),
        InputBlock("Options", _manner(manner, leads), block_id=MANNER, optional=True),
    ]
    if len(teams) > 1:
        blocks.append(InputBlock("Team", _choice(teams), block_id=TEAM))
    if about:
        blocks.append(context("I'll send your words with a link to the message.", "about"))
    metadata = json.dumps([teams[0].id if len(teams) == 1 else None, str(about) if about else None])
    return modal("Shout-out", FORM, blocks, submit="Send thanks", metadata=metadata)


def parse_metadata(private_metadata: str) -> tuple[int | None, MessageRef | None]:
    """Parse the metadata of the shout-out form: the team and the message that it was opened for."""
    found = callbacks.parse_json(private_metadata)
    team_id, about = found if isinstance(found, list) and len(found) == 2 else (None, None)
    return team_id and callbacks.number(team_id), MessageRef.of(str(about)) if about else None


def _who(receivers: Sequence[str]) -> UserMultiSelectMenu:
    return UserMultiSelectMenu(
        action_id=RECEIVERS,
        initial_users=list(receivers) or None,
        max_selected_items=MOST_RECEIVERS,
        placeholder="Pick one or more people",
    )


def _why(reason: str, names: Mapping[str, str]) -> PlainTextInput:
    return field(REASON, reason, names, longest=LONGEST_REASON, multiline=True)


def _kind(kind: Kind) -> RadioButtonGroup:
    options = {each: option(words, str(each)) for each, words in KINDS.items()}
    return RadioButtonGroup(KIND, list(options.values()), initial_option=options[kind])


def _manner(manner: Manner, leads: bool) -> CheckboxGroup:
    options = {name: option(words, name) for name, words in MANNERS.items() if leads or name != WHOLE_TEAM}
    chosen = [(PRIVATE, manner.is_private), (WHOLE_TEAM, manner.is_for_team)]
    ticked = [options[name] for name, is_on in chosen if is_on and name in options]
    return CheckboxGroup(MANNER, list(options.values()), initial_options=ticked or None)


def _hint(teams: Sequence[Team]) -> str:
    """Give an example, and list the values of the team unless there are several teams to choose from."""
    values = Settings.of(teams[0]).values if len(teams) == 1 else []
    if not values:
        return EXAMPLE
    return f"{EXAMPLE} You can add a team value: {' '.join(f'#{value}' for value in values)}"


def _choice(teams: Sequence[Team]) -> StaticSelectMenu:
    return StaticSelectMenu(TEAM, [option(shortened(f"#{team.name}", 75), str(team.id)) for team in teams[:100]])


def limit_reached_view(shoutout: Shoutout) -> ModalView:
    """Build the view that replaces the form once the daily limit is reached, with *Send it later*."""
    said = SectionBlock(limit_reached_text(shoutout), block_id="said")
    return modal("Shout-out", OFFERED, [said], submit="Send it later", close="Don't send", metadata=str(shoutout.id))


def given_form(answer: Post) -> ModalView:
    """Replace the form with the reply to the giver. The reply's buttons are sent to the giver by DM."""
    blocks: list[Block] = [
        SectionBlock(answer.text.replace(f" {UNDO_HINT}", ""), block_id="said"),
        context("You can undo this in our DM for the next 10 minutes.", "undo"),
    ]
    return ModalView(title="Shout-out", close="Done", blocks=blocks)


def answer_view(post: Post) -> ModalView:
    """Build a view that replaces the form with an answer and can only be closed."""
    return ModalView(title="Shout-out", close="Done", blocks=[SectionBlock(post.text, block_id="said")])
