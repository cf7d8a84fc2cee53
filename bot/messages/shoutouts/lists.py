"""Lists of shout-outs: a person's own, a team's last seven days, the weekly summary."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, DividerBlock, HeaderBlock, SectionBlock

from bot.features.shoutouts.models import Kind, Shoutout
from bot.features.shoutouts.settings import Settings
from bot.messages.mentions import NO_NAMES, mentions_to_names
from bot.messages.shoutouts.cards import with_reason
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, first_mentions, opening_mention, permalink, shortened
from bot.slack.post import Post, context

MOST_LISTED = 60
Names = dict[int, list[str]]


def latest_for_person(received: Sequence[Shoutout], given: Sequence[Shoutout], names: Names, url: str) -> Post:
    """List the latest shout-outs that a person received and gave, for that person only."""
    if not received and not given:
        text = "No shout-outs yet. To thank someone: `/shoutout @ana for staying calm`."
        return Post(text)
    blocks: list[Block] = []
    if received:
        blocks += [
            HeaderBlock("Shout-outs you received", block_id="received"),
            *_list_sections("received", received, names, url),
        ]
    if given:
        blocks += [HeaderBlock("Shout-outs you gave", block_id="given"), *_list_sections("given", given, names, url)]
    return Post("Your latest shout-outs", blocks)


def week_of_team(team: Team, shoutouts: Sequence[Shoutout], names: Names, quiet: int = 0) -> Post:
    """List a team's shout-outs of the last seven days."""
    if not shoutouts:
        return Post("No shout-outs in the last seven days. To thank someone: `/shoutout @ana for …`")
    title = f"{_count(len(shoutouts))} in #{escape(team.name)} in the last seven days"
    return Post(title, _listing(team, title, shoutouts, names, quiet))


def weekly_summary(
    team: Team, shoutouts: Sequence[Shoutout], names: Names, called: Mapping[str, str], quiet: int = 0,
    ending: Post | None = None,
) -> Post:  # fmt: skip
    """List the week's shout-outs in the order they were given; people are not counted or ranked.

    `called` has people's names by id, used instead of mentions because everybody here was notified before. With
    `ending`, a ritual's question, the post is also that ritual's card.
    """
    many = "shout-out" if len(shoutouts) == 1 else f"{len(shoutouts)} shout-outs"
    said = f"{Settings.of(team).emoji} *This week's {many}*"
    blocks = _listing(team, said, shoutouts, names, quiet, {id: escape(name) for id, name in called.items()})
    if ending is None:
        return Post(said, blocks)
    asked = ending.blocks or [SectionBlock(ending.text, block_id="asked")]
    return Post(f"{said}. {ending.text}", [*blocks, DividerBlock(block_id="between"), *asked], card=ending.card)


def home_section(received: Sequence[Shoutout], names: Names, url: str) -> list[Block]:
    """List the latest thanks that a person received, on their Home tab."""
    lines = [
        "*Latest shout-outs for you* (more: `/shoutout mine`)",
        *(_line(each, names[each.id], url) for each in received),
    ]
    return [SectionBlock("\n".join(lines), block_id="received")] if received else []


def team_at_home(team: Team, shoutouts: Sequence[Shoutout], names: Names) -> list[Block]:
    """Show a team's latest shout-out of the week, on the Home tab of its leaders and sponsor."""
    if not shoutouts:
        return []
    more = " (more: `/shoutout team`)" if len(shoutouts) > 1 else ""
    text = f"*Latest thanks in <#{team.channel_id}>*\n{_line(shoutouts[0], names[shoutouts[0].id], '')}{more}"
    return [SectionBlock(text, block_id=f"lately_{team.id}")]


def _listing(
    team: Team, title: str, shoutouts: Sequence[Shoutout], names: Names, quiet: int,
    called: Mapping[str, str] = NO_NAMES,
) -> list[Block]:  # fmt: skip
    shown = shoutouts[:MOST_LISTED]
    blocks: list[Block] = [SectionBlock(title, block_id="title"), *_list_sections("thanks", shown, names, "", called)]
    if more := len(shoutouts) - len(shown):
        blocks.append(context(f"and {more} more. `/shoutout mine` shows yours.", "more"))
    if quiet:
        words = f"plus {quiet} given with {Settings.of(team).emoji}"
        blocks.append(context(words, "quiet"))
    return blocks


def _list_sections(
    name: str, shoutouts: Sequence[Shoutout], names: Names, url: str, called: Mapping[str, str] = NO_NAMES
) -> list[Block]:
    """List shout-outs, four in a section, so that even lines full of escaped characters fit into 3,000 characters."""
    return [
        SectionBlock(
            "\n".join(
                mentions_to_names(_line(each, names[each.id], url), called) for each in shoutouts[start : start + 4]
            ),
            block_id=f"{name}_{start}",
        )
        for start in range(0, len(shoutouts), 4)
    ]


def _line(shoutout: Shoutout, names: list[str], url: str) -> str:
    whom = first_mentions(names, 5)
    if shoutout.is_quiet:
        return f"• {opening_mention(shoutout.giver_id)} thanks {whom} with an emoji {_message(shoutout, url)}"
    thanks = f"{opening_mention(shoutout.giver_id)} thanks {'the whole team' if shoutout.is_for_team else whom}"
    if shoutout.kind == Kind.GOOD_CALL:
        thanks += " for a good call"
    between = " _(private)_" if shoutout.is_private else ""
    return f"• {with_reason(thanks, escape(shortened(shoutout.reason, 120)))}{between}"


def _message(shoutout: Shoutout, url: str) -> str:
    assert shoutout.place  # noqa: S101
    return f"for <{permalink(url, *shoutout.place)}|a message> in <#{shoutout.place.channel_id}>"


def _count(number: int) -> str:
    return "1 shout-out" if number == 1 else f"{number} shout-outs"
