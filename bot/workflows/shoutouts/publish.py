"""Publish what has become of a shout-out, and answer its giver."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import rules
from bot.features.shoutouts.credits import Change, NoteChange
from bot.features.shoutouts.models import Shoutout, Way
from bot.features.shoutouts.rules import MOST_RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import answers, cards
from bot.messages.shoutouts.answers import Unsure
from bot.org import channels, workspaces
from bot.org.teams.models import Team
from bot.slack import home
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import fun_tank


async def publish_change(
    session: AsyncSession,
    team: Team,
    shoutout: Shoutout,
    change: Change,
    notes: Sequence[NoteChange],
    *,
    now: datetime,
    had_card: bool = True,
    whose: Iterable[str] = (),
) -> None:
    """Publish its card and notes, the bot's reaction to a message, Homes, and the fun tank's share.

    An edit posts the card where it `had_card` not. `whose` Homes change, if not its giver's and receivers'.
    """
    becomes = "new" if change == "changed" and not had_card else change
    has_links = shoutout.place and (notes or shoutout.has_card)
    url = await workspaces.message_url(session, team.workspace_id) if has_links else ""
    if shoutout.way == Way.HEARD:
        await _react_to_message(session, team, shoutout, change, now)
    await outbox.publish_changes(session, cards.change_steps(shoutout, team, notes, url, becomes), now=now)
    home.mark_changed(session, team.workspace_id, whose or [shoutout.giver_id, *shoutout.receivers], now=now)
    if change != "changed":
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
    """Return what the giver of spoken thanks reads; `perhaps` are those whom the words may thank as well."""
    left = [each for each in perhaps if each not in shoutout.receivers]
    left = left[: MOST_RECEIVERS - len(shoutout.receivers)]
    if not shoutout.is_given:
        return answers.offered(shoutout, left)
    tags = rules.unknown_tags(shoutout.reason, Settings.of(team).values)
    named = await channels.channels_named(session, team.workspace_id, tags)
    return answers.given_answer(shoutout, team, Unsure(left, named))
