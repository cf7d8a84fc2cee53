"""A team whose channel can be spoken in no more: why nothing comes of what is told or chosen for it."""

from slackblocks import Block, SectionBlock

from bot.teams.tables import Team

WHY = "the team's channel is archived, or I'm not in it"


def warning(team: Team, what: str) -> list[Block]:
    """At the head of a list whose effect stands still; nothing where it does not."""
    if not team.is_closed:
        return []
    text = (
        f":warning: {what}: <#{team.channel_id}> is archived, or I'm not in it. Bring the channel back, or type "
        "`/invite @steward` in it."
    )
    return [SectionBlock(text, block_id=f"closed_{team.id}")]
