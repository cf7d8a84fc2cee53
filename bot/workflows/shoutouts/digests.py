"""What people read of thanks later: Home, what they postponed, the daily note of reactions; nudges, and when a silent
channel is asked a question.
"""

from datetime import datetime, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import nudges as shoutouts_nudges
from bot.features.shoutouts import queries, rules
from bot.features.shoutouts.models import Credit, MessageRef, Shoutout
from bot.features.shoutouts.nudges import COVERAGE, LISTEN
from bot.messages.shoutouts import lists, nudges, postponed
from bot.nudges.policy import NudgeKind
from bot.org import people as org_people
from bot.org import workspaces
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.home import Visitor
from bot.slack.outbox import outbox

BOT_QUIET_PERIOD = timedelta(days=2)
"""Where the bot has just posted, and perhaps asked something, it asks no question into the silence."""


SHOWN_AT_HOME, SHOWN_OF_TEAM, READ_AT_HOME = 5, 3, 10


ThanksByReceiver = dict[str, dict[MessageRef, list[str]]]
"""By receiver and message: from whom."""


def add_thanks(thanks: ThanksByReceiver, credit: Credit, act: Shoutout) -> None:
    assert act.place  # noqa: S101
    givers = thanks.setdefault(credit.receiver_id, {}).setdefault(act.place, [])
    if credit.giver_id not in givers:
        givers.append(credit.giver_id)


async def postponed_blocks(session: AsyncSession, person: Person) -> list[Block]:
    """What somebody sees about themself of thanks they kept for later."""
    kept = await queries.postponed_by(session, person.workspace_id, person.id)
    people = await org_people.fetch_people(
        session, person.workspace_id, {each for act in kept for each in act.receivers}
    )
    return postponed.list_postponed(person, kept, people)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """One's own latest thanks; for those who look after a team, its latest too."""
    person, blocks = visitor.person, []
    if visitor.seats:
        received, _, names = await queries.latest_of_person(session, person.workspace_id, person.id, SHOWN_AT_HOME)
        blocks += lists.at_home(received, names, await workspaces.message_url(session, person.workspace_id))
    for team in [*visitor.leads, *visitor.sponsored]:
        latest, names = await queries.latest_in_team(session, team, queries.week_before(team, now), now, READ_AT_HOME)
        blocks += lists.team_at_home(team, latest[:SHOWN_OF_TEAM], names)
    return blocks


async def is_silent(session: AsyncSession, team: Team, channel: Channel, now: datetime) -> bool:
    """People have long been silent, and the bot for some days."""
    if not rules.is_channel_quiet(team, channel, now):
        return False
    return not await outbox.has_spoken(session, team.channel, since=now - BOT_QUIET_PERIOD)


NUDGES = [
    NudgeKind(COVERAGE, "whom nobody has thanked for a while", nudges.unthanked, shoutouts_nudges.coverage_candidates),
    NudgeKind(LISTEN, "thanks in passing that could be a shout-out", nudges.passing_thanks),
]
