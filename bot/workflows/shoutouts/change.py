"""Change a given shout-out (undo it, add receivers, correct a value), and publish each change."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts import credits, queries, rules
from bot.features.shoutouts.credits import Change, NoteChange
from bot.features.shoutouts.models import Shoutout, Way
from bot.features.shoutouts.rules import MOST_RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import answers, cards
from bot.messages.shoutouts.answers import Unsure
from bot.org import channels, people, workspaces
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import shoutouts as refusals
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import fun_tank
from bot.workflows.shoutouts import effects


async def publish_change(
    session: AsyncSession,
    team: Team,
    shoutout: Shoutout,
    change: Change,
    notes: Sequence[NoteChange],
    *,
    now: datetime,
    had_card: bool = True,
    home_readers: Iterable[str] = (),
) -> None:
    """Publish a change to a shout-out: the card, the notes, the bot's reaction, Homes, and the fun tank.

    An edit posts the card if there was none (`had_card` is false). `home_readers` are the people whose Homes
    change: if not given, the giver and the receivers. New thanks change the tank and these two Homes a bit later.
    """
    becomes = "new" if change == "changed" and not had_card else change
    has_links = shoutout.place and (notes or shoutout.has_card)
    url = await workspaces.message_url(session, team.workspace_id) if has_links else ""
    if shoutout.way == Way.HEARD:
        await _react_to_message(session, team, shoutout, change, now)
    await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url, becomes), now=now)
    if change == "new":
        await effects.schedule_effects(session, team, shoutout, now=now)
    else:
        home_readers = home_readers or [shoutout.giver_id, *shoutout.receivers]
    home.mark_changed(session, team.workspace_id, home_readers, now=now)
    if change == "gone":
        await fun_tank.record_thanks(session, team, shoutout, now=now)


async def _react_to_message(
    session: AsyncSession, team: Team, shoutout: Shoutout, change: Change, now: datetime
) -> None:
    assert shoutout.place  # noqa: S101
    emoji, ts = Settings.of(team).reaction, shoutout.place.ts
    if change == "new":
        await outbox.react(session, emoji, to=team.channel, ts=ts, now=now)
    elif change == "gone" and not shoutout.is_gone:
        await outbox.unreact(session, emoji, to=team.channel, ts=ts, now=now)


async def answer_giver(session: AsyncSession, shoutout: Shoutout, team: Team, perhaps: Sequence[str] = ()) -> Post:
    """Return the reply to the giver of a shout-out; `perhaps` lists people whom the words may thank as well."""
    left = [each for each in perhaps if each not in shoutout.receivers]
    left = left[: MOST_RECEIVERS - len(shoutout.receivers)]
    if not shoutout.is_given:
        return answers.limit_reached_answer(shoutout, left)
    tags = rules.unknown_tags(shoutout.reason, Settings.of(team).values)
    named = await channels.channels_named(session, team.workspace_id, tags)
    return answers.given_answer(shoutout, team, Unsure(left, named))


async def undo(session: AsyncSession, actor: Actor, shoutout_id: int, *, now: datetime) -> bool:
    """Undo a shout-out within ten minutes; return False if it was undone already."""
    team, shoutout = await _lock_own(session, actor, shoutout_id)
    if shoutout.undone_at is not None:
        return False
    _check_undoable(shoutout, now)
    shoutout.undone_at = now
    shoutout.reason, shoutout.values = "", []
    notes = await credits.reconcile_credits(session, team, shoutout.message, now=now)
    await publish_change(session, team, shoutout, "gone", notes, now=now)
    return True


async def add_receivers(
    session: AsyncSession, actor: Actor, shoutout_id: int, receivers: Sequence[str], *, now: datetime
) -> Post:
    """Add receivers to a shout-out, except those who cannot be thanked, and return the reply to the giver.

    Idempotent.
    """
    team, shoutout = await _lock_own(session, actor, shoutout_id)
    if shoutout.undone_at is not None or not shoutout.receivers:
        raise Refusal(refusals.TAKEN_BACK_MEANWHILE)
    fresh, had_card = [each for each in dict.fromkeys(receivers) if each not in shoutout.receivers], shoutout.has_card
    giver, known = await people.fetch_person_with(session, team.workspace_id, actor.person_id, fresh)
    able = rules.select_thankable(giver.id, fresh, known)
    if fresh:
        rules.check_receivers(giver, able or fresh, known, besides=len(shoutout.receivers))
    shoutout.receivers = [*shoutout.receivers, *able]
    shoutout.named = [*shoutout.named, *_newly_named(shoutout, able, known)]
    notes = await credits.reconcile_credits(session, team, shoutout.message, now=now)
    if shoutout.is_given:
        await publish_change(session, team, shoutout, "changed", notes, had_card=had_card, now=now)
    if shoutout.way == Way.HEARD:
        return answers.thanked_too(shoutout, [each for each in fresh if each not in able])
    return await answer_giver(session, shoutout, team)


def _newly_named(shoutout: Shoutout, receivers: Sequence[str], known: dict[str, Person]) -> Sequence[str]:
    """Return the added receivers of a shout-out whom its card names.

    A message in the channel names people itself, so all of its receivers are returned.
    """
    if shoutout.way == Way.HEARD:
        return receivers
    return [] if shoutout.is_private else rules.select_public_receivers(receivers, known)


async def correct_value(
    session: AsyncSession,
    actor: Actor,
    shoutout_id: int,
    *,
    wrong: str,
    right: str,
    unsure: Sequence[str] = (),
    now: datetime,
) -> Post:
    """Replace a shout-out's unknown tag with one of the team's values, and return the reply to the giver.

    `unsure` lists people who were perhaps meant too and still have to be confirmed.
    """
    team, shoutout = await _lock_own(session, actor, shoutout_id)
    if not shoutout.is_given:
        raise Refusal(refusals.TAKEN_BACK)
    _check_undoable(shoutout, now)
    shoutout.reason = rules.replace_tag(shoutout.reason, wrong, right)
    shoutout.values = rules.find_values(shoutout.reason, Settings.of(team).values)
    notes = credits.changed_notes(shoutout, await credits.credits_of(session, shoutout))
    await publish_change(session, team, shoutout, "changed", notes, now=now)
    return await answer_giver(session, shoutout, team, unsure)


async def _lock_own(session: AsyncSession, actor: Actor, shoutout_id: int) -> tuple[Team, Shoutout]:
    team, shoutout = await queries.lock_shoutout(session, actor.workspace_id, shoutout_id)
    if shoutout.giver_id != actor.person_id:
        raise Refusal(refusals.FOR_GIVER)
    return team, shoutout


def _check_undoable(shoutout: Shoutout, now: datetime) -> None:
    if not rules.is_undoable(shoutout, now):
        raise Refusal(refusals.TOO_LATE)
