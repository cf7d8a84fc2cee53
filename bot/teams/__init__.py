"""Teams, their members and settings, and who may do what."""

from bot.teams.finding import of_channel, of_person, one, which
from bot.teams.membership import (
    appoint,
    close,
    create,
    follow,
    hold,
    join,
    leads_somewhere,
    leave,
    led_by,
    member,
    members,
    must_manage,
)
from bot.teams.settings import KEPT, Change, Goals, Settings, change, changes, note
from bot.teams.tables import Member, Role, RoleColumn, Team

__all__ = [
    "KEPT",
    "Change",
    "Goals",
    "Member",
    "Role",
    "RoleColumn",
    "Settings",
    "Team",
    "appoint",
    "change",
    "changes",
    "close",
    "create",
    "follow",
    "hold",
    "join",
    "leads_somewhere",
    "leave",
    "led_by",
    "member",
    "members",
    "must_manage",
    "note",
    "of_channel",
    "of_person",
    "one",
    "which",
]
