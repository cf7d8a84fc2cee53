"""The list of ideas, with a menu of filters."""

from collections.abc import Mapping, Sequence

from slackblocks import ActionsBlock, Block, Button, SectionBlock, StaticSelectMenu

from bot.features.visits.themes import THEMES
from bot.messages.followups import lists
from bot.messages.followups.lists import MOST_LISTED, Listed
from bot.messages.ideas import cards
from bot.slack.mrkdwn import count_noun
from bot.slack.post import Post, option

FILTER = "ideas:filter"
NEW_IDEA = "ideas:new"
MORE = "ideas:more"
OPEN, MINE, NEW, TAKEN = "open", "mine", "new", "taken"
THEME = "theme."
"""The prefix of a theme in the value of a filter."""
FILTERS = {OPEN: "All open", MINE: "Mine", NEW: "New", TAKEN: "Considering or doing"}
NOTHING = "No open ideas. Add one with `/idea a macro for refunds under 20 euros`."
NOTHING_HERE = "No open ideas match this filter."
TITLE = "Open ideas"


def idea_list(page: Sequence[Listed], chosen: str, *, start: int, total: int) -> Post:
    """Build a page of the list of ideas, beginning with number `start`; `chosen` is a key of `FILTERS`, or a theme."""
    labels = FILTERS | {f"{THEME}{key}": title for key, title in THEMES.items()}
    nothing = NOTHING if chosen == OPEN else NOTHING_HERE
    blocks: list[Block] = [*lists.listed(cards, [(TITLE, page)], nothing).blocks]
    if not page:
        blocks.append(SectionBlock(nothing, block_id="nothing"))
    left = total - start - len(page)
    if left > 0:
        more = Button(f"Show {min(left, MOST_LISTED)} more", action_id=MORE, value=f"{chosen}:{start + len(page)}")
        blocks.append(ActionsBlock([more], block_id="more"))
    blocks.append(_filter_menu(labels, chosen))
    return Post(f"{count_noun(total, 'open idea')}." if total else nothing, blocks)


def _filter_menu(labels: Mapping[str, str], chosen: str) -> Block:
    options = {key: option(label, f"{key}:0") for key, label in labels.items()}
    menu = StaticSelectMenu(FILTER, options=list(options.values()), initial_option=options.get(chosen))
    return ActionsBlock([menu, Button("Add an idea", action_id=NEW_IDEA, value="new")], block_id="filters")
