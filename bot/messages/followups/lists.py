"""Lists of follow-ups, each with the buttons that its reader can press."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from slackblocks import Block, Button, HeaderBlock, SectionBlock

from bot.followups.rules import Role
from bot.messages.followups.cards import LISTED, Texts, View, possible_steps, quoted, step_buttons, words_for
from bot.messages.followups.forms import action
from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.slack.post import Post, context

MOST_LISTED = 10
MOST_BELOW = 3
MOST_AT_HOME = 5
LONGEST_AT_HOME = 150


class Listed(NamedTuple):
    """A follow-up in a list, and the roles that the list's reader has in it."""

    view: View
    roles: Collection[Role]


def listed(texts: Texts, parts: Sequence[tuple[str, Sequence[Listed]]], nothing: str, *, not_loaded: int = 0) -> Post:
    """Build a list with a heading for each part; `nothing` is the answer if all parts are empty.

    `not_loaded` is the number of further entries after the last part.
    """
    shown = [each.view.followup for _, entries in parts for each in entries]
    many = len(shown) + not_loaded
    blocks: list[Block] = []
    for number, (title, entries) in enumerate(parts):
        if entries:
            blocks.append(HeaderBlock(title, block_id=f"part_{number}"))
            blocks += [block for each in entries[:MOST_LISTED] for block in _entry(texts, each)]
        if left := max(0, len(entries) - MOST_LISTED) + (not_loaded if number == len(parts) - 1 else 0):
            blocks.append(context(f"{left} more not shown.", f"more_{number}"))
    return Post(f"{count_noun(many, f'open {shown[0].kind}')}." if shown else nothing, blocks)


def below(texts: Texts, heading: str, entries: Sequence[Listed]) -> list[Block]:
    """List some follow-ups of one kind below another answer, with a heading; nothing if there are none."""
    if not entries:
        return []
    shown = [block for each in entries[:MOST_BELOW] for block in _entry(texts, each)]
    left = len(entries) - MOST_BELOW
    more = [context(f"{left} more: `/{entries[0].view.followup.kind}` lists them.", "below_more")] if left > 0 else []
    return [SectionBlock(heading, block_id="below"), *shown, *more]


def _entry(texts: Texts, each: Listed) -> list[Block]:
    this = each.view.followup
    lines = [texts.headline(each.view, each.roles), quoted(words_for(this, each.roles))]
    if small := texts.status(each.view, each.roles):
        lines.append(f"_{small}_")
    return [
        SectionBlock("\n".join(lines), block_id=f"listed_{this.id}"),
        *step_buttons(texts, each.view, each.roles, block=LISTED),
    ]


def home_section(entries: Sequence[tuple[Texts, Listed]], many_more: int) -> list[Block]:
    """Show the follow-ups that somebody owns or was promised on the Home tab, each with its first possible step."""
    if not entries:
        return []
    blocks: list[Block] = [HeaderBlock("Roadblocks, ideas and promises", block_id="followups")]
    blocks += [_line(texts, each) for texts, each in entries]
    if many_more:
        lists = "`/roadblock mine`, `/idea mine` and `/promise` list them"
        blocks.append(context(f"{many_more} more: {lists}.", "followups_more"))
    return blocks


def _line(texts: Texts, each: Listed) -> Block:
    this = each.view.followup
    text = f"{texts.headline(each.view, each.roles)}\n{shortened(escape(words_for(this, each.roles)), LONGEST_AT_HOME)}"
    steps = possible_steps(texts, each.view, each.roles)[:1]
    button = Button(texts.label(this, steps[0]), action_id=action(steps[0]), value=str(this.id)) if steps else None
    return SectionBlock(text, block_id=f"followup_{this.id}", accessory=button)
