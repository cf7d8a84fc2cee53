"""Rules of shout-outs, without a database."""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from bot.errors import Refusal
from bot.features.shoutouts.models import Shoutout, Way
from bot.features.shoutouts.settings import Settings, ShoutoutPreferences
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import shoutouts as refusals

RECEIVERS = "receivers"
REASON = "reason"
MANNER = "manner"
MOST_RECEIVERS = 20
LONGEST_REASON = 500
UNDO_PERIOD = timedelta(minutes=10)
TAG = re.compile(r"(?<!\S)#([\w-]+)")
LINKED = re.compile(r"<#[CG][A-Z0-9]+\|([\w-]+)>")
"""A channel link: Slack turns a tag into one if a channel has that name."""
TICKET = re.compile(r"[\d-]+")
EMOJI_NAME = re.compile(r":[\w+'-]+:")
MENTION = re.compile(r"<[@#!][^<>]*>")

GiverAndReceiver = tuple[str, str]
"""The user ids of the giver and the receiver."""


def find_values(reason: str, known: Sequence[str]) -> list[str]:
    """Return the team's values that appear as tags in a reason, each once, in the team's spelling."""
    tags = {tag.casefold() for tag in [*TAG.findall(reason), *LINKED.findall(reason)]}
    return [value for value in known if value.casefold() in tags]


def unknown_tags(reason: str, known: Sequence[str]) -> dict[str, str | None]:
    """Return the tags in a reason that are not among the team's values, each with the closest value, if any.

    A ticket number is not a tag, and neither is a channel.
    """
    near = {value.casefold(): value for value in known}
    strange = [tag for tag in TAG.findall(reason) if tag.casefold() not in near and not TICKET.fullmatch(tag)]
    return {tag: next(iter(_nearest(tag, near)), None) for tag in dict.fromkeys(strange)}


def _nearest(tag: str, near: dict[str, str]) -> list[str]:
    return [near[found] for found in difflib.get_close_matches(tag.casefold(), near, n=1)]


def replace_tag(reason: str, wrong: str, right: str) -> str:
    """Return the reason of a shout-out with one tag replaced with another."""
    return TAG.sub(lambda match: f"#{right}" if match[1] == wrong else match[0], reason)


def check_reason(reason: str) -> None:
    words = MENTION.sub("", EMOJI_NAME.sub("", TAG.sub("", reason)))
    if not any(character.isalnum() for character in words):
        raise Refusal(refusals.NO_REASON, field=REASON)
    if len(reason) > LONGEST_REASON:
        raise Refusal(refusals.reason_too_long(length=len(reason), most=LONGEST_REASON), field=REASON)


def check_receivers(giver: Person, receivers: Sequence[str], known: dict[str, Person], *, besides: int = 0) -> None:
    """Raise `Refusal` if the receivers cannot be thanked; `besides` is the number of people thanked in addition."""
    if not receivers:
        raise Refusal(refusals.NO_RECEIVER, field=RECEIVERS)
    if giver.id in receivers:
        raise Refusal(refusals.THANKS_ONESELF, field=RECEIVERS)
    if len(receivers) + besides > MOST_RECEIVERS:
        raise Refusal(refusals.too_many_receivers(MOST_RECEIVERS), field=RECEIVERS)
    for receiver in receivers:
        if sentence := _why_not(known.get(receiver)):
            raise Refusal(sentence, field=RECEIVERS)


def _why_not(person: Person | None) -> str | None:
    if person is None:
        return refusals.UNKNOWN_RECEIVER
    if person.is_bot:
        return refusals.cannot_thank_bot(person.shown)
    if person.has_left:
        return refusals.cannot_thank_leaver(person.shown)
    if person.is_stranger:
        return refusals.cannot_thank_stranger(person.shown)
    return None


def select_thankable(giver_id: str, receivers: Iterable[str], known: dict[str, Person]) -> list[str]:
    """Return those of `receivers` who can be thanked; the others are left out without a refusal."""
    return [each for each in dict.fromkeys(receivers) if each != giver_id and each in known and known[each].may_join]


def select_public_receivers(receivers: Sequence[str], known: dict[str, Person]) -> list[str]:
    """Return those of `receivers` whose names others may see."""
    return [each for each in receivers if each in known and ShoutoutPreferences.of(known[each]).is_named]


def is_undoable(shoutout: Shoutout, now: datetime) -> bool:
    return shoutout.given_at is not None and now - shoutout.given_at < UNDO_PERIOD


WAYS_BY_LOUDNESS = (Way.SPOKEN, Way.HEARD, Way.REACTION)


def assign_credits(acts: Collection[Shoutout]) -> dict[GiverAndReceiver, Shoutout]:
    """Return the shout-out that credits each pair of giver and receiver for one message.

    The most visible shout-out wins; of equally visible shout-outs, the earliest.
    """
    found: dict[GiverAndReceiver, Shoutout] = {}
    for act in sorted(acts, key=lambda act: (WAYS_BY_LOUDNESS.index(Way(act.way)), act.id)):
        for receiver in _find_receivers(act, acts) if act.is_given else ():
            if receiver != act.giver_id:
                found.setdefault((act.giver_id, receiver), act)
    return found


def _find_receivers(act: Shoutout, acts: Collection[Shoutout]) -> list[str]:
    """Return the people that a shout-out thanks.

    A reaction to a shout-out thanks its receivers who are named there; a reaction to any other message, its author.
    """
    if not act.is_quiet:
        return act.receivers
    if act.joins_id:
        return next((_readable(other) for other in acts if other.id == act.joins_id and other.is_given), [])
    heard = next((other for other in acts if other.way == Way.HEARD and (other.is_given or other.is_gone)), None)
    return heard.receivers if heard else act.receivers


def _readable(shoutout: Shoutout) -> list[str]:
    return shoutout.receivers if shoutout.is_for_team else shoutout.named


def is_channel_quiet(team: Team, channel: Channel, now: datetime) -> bool:
    """Return whether a channel has been quiet for the configured number of days without being asked a question."""
    days = Settings.of(team).quiet
    if not days or channel.said_at is None:
        return False
    since = max(channel.said_at, team.created_at)
    was_asked = channel.asked_at is not None and channel.asked_at > since
    return now - since >= timedelta(days=days) and not was_asked
