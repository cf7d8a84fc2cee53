"""Answers to `/handup`, and the section about hand-ups that leaders see in `/queue`."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from slackblocks import Block, SectionBlock

from bot.features.hand_ups.models import HandUp, State
from bot.features.hand_ups.queries import FEWEST_ANSWERED, WeekSummary
from bot.features.visits.themes import theme_label
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mention, shortened
from bot.slack.post import Post
from bot.text.formats import clock

RAISED = "I'm on it. I'll keep you posted in our DM."
ADDED = "I've added that to your open hand-up. I'll keep you posted in our DM."
LONGEST_WORDS = 200
MOST_LISTED = 7
"""How many open hand-ups fit into one block."""
STATES = {
    State.ASKING: "I'm asking the leaders at work",
    State.HELD: "paused",
    State.UNANSWERED: "no leader is coming yet",
    State.COMING: "{helper} is coming",
    State.HERE: "{helper} is there",
}


def raised_answer(*, is_new: bool) -> Post:
    return Post(RAISED if is_new else ADDED)


def leaders_section(team: Team, hand_ups: Sequence[HandUp], summary: WeekSummary) -> list[Block]:
    """Build the section about a team's hand-ups for its leaders: open ones, and a summary of the last seven days."""
    lines = [
        *([week_summary(summary)] if summary.raised else []),
        *(_line(team, each) for each in hand_ups[:MOST_LISTED]),
    ]
    if more := len(hand_ups[MOST_LISTED:]):
        lines.append(f"and {more} more")
    return [SectionBlock("\n".join(lines), block_id=f"hand_ups_{team.id}")] if lines else []


def _line(team: Team, hand_up: HandUp) -> str:
    helper = mention(hand_up.helper_id) if hand_up.helper_id else ""
    state = STATES[State(hand_up.state)].format(helper=helper)
    since = clock(hand_up.raised_at.astimezone(ZoneInfo(team.zone)))
    words = shortened(escape(hand_up.words.replace("\n", " · ")), LONGEST_WORDS)
    return f":raised_hand: {mention(hand_up.agent_id)} since {since}: {words} ({state})"


def week_summary(summary: WeekSummary) -> str:
    """Summarize the hand-ups of seven days, without naming anybody."""
    text = f"{count_noun(summary.raised, 'hand-up')} in the last 7 days"
    unanswered = ", not answered yet" if summary.raised == 1 else ", none answered so far"
    text += f"; a leader answered {summary.answered}" if summary.answered else unanswered
    if summary.minutes is not None and summary.answered >= FEWEST_ANSWERED:
        text += f", usually within {count_noun(max(summary.minutes, 1), 'minute')}"
    themes = ", ".join(f"{theme_label(each)} ({many})" for each, many in summary.themes.items())
    return f"{text}. What they were about: {themes}." if themes else f"{text}."
