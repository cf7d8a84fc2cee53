"""What somebody reads who was named leader, deputy or sponsor of a team."""

from enum import StrEnum

from slackblocks import SectionBlock

from bot.messages.post import Post
from bot.messages.text import mention
from bot.teams.tables import Team


class Named(StrEnum):
    LEADER = "leader"
    DEPUTY = "deputy"
    SPONSOR = "sponsor"


REMINDERS = "I'll remind you of one-on-ones and of people to thank, twice a working day at most."
TOLD = {
    Named.LEADER: f"made you a leader of {{}}. {REMINDERS} When a queue is over its limit, I may ask you to help.",
    Named.DEPUTY: f"made you a deputy leader of {{}}. {REMINDERS} When a queue is over its limit, I ask you after the "
    "other leaders.",
    Named.SPONSOR: "made you the sponsor of {}. About once a month I'll suggest a visit to the team, and "
    "`/shadow visits` shows what is planned.",
}


def named(team: Team, role: Named, by_id: str) -> Post:
    text = f"{mention(by_id)} {TOLD[role].format(f'<#{team.channel_id}>')} `/steward me` shows what I know about you."
    return Post(text, [SectionBlock(text, block_id="named")])
