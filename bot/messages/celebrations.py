"""Messages that celebrate a win, a message with many happy reactions, or a spike that ended early."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, InputBlock, ModalView, SectionBlock, StaticSelectMenu

from bot.features.celebrations.models import Celebration
from bot.features.celebrations.rules import LONGEST_WORDS, WHAT
from bot.messages.mentions import NO_NAMES, field
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mentions, opening_mention
from bot.slack.post import Post, modal, option

FORM = "celebrations:form"
TEAM = "team"
TITLE = "Celebrate"
SOMEBODY = "a leader"


def card(made: Celebration) -> Post:
    """Build the card that celebrates a win in the words of the person who announced it."""
    text = f":tada: {opening_mention(made.person_id or '')} is celebrating: {escape(made.words)}"
    return Post(text, [SectionBlock(text, block_id="celebration")], card=f"celebration:{made.id}")


def confirmation(team: Team) -> Post:
    return Post(f"Posted in <#{team.channel_id}>.")


def many_reactions_reply(people: int) -> Post:
    """Build the reply to a message with many happy reactions, worded to suit any message."""
    return Post(f":sparkles: {people} people are celebrating this.")


def early_end_reply(minutes: int, usual: int, named: Sequence[str], *, others: bool) -> Post:
    """Build the reply under the card of a spike that ended sooner than usual, with thanks to everybody who joined."""
    helped = mentions(list(named))
    if others:
        helped = f"{helped} and another leader" if helped else SOMEBODY
    thanks = f"Thanks to everyone who was there, and to {helped} for helping." if helped else "Thanks, everyone."
    return Post(f":tada: Calm again after {count_noun(minutes, 'minute')}. It usually takes {usual}. {thanks}")


def form(teams: Sequence[Team], words: str = "", names: Mapping[str, str] = NO_NAMES) -> ModalView:
    """Return the form to celebrate something; it asks for the team only if there are several.

    `names` has the names of the people that `words` mentions.
    """
    what = field(WHAT, words, names, longest=LONGEST_WORDS, multiline=True)
    long = f"That's {len(words)} characters. The limit is {LONGEST_WORDS}."
    blocks: list[Block] = [SectionBlock(long, block_id="refused")] if len(words) > LONGEST_WORDS else []
    blocks += [
        InputBlock("What do you want to celebrate?", what, block_id=WHAT, hint="I'll post your words in the channel.")
    ]
    if len(teams) > 1:
        options = [option(f"#{team.name}"[:75], str(team.id)) for team in teams]
        blocks.append(InputBlock("Team", StaticSelectMenu(TEAM, options=options), block_id=TEAM))
    return modal(TITLE, FORM, blocks, submit="Post", metadata=str(teams[0].id))


def closing_form(post: Post) -> ModalView:
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(post.text, block_id="said")])
