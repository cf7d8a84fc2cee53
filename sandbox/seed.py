"""Seed data of a workspace: people, channels, a user group and an alert bot, with fixed ids."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.clock import seconds
from sandbox.slack_types import Json
from sandbox.store import Store

TEAM = {"id": "T0HARBOUR", "name": "Harbour", "domain": "harbour"}
BOT_USER, BOT = "U0STEWARD0", "B0STEWARD0"
ALERT_BOT = "B0QUEUEWATCH"
LOCALE = "en-GB"
"""The default locale of every person."""
NIGHT_SHIFT = "S0NIGHTSHIFT"

PEOPLE = [  # name, real name, time zone, title
    ("maya", "Maya Ferreira", "Europe/Lisbon", "Team leader"),
    ("tom", "Tom Okafor", "Europe/Lisbon", "Deputy team leader"),
    ("grace", "Grace Lindqvist", "Europe/Lisbon", "Head of Customer Care"),
    ("ana", "Ana Sousa", "Europe/Lisbon", "Support agent"),
    ("ben", "Ben Hartley", "Europe/Lisbon", "Support agent"),
    ("chidi", "Chidi Eze", "Europe/Lisbon", "Support agent"),
    ("dina", "Dina Haddad", "Europe/Lisbon", "Support agent"),
    ("eli", "Eli Brooks", "America/New_York", "Support agent"),
    ("fay", "Fay Menon", "Asia/Kolkata", "Support agent"),
]
CHANNELS = [  # name, purpose, without whom
    ("general", "Company-wide announcements", {"steward"}),
    ("harbour-support", "Day-to-day questions and thanks for the support team", set[str]()),
    ("queue-alerts", "Queue alerts from queuewatch", {"grace"}),
]


def user_id(name: str) -> str:
    return f"U0{_letters(name):0<8}"


def channel_id(name: str) -> str:
    return f"C0{_letters(name)[:8]:0<8}"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.upper()))


def dm_id(user: str) -> str:
    return f"D{user[1:]}"


def team(name: str, letter: str) -> Json:
    """Return the id, name and domain of a new workspace (T) or enterprise (E)."""
    domain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return {"id": f"{letter}0{_letters(domain)[:16]}", "name": name, "domain": domain}


def seed_workspace(store: Store, start: datetime, bot_name: str, team: Json) -> None:
    """Write the initial people, bots, channels and user group."""
    opened = start - timedelta(weeks=60)
    for name, real_name, zone, title in PEOPLE:
        user = person(user_id(name), name, real_name, zone=zone, at=start, team=team)
        user["profile"]["title"] = title
        user["is_admin"] = user["is_owner"] = user["is_primary_owner"] = name == "grace"
        store.put("user", user["id"], user)
    store.put("user", BOT_USER, _bot_user(bot_name, start, team))
    store.put("bot", BOT, _bot(BOT, bot_name, start) | {"user_id": BOT_USER})
    store.put("bot", ALERT_BOT, _bot(ALERT_BOT, "queuewatch", start))
    everyone = {name: user_id(name) for name, *_ in PEOPLE} | {"steward": BOT_USER}
    for name, purpose, without in CHANNELS:
        members = [id for who, id in everyone.items() if who not in without]
        store.put("channel", channel_id(name), channel(channel_id(name), name, members, opened, team, purpose))
    group = user_group(NIGHT_SHIFT, "night-shift", "Night shift", [user_id("ben"), user_id("fay")], opened, team)
    store.put("usergroup", NIGHT_SHIFT, group)


def time_zone(zone: str, at: datetime) -> Json:
    local = at.astimezone(ZoneInfo(zone))
    offset = local.utcoffset() or timedelta()
    return {"tz": zone, "tz_label": local.tzname(), "tz_offset": int(offset.total_seconds())}


def person(id: str, name: str, real_name: str, *, zone: str, at: datetime, team: Json) -> Json:
    """Build a user as `users.info` returns it, with the time zone's offset at `at`."""
    first, _, last = real_name.partition(" ")
    profile = {
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": name,
        "display_name_normalized": name,
        "first_name": first,
        "last_name": last,
        "email": f"{name}@{team['domain']}.example",
        "title": "",
        "phone": "",
        "skype": "",
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g0harbour",
        "image_72": "https://a.slack-edge.com/default_72.png",
        "fields": {},
        "team": team["id"],
    }
    return {
        "id": id,
        "team_id": team["id"],
        "name": name,
        "deleted": False,
        "color": "4bbe2e",
        "real_name": real_name,
        **time_zone(zone, at),
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "updated": seconds(at - timedelta(weeks=30)),
        "who_can_share_contact_card": "EVERYONE",
    }


def _bot_user(name: str, at: datetime, team: Json) -> Json:
    user = person(BOT_USER, name, name.capitalize(), zone="Europe/Lisbon", at=at, team=team)
    user["profile"] |= {"bot_id": BOT, "api_app_id": app_id(BOT)}
    del user["profile"]["email"]
    return user | {"is_bot": True, "is_email_confirmed": False}


def _bot(id: str, name: str, at: datetime) -> Json:
    icons = {f"image_{size}": f"https://a.slack-edge.com/bot_{size}.png" for size in (36, 48, 72)}
    updated = seconds(at - timedelta(weeks=30))
    return {
        "id": id,
        "deleted": False,
        "name": name,
        "updated": updated,
        "app_id": app_id(id),
        "icons": icons,
    }


def app_id(bot: str) -> str:
    return f"A{bot[1:]}"


def channel(id: str, name: str, members: list[str], at: datetime, team: Json, purpose: str = "") -> Json:
    """Build a channel as it is stored; `conversations.shown` converts it to its form in the Web API."""
    note = {"value": purpose, "creator": user_id("grace"), "last_set": seconds(at)}
    return {
        "id": id,
        "name": name,
        "name_normalized": name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "created": seconds(at),
        "updated": seconds(at) * 1000,
        "creator": user_id("grace"),
        "unlinked": 0,
        "context_team_id": team["id"],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": note,
        "previous_names": [],
        "members": members,
    }


def in_organization(body: str, number: int) -> str:
    """Return a document with the ids of an organization: W for people, and the workspace's number for its channels."""
    return re.sub(r"\b[CS]0(?=[A-Z])", lambda id: f"{id[0][0]}{number}", re.sub(r"\bU0(?=[A-Z])", "W0", body))


def direct(id: str, user: str, bot: str, at: datetime, team: Json) -> Json:
    """Build the direct message between one person and the bot."""
    return {
        "id": id,
        "created": seconds(at),
        "updated": seconds(at) * 1000,
        "is_im": True,
        "is_open": True,
        "is_archived": False,
        "is_org_shared": False,
        "context_team_id": team["id"],
        "user": user,
        "members": [user, bot],
    }


def user_group(id: str, handle: str, name: str, users: list[str], at: datetime, team: Json) -> Json:
    return {
        "id": id,
        "team_id": team["id"],
        "is_usergroup": True,
        "is_subteam": True,
        "name": name,
        "description": "",
        "handle": handle,
        "is_external": False,
        "date_create": seconds(at),
        "date_update": seconds(at),
        "date_delete": 0,
        "auto_type": None,
        "auto_provision": False,
        "created_by": user_id("grace"),
        "updated_by": user_id("grace"),
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "users": users,
        "user_count": len(users),
    }
