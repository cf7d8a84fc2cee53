"""How settings look: the list of a team's, the form of each feature, one's own, and who was given a role."""

import json
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, ContextBlock, DividerBlock, Element, ModalView, SectionBlock

from bot.features.birthdays import settings
from bot.features.birthdays.models import Kind
from bot.features.birthdays.settings import Wish
from bot.features.rituals import settings as rituals_settings
from bot.meetings.settings import ShadowingPreferences
from bot.messages import inputs
from bot.messages.setup import city, leaders_of, people
from bot.org.teams.models import Member, Role, Team
from bot.org.teams.settings import Settings, SettingsChange
from bot.slack.mrkdwn import escape, mention, mentions, shortened
from bot.slack.post import LONGEST_TITLE, Post, context, modal

OPEN = "settings:open"
OPEN_OWN = "settings:open_own"
FORM = "settings:form"
PEOPLE_FORM = "settings:people_form"
OWN_FORM = "settings:own_form"
PEOPLE = "people"
PEOPLE_TITLE = "People and time zone"


def listing(
    team: Team, members: Sequence[Member], kept: Sequence[Settings], changes: Sequence[SettingsChange]
) -> ModalView:
    """What is set, each feature with its button, and who changed what last."""
    blocks: list[Block] = [_of(team), _entry(team, PEOPLE, PEOPLE_TITLE, _people(team, members))]
    blocks += [_entry(team, each.feature, each.title, inputs.summary(each)) for each in kept]
    if changes:
        models = {each.feature: type(each) for each in kept}
        told = "\n".join(_changed(team, change, models) for change in changes)
        blocks += [DividerBlock(block_id="line"), context(shortened(told, 2000), "changes")]
    return ModalView(title="Settings", close="Done", blocks=blocks)


def form(team: Team, settings: Settings) -> ModalView:
    """It remembers what it showed, so that it cannot undo what somebody else changes meanwhile."""
    title, blocks = (
        shortened(settings.title, LONGEST_TITLE),
        [_of(team, settings.title), *inputs.build_inputs(settings)],
    )
    shown = f"{team.id}:{settings.feature}:{version(settings.model_dump(mode='json'))}"
    return modal(title, FORM, blocks, submit="Save", close="Back", metadata=shown)


def people_form(team: Team, members: Sequence[Member]) -> ModalView:
    now = people_of(team, members)
    asked = people(leaders=now["leaders"], deputies=now["deputies"], sponsor_id=now["sponsor"], zone=now["zone"])
    shown = f"{team.id}:{PEOPLE}:{version(now)}"
    return modal("People", PEOPLE_FORM, [_of(team), *asked], submit="Save", close="Back", metadata=shown)


def own_form(settings: Settings) -> ModalView:
    return modal("About you", OWN_FORM, inputs.build_inputs(settings), submit="Save", metadata=settings.feature)


def own_buttons(kept: Sequence[Settings]) -> ActionsBlock:
    """A button for each feature in which somebody has a say of their own."""
    buttons: list[Element] = [
        Button(shortened(each.title, 75), action_id=f"{OPEN_OWN}:{each.feature}", value=each.feature) for each in kept
    ]
    return ActionsBlock(buttons, block_id="own")


def saved(title: str, team: Team | None = None, note: str = "") -> ModalView:
    """`note` says why nothing comes of it yet."""
    whose = f" for *#{escape(team.name)}*" if team else ""
    text = f":white_check_mark: Saved{whose}: {title.lower()}. {note or 'It counts from now on.'}"
    return ModalView(title="Settings", close="Done", blocks=[SectionBlock(text, block_id="saved")], clear_on_close=True)


def version(shown: Mapping[str, Any]) -> str:
    """A short name for what was shown."""
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def people_of(team: Team, members: Sequence[Member]) -> dict[str, Any]:
    """Who leads a team and whose clock it goes by, as its form names them."""
    return {
        "leaders": sorted(member.user_id for member in members if member.role is Role.LEADER),
        "deputies": sorted(member.user_id for member in members if member.is_deputy),
        "sponsor": team.sponsor_id,
        "zone": team.zone,
    }


def _of(team: Team, title: str = "") -> ContextBlock:
    """Whose settings, and which: a form's own title may be cut short."""
    what = f"*{escape(title)}* · " if title else ""
    return context(f"{what}The team of *#{escape(team.name)}*", "team")


def _entry(team: Team, feature: str, title: str, told: str) -> SectionBlock:
    change = Button("Change", action_id=OPEN, value=f"{team.id}:{feature}")
    return SectionBlock(shortened(f"*{title}*\n{told}", 2900), block_id=feature, accessory=change)


def _people(team: Team, members: Sequence[Member]) -> str:
    sponsor = f", with {mention(team.sponsor_id)} as sponsor" if team.sponsor_id else ""
    return f"Led by {leaders_of(members)}{sponsor}. {city(team.zone)} time."


def _changed(team: Team, change: SettingsChange, models: Mapping[str, type[Settings]]) -> str:
    """`@maya, Tuesday 17 November: Thanks a day from 5 to 3`."""
    at = change.changed_at.astimezone(ZoneInfo(team.zone))
    feature, _, name = change.name.partition(".")
    if feature == PEOPLE:
        title, was, became = name.capitalize(), _who(change.was), _who(change.became)
    else:
        title, (was, became) = inputs.told(models[feature], name, change.was, change.became)
    return f"{mention(change.changed_by)}, {at:%A} {at.day} {at:%B}: {title} from {was} to {became}"


def _who(value: Any) -> str:
    """A person, several, a zone, or nobody."""
    if isinstance(value, list):
        return mentions(value) or "–"
    return mention(value) if value and "/" not in value else escape(value or "–")


NO_TEAM = "You're in no team yet, so nothing comes of it until you join a team's channel."


ONLY_MEMBERS = "Coffee and hosting are for those in a team. You're its sponsor, so I don't pair you or ask you to host."


ONLY_AGENTS = "I ask only agents for this, so nothing changes for you now."


SILENT = "You chose *none*, so I say nothing on the day."


def without_effect(own: Settings, roles: Collection[Role], *, sponsors: bool) -> str:
    """Why nothing comes of a choice; empty when something does. `roles` are what they are in their teams."""
    match own:
        case rituals_settings.RitualPreferences() if not roles:
            return ONLY_MEMBERS if sponsors else NO_TEAM
        case settings.BirthdayPreferences() if not (roles or sponsors):
            return NO_TEAM
        case ShadowingPreferences() if Role.AGENT not in roles:
            return ONLY_AGENTS if roles or sponsors else NO_TEAM
        case settings.BirthdayPreferences() if _is_silent(own):
            return SILENT
        case _:
            return ""


def _is_silent(own: settings.BirthdayPreferences) -> bool:
    """A day was named, and none of them is to be kept."""
    named = [kind for kind in Kind if own.date_of(kind)]
    return bool(named) and all(own.wish(kind) is Wish.NONE for kind in named)


class Named(StrEnum):
    LEADER = "leader"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"


REMINDERS = "I'll remind you of one-on-ones and of people to thank, twice a working day at most."


GIVEN = {
    Named.LEADER: f"made you a leader of {{}}. {REMINDERS} When a queue is over its limit, I may ask you to help.",
    Named.DEPUTY: f"made you a deputy leader of {{}}. {REMINDERS} When a queue is over its limit, I ask you after the "
    "other leaders.",
    Named.SPONSOR: "made you the sponsor of {}. About once a month I'll suggest a visit to the team, and "
    "`/shadow visits` shows what is planned.",
}


def role_given(team: Team, role: Named, by_id: str) -> Post:
    text = f"{mention(by_id)} {GIVEN[role].format(f'<#{team.channel_id}>')} `/steward me` shows what I know about you."
    return Post(text, [SectionBlock(text, block_id="named")])
