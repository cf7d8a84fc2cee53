"""Celebrations in words: what somebody is glad about, a message that many reacted to, a spike that was over early."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, InputBlock, ModalView, SectionBlock, StaticSelectMenu

from bot.features.celebrations.models import Celebration
from bot.features.celebrations.rules import LONGEST_WORDS, WHAT
from bot.messages.mentions import NO_NAMES, field
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, mentions, number_of
from bot.slack.post import Post, modal, option

FORM = "celebrations:form"
TEAM = "team"
TITLE = "Celebrate"
SOMEBODY = "somebody who leads"


def card(made: Celebration) -> Post:
    """What somebody celebrates, in their own words."""
    text = f":tada: {mention(made.person_id or '')} celebrates: {escape(made.words)}"
    return Post(text, [SectionBlock(text, block_id="celebration")], card=f"celebration:{made.id}")


def confirmation(team: Team) -> Post:
    return Post(f"Said in <#{team.channel_id}>. Good that you told them.")


def many_reacted(people: int) -> Post:
    """Under a message that many reacted to; whatever it said."""
    return Post(f":sparkles: {people} of you stopped here for a moment. It is good to be in a team that does.")


def early_end(minutes: int, usual: int, named: Sequence[str], *, others: bool) -> Post:
    """Under a spike's card: it was over sooner than usual, thanks to those who came."""
    helped = mentions(list(named))
    if others:
        helped = f"{helped} and {SOMEBODY}" if helped else SOMEBODY
    thanks = (
        f"Thank you to everybody who was there, and to {helped} for joining." if helped else "Thank you, all of you."
    )
    return Post(f":tada: Calm after {number_of(minutes, 'minute')}, where {usual} are usual here. {thanks}")


def form(teams: Sequence[Team], words: str = "", names: Mapping[str, str] = NO_NAMES) -> ModalView:
    """Asks for what is missing; for the team only where there is a choice. `names` are of whom the words mention."""
    what = field(WHAT, words, names, longest=LONGEST_WORDS, multiline=True)
    long = f"That is {len(words)} characters; {LONGEST_WORDS} is the most. Could you say it shorter?"
    blocks: list[Block] = [SectionBlock(long, block_id="refused")] if len(words) > LONGEST_WORDS else []
    blocks += [
        InputBlock("What is there to celebrate?", what, block_id=WHAT, hint="In your own words; your team reads them.")
    ]
    if len(teams) > 1:
        options = [option(f"#{team.name}"[:75], str(team.id)) for team in teams]
        blocks.append(InputBlock("With which team?", StaticSelectMenu(TEAM, options=options), block_id=TEAM))
    return modal(TITLE, FORM, blocks, submit="Tell them", close="Not now", metadata=str(teams[0].id))


def closing_form(post: Post) -> ModalView:
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(post.text, block_id="said")])
