"""One-on-ones on somebody's Home: with whom, when, and what they want to talk about."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, HeaderBlock, SectionBlock

from bot.directory import Person
from bot.features.oneonones.keeping import Said
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.tables import Meeting
from bot.messages.oneonones.lists import line
from bot.messages.text import escape, shortened

MOST = 8


def at_home(
    pairs: Sequence[Pair], open_ones: Mapping[int, Meeting], topics: Sequence[Said], reader: Person
) -> list[Block]:
    """The next few, soonest due first; for an agent their own topics too."""
    if not pairs:
        return []
    blocks: list[Block] = [HeaderBlock("One-on-ones", block_id="oneonones")]
    for pair in pairs[:MOST]:
        blocks.append(line(pair, open_ones.get(pair.series.id), reader))
    if topics:
        listed = "\n".join(f"• {shortened(escape(each.words), 200)}" for each in topics)
        blocks.append(SectionBlock(shortened(f"*You want to talk about*\n{listed}", 2900), block_id="oneonone_topics"))
    return blocks
