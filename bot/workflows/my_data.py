"""What `/steward me` offers at its end: to stop what somebody has agreed to, and to export their data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate
from bot.features import promises
from bot.features.birthdays.models import Kind
from bot.features.birthdays.settings import BirthdayPreferences, Wish
from bot.features.rituals.settings import Coffee, Hosting, RitualPreferences
from bot.features.shoutouts import nudges as shoutouts
from bot.features.shoutouts.settings import Announce, ShoutoutPreferences
from bot.features.shoutouts.settings import Settings as ShoutoutSettings
from bot.followups.settings import Settings as FollowupSettings
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.messages import my_data as messages
from bot.nudges.hours import HourPreferences
from bot.nudges.selection import NudgePreferences
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.org.teams.settings import Settings
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.slack.post import Post
from bot.workflows import nudges, settings


@dataclass(frozen=True)
class Consent:
    """One choice of a person's preferences that they can take back on its own."""

    model: type[Settings]
    name: str
    stopped: Any
    """The value that takes the consent back."""


CONSENTS: Mapping[str, Consent] = {
    messages.BIRTHDAY: Consent(BirthdayPreferences, "birthday_wish", Wish.NONE),
    messages.ANNIVERSARY: Consent(BirthdayPreferences, "anniversary_wish", Wish.NONE),
    messages.VISITS: Consent(ShadowingPreferences, "asked", Asked.RATHER_NOT),
    messages.THANKS: Consent(ShoutoutPreferences, "announce", Announce.PRIVATE),
    messages.HOST: Consent(RitualPreferences, "hosting", Hosting.RATHER_NOT),
    messages.COFFEE: Consent(RitualPreferences, "coffee", Coffee.RATHER_NOT),
    messages.HOURS: Consent(HourPreferences, "is_learned", False),
}
LISTENING = (shoutouts.LISTEN, promises.LISTEN)
"""The reminders that come of listening to somebody's messages. Muting them takes that consent back."""
OCCASIONS = {messages.BIRTHDAY: Kind.BIRTHDAY, messages.ANNIVERSARY: Kind.ANNIVERSARY}


async def build_blocks(session: AsyncSession, person: Person) -> list[Block]:
    """Return the blocks that end `/steward me`."""
    is_heard = await _is_heard(session, person)
    named = {name: _describe(person, name) for name in messages.names() if name != messages.LISTEN or is_heard}
    return messages.build_blocks({name: detail for name, detail in named.items() if detail is not None})


async def _is_heard(session: AsyncSession, person: Person) -> bool:
    """Return whether a team of the person has Steward listen to their messages."""
    roles = await membership.roles_of(session, *person.dm)
    teams = [await session.get_one(Team, id) for id in roles]
    return any(
        ShoutoutSettings.of(team).listens or (roles[team.id] is Role.LEADER and FollowupSettings.of(team).listens)
        for team in teams
    )


def _describe(person: Person, name: str) -> str | None:
    """Return who sees what a person has agreed to, or an empty text; None if they have not agreed."""
    if name == messages.LISTEN:
        return None if {*LISTENING} <= {*NudgePreferences.of(person).muted} else ""
    if name in OCCASIONS:
        wish = BirthdayPreferences.of(person).visibility(OCCASIONS[name])
        return None if wish is Wish.NONE else wish.value
    if name == messages.THANKS:
        return "" if ShoutoutPreferences.of(person).is_named else None
    consent = CONSENTS[name]
    return None if getattr(consent.model.of(person), consent.name) == consent.stopped else ""


async def stop(session: AsyncSession, actor: Actor, name: str, *, now: datetime) -> Post:
    """Take one consent back; everything else stays. A consent that was taken back before gets the same answer."""
    if name not in messages.names():
        raise AnswerTooLate(common.GONE)
    person = await people.fetch_person(session, *actor, lock=True)
    if name == messages.LISTEN:
        for kind in LISTENING:
            await nudges.mute_kind(session, actor, kind, now=now)
    elif _describe(person, name) is not None:
        await settings.store_preferences(session, person, _without(person, name), now=now)
    return messages.stopped(name)


def _without(person: Person, name: str) -> Settings:
    """Return a person's preferences without one consent."""
    consent = CONSENTS[name]
    return consent.model.of(person).model_copy(update={consent.name: consent.stopped})
