"""What somebody chose for themself and cannot have an effect yet: said at once, beside *Saved*."""

from collections.abc import Collection

from bot.features.occasions import settings
from bot.features.occasions.days import Kind
from bot.features.occasions.settings import Wish
from bot.features.rituals import settings as rituals_settings
from bot.features.shadowing import settings as shadowing_settings
from bot.teams.settings import Settings
from bot.teams.tables import Role

NO_TEAM = "You're in no team yet, so nothing comes of it until you join a team's channel."
ONLY_MEMBERS = "Coffee and hosting are for those in a team. You're its sponsor, so I don't pair you or ask you to host."
ONLY_AGENTS = "I ask only agents for this, so nothing changes for you now."
SILENT = "You chose *none*, so I say nothing on the day."


def without_effect(own: Settings, roles: Collection[Role], *, sponsors: bool) -> str:
    """Why nothing comes of a choice; empty when something does. `roles` are what they are in their teams."""
    match own:
        case rituals_settings.Own() if not roles:
            return ONLY_MEMBERS if sponsors else NO_TEAM
        case settings.Own() if not (roles or sponsors):
            return NO_TEAM
        case shadowing_settings.Own() if Role.AGENT not in roles:
            return ONLY_AGENTS if roles or sponsors else NO_TEAM
        case settings.Own() if _is_silent(own):
            return SILENT
        case _:
            return ""


def _is_silent(own: settings.Own) -> bool:
    """A day was named, and none of them is to be kept."""
    named = [kind for kind in Kind if own.date_of(kind)]
    return bool(named) and all(own.wish(kind) is Wish.NONE for kind in named)
