"""How settings look: the list of a team's, the form of each feature, and one's own."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, ContextBlock, DividerBlock, Element, ModalView, SectionBlock, Text

from bot.messages import inputs
from bot.messages.setup import people
from bot.messages.text import escape, mention, mentions, shortened
from bot.teams import Change, Member, Role, Settings, Team

OPEN = "settings:open"
OPEN_OWN = "settings:open_own"
FORM = "settings:form"
PEOPLE_FORM = "settings:people_form"
OWN_FORM = "settings:own_form"
PEOPLE = "people"
PEOPLE_TITLE = "People and time zone"


def listing(team: Team, members: Sequence[Member], kept: Sequence[Settings], changes: Sequence[Change]) -> ModalView:
    """What is set, each feature with its button, and who changed what last."""
    blocks: list[Block] = [_entry(team, PEOPLE, PEOPLE_TITLE, _people(team, members))]
    blocks += [_entry(team, each.feature, each.title, inputs.summary(each)) for each in kept]
    if changes:
        told = "\n".join(_changed(team, change) for change in changes)
        blocks += [DividerBlock(), ContextBlock([Text(shortened(told, 2000))], block_id="changes")]
    return ModalView(title="Settings", close="Done", blocks=blocks)


def form(team: Team, settings: Settings) -> ModalView:
    return ModalView(
        title="Settings",
        submit="Save",
        close="Back",
        callback_id=FORM,
        blocks=list(inputs.of(settings)),
        private_metadata=f"{team.id}:{settings.feature}",
    )


def people_form(team: Team, members: Sequence[Member]) -> ModalView:
    now = people_of(team, members)
    blocks = people(leaders=now["leaders"], deputies=now["deputies"], sponsor_id=now["sponsor"], zone=now["zone"])
    return ModalView(
        title="Settings",
        submit="Save",
        close="Back",
        callback_id=PEOPLE_FORM,
        blocks=blocks,
        private_metadata=str(team.id),
    )


def own_form(settings: Settings) -> ModalView:
    return ModalView(
        title="About you",
        submit="Save",
        close="Cancel",
        callback_id=OWN_FORM,
        blocks=list(inputs.of(settings)),
        private_metadata=settings.feature,
    )


def own_buttons(kept: Sequence[Settings]) -> ActionsBlock:
    """A button for each feature in which somebody has a say of their own."""
    buttons: list[Element] = [
        Button(shortened(each.title, 75), action_id=f"{OPEN_OWN}:{each.feature}", value=each.feature) for each in kept
    ]
    return ActionsBlock(buttons, block_id="own")


def saved(title: str) -> ModalView:
    text = f":white_check_mark: *{title}* is saved, and counts from now on."
    return ModalView(title="Settings", close="Done", blocks=[SectionBlock(text, block_id="saved")], clear_on_close=True)


def people_of(team: Team, members: Sequence[Member]) -> dict[str, Any]:
    """Who leads a team and whose clock it goes by, as its form names them."""
    return {
        "leaders": [member.user_id for member in members if member.role is Role.LEADER],
        "deputies": [member.user_id for member in members if member.is_deputy],
        "sponsor": team.sponsor_id,
        "zone": team.zone,
    }


def which_team(teams: Sequence[Team]) -> str:
    """An answer where several teams could be meant."""
    channels = " or ".join(f"<#{team.channel_id}>" for team in teams)
    return f"You are in several teams. Type it in the channel of the one you mean: {channels}."


def _entry(team: Team, feature: str, title: str, told: str) -> SectionBlock:
    change = Button("Change", action_id=OPEN, value=f"{team.id}:{feature}")
    return SectionBlock(shortened(f"*{title}*\n{told}", 2900), block_id=feature, accessory=change)


def _people(team: Team, members: Sequence[Member]) -> str:
    now = people_of(team, members)
    sponsor = f", sponsor {mention(team.sponsor_id)}" if team.sponsor_id else ""
    return f"Led by {mentions(now['leaders'])}{sponsor}; {team.zone}"


def _changed(team: Team, change: Change) -> str:
    at = change.changed_at.astimezone(ZoneInfo(team.zone))
    name = change.name.partition(".")[2].replace("_", " ")
    was, became = (escape(inputs.shown(value)) for value in (change.was, change.became))
    return f"{mention(change.changed_by)}, {at:%A} {at.day} {at:%B}: {name} from {was} to {became}"
