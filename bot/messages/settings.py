"""Settings: the list of a team's settings, a form per feature, a person's own settings, and DMs about new roles."""

import json
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import Block, Button, ContextBlock, DividerBlock, Element, ModalView, SectionBlock

from bot.features.birthdays import settings
from bot.features.birthdays.models import Kind
from bot.features.birthdays.settings import Wish
from bot.features.rituals import settings as rituals_settings
from bot.meetings.settings import ShadowingPreferences
from bot.messages import inputs
from bot.messages.setup import city, describe_leaders, people_fields
from bot.org.teams.models import Member, Role, Team
from bot.org.teams.settings import Settings, SettingsChange
from bot.slack.mrkdwn import capitalize_first, escape, mention, mentions, opening_mention, shortened
from bot.slack.post import LONGEST_TITLE, Post, button_rows, context, modal
from bot.text.formats import on

OPEN = "settings:open"
OPEN_OWN = "settings:open_own"
FORM = "settings:form"
PEOPLE_FORM = "settings:people_form"
OWN_FORM = "settings:own_form"
PEOPLE = "people"
PEOPLE_TITLE = "People and time zone"


def settings_list(
    team: Team, members: Sequence[Member], kept: Sequence[Settings], changes: Sequence[SettingsChange]
) -> ModalView:
    """List all settings, with a button per feature, and the latest changes and who made them."""
    blocks: list[Block] = [_subtitle(team), _entry(team, PEOPLE, PEOPLE_TITLE, _people(team, members))]
    blocks += [_entry(team, each.feature, each.title, inputs.summary(each)) for each in kept]
    if changes:
        models = {each.feature: type(each) for each in kept}
        told = "\n".join(describe_entry(team, change, models) for change in changes)
        blocks += [DividerBlock(block_id="line"), context(shortened(told, 2000), "changes")]
    return ModalView(title="Settings", close="Done", blocks=blocks)


def form(team: Team, settings: Settings, *, above: str = "", close: str = "Back") -> ModalView:
    """Build a feature's settings form, with a text `above` its fields.

    The form's metadata shows whether somebody else has changed the settings in the meantime.
    """
    title, blocks = (
        shortened(settings.title, LONGEST_TITLE),
        [_subtitle(team, settings.title), *inputs.build_inputs(settings)],
    )
    if above:
        blocks.insert(0, SectionBlock(above, block_id="above"))
    shown = f"{team.id}:{settings.feature}:{settings_version(settings.model_dump(mode='json'))}"
    return modal(title, FORM, blocks, submit="Save", close=close, metadata=shown)


def people_form(team: Team, members: Sequence[Member]) -> ModalView:
    now = people_of(team, members)
    asked = people_fields(leaders=now["leaders"], deputies=now["deputies"], sponsor_id=now["sponsor"], zone=now["zone"])
    shown = f"{team.id}:{PEOPLE}:{settings_version(now)}"
    return modal("People", PEOPLE_FORM, [_subtitle(team), *asked], submit="Save", close="Back", metadata=shown)


def own_form(settings: Settings) -> ModalView:
    return modal("About you", OWN_FORM, inputs.build_inputs(settings), submit="Save", metadata=settings.feature)


def own_buttons(kept: Sequence[Settings]) -> list[Block]:
    """Return a button for each feature with personal settings, in rows."""
    buttons: list[Element] = [
        Button(shortened(each.title, 75), action_id=f"{OPEN_OWN}:{each.feature}", value=each.feature) for each in kept
    ]
    return button_rows(buttons, "own")


def saved_view(title: str, team: Team | None = None, note: str = "") -> ModalView:
    """Confirm that settings were saved; `note` says why they have no effect yet."""
    whose = f" for *#{escape(team.name)}*" if team else ""
    text = f":white_check_mark: Saved *{title}*{whose}. {note}".strip()
    return ModalView(title="Settings", close="Done", blocks=[SectionBlock(text, block_id="saved")], clear_on_close=True)


def settings_version(shown: Mapping[str, Any]) -> str:
    """Return a hash of the settings shown, to detect a concurrent change."""
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def people_of(team: Team, members: Sequence[Member]) -> dict[str, Any]:
    """Return a team's leaders, deputies, sponsor and time zone, by their names in the form."""
    return {
        "leaders": sorted(member.user_id for member in members if member.role is Role.LEADER),
        "deputies": sorted(member.user_id for member in members if member.is_deputy),
        "sponsor": team.sponsor_id,
        "zone": team.zone,
    }


def _subtitle(team: Team, title: str = "") -> ContextBlock:
    """Build a block that names the settings and their team, because a modal's title may be cut off."""
    what = f"*{escape(title)}* · " if title else ""
    return context(f"{what}Team *#{escape(team.name)}*", "team")


def _entry(team: Team, feature: str, title: str, told: str) -> SectionBlock:
    change = Button("Change", action_id=OPEN, value=f"{team.id}:{feature}")
    return SectionBlock(shortened(f"*{title}*\n{told}", 2900), block_id=feature, accessory=change)


def _people(team: Team, members: Sequence[Member]) -> str:
    led = describe_leaders(members).removeprefix("is ").removeprefix("has ")
    sponsor = f" Sponsor: {mention(team.sponsor_id)}." if team.sponsor_id else ""
    return f"{capitalize_first(led)}.{sponsor} {city(team.zone)} time."


def describe_entry(team: Team, change: SettingsChange, models: Mapping[str, type[Settings]]) -> str:
    """Return a line like `@maya, Tuesday, 17 November: Length in minutes changed from 30 to 45`."""
    at = change.changed_at.astimezone(ZoneInfo(team.zone))
    feature, _, name = change.name.partition(".")
    if feature == PEOPLE:
        title, was, became = name.capitalize(), _who(change.was), _who(change.became)
    else:
        title, (was, became) = inputs.describe_change(models[feature], name, change.was, change.became)
    return f"{opening_mention(change.changed_by)}, {on(at)}: {title} changed from {was} to {became}"


def _who(value: Any) -> str:
    """Format one or more people, a time zone, or an empty value."""
    if isinstance(value, list):
        return mentions(value) or "none"
    return mention(value) if value and "/" not in value else escape(value or "none")


NO_TEAM = "You're not in a team yet, so this starts when you join a team's channel."


ONLY_MEMBERS = "Coffee and hosting are for team members. You're the sponsor, so I won't pair you or ask you to host."


ONLY_AGENTS = "I only ask agents whether someone may sit with them, so nothing changes for you right now."


SILENT = "You chose *none*, so I won't post anything on the day."


def explain_no_effect(own: Settings, roles: Collection[Role], *, sponsors: bool) -> str:
    """Say why a person's settings have no effect; empty if they do. `roles` are the person's roles in all teams."""
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
    """Return whether a person has entered dates but wants none of them celebrated."""
    named = [kind for kind in Kind if own.date_of(kind)]
    return bool(named) and all(own.visibility(kind) is Wish.NONE for kind in named)


class Named(StrEnum):
    LEADER = "leader"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"


REMINDERS = "I'll send you new reminders about at most two subjects a day, such as one-on-ones and promises."


GIVEN = {
    Named.LEADER: f"made you a leader of {{}}. {REMINDERS} If a queue is over its limit, I may ask you to help.",
    Named.DEPUTY: f"made you a deputy leader of {{}}. {REMINDERS} If a queue is over its limit, I'll ask you after the "
    "other leaders.",
    Named.SPONSOR: "made you the sponsor of {}. About once a month I'll suggest a visit to the team. "
    "`/shadow visits` shows what's booked.",
}


def new_role_note(team: Team, role: Named, by_id: str) -> Post:
    text = f"{mention(by_id)} {GIVEN[role].format(f'<#{team.channel_id}>')} `/steward me` shows what I know about you."
    return Post(text, [SectionBlock(text, block_id="named")])
