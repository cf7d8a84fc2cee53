"""Private answers about roadblocks (to a new one, to *Me too*, the list), and texts of reminders."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock, StaticSelectMenu

from bot.features.visits.themes import theme_label
from bot.followups.models import Audience, Followup, Kind
from bot.followups.rules import Step
from bot.messages.followups import lists
from bot.messages.followups.cards import View, answer, posted, quoted
from bot.messages.followups.endings import what_became
from bot.messages.followups.forms import action
from bot.messages.followups.lists import Listed
from bot.messages.roadblocks import cards
from bot.messages.roadblocks.cards import (
    BACK,
    FILTER,
    LABELS,
    LEADERS,
    MINE,
    NAME,
    NEW,
    OPEN,
    SAME,
    UNDO,
    UNNAME,
    YES,
    YES_NAMED,
)
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import one_line, shortened
from bot.slack.post import Post, button_rows, context, option
from bot.text.formats import on

LONGEST_IN_NUDGE = 600
LONGEST_OFFER = 300
USAGE = "`/roadblock the voucher tool logs us out every hour`"
NOTHING = f"No open roadblocks. If something is in the way, tell me: {USAGE}."
NONE_OF_THESE = "No open roadblocks match this filter."
TITLE = "Open roadblocks"
COUNTED = "Got it, you're counted too. I'll tell you when it's cleared."
UNDONE = "Withdrawn. I've deleted the card."


def raised_answer(
    view: View, *, resembling: Followup | None = None, ended_on: date | None = None, card: str | None = None
) -> Post:
    """Tell the author of a new roadblock where it is posted, with *Add my name*, *Leaders only* and *Undo*.

    `resembling` is a similar earlier roadblock, and `ended_on` the day on which that one was closed, if it was.
    """
    this, id = view.followup, str(view.followup.id)
    name = Button("Hide my name", action_id=UNNAME, value=id)
    if not this.is_named:
        name = Button("Add my name", action_id=NAME, value=id)
    buttons: list[Element] = [name]
    if this.audience == Audience.TEAM:
        buttons.append(Button("Leaders only", action_id=LEADERS, value=id))
    buttons.append(Button("Undo", action_id=UNDO, value=id))
    text = f"{posted(view)} You can undo this for the next 10 minutes."
    return answer(view, text, buttons, _offer(this, resembling, ended_on), card=card)


def _offer(this: Followup, earlier: Followup | None, ended_on: date | None) -> list[Block]:
    if earlier is None:
        return []
    asks = f"This one was cleared on {on(ended_on)}. Is it back?" if ended_on else "Is it the same as this one?"
    label, act = ("It's back", BACK) if ended_on else ("It's the same", SAME)
    button = Button(label, action_id=act, value=f"{this.id}:{earlier.id}")
    return [
        SectionBlock(
            f"{asks}\n{quoted(shortened(earlier.text, LONGEST_OFFER))}", block_id=f"offer_{this.id}", accessory=button
        )
    ]


def joined_answer(earlier: Followup) -> Post:
    """Confirm that a new roadblock was the same as an earlier one."""
    text = f"I've withdrawn yours and added you to this one. I'll tell you when it's cleared.\n{quoted(earlier.text)}"
    return Post(text, [SectionBlock(text, block_id="joined")])


def reopened_answer(earlier: Followup) -> Post:
    """Confirm that an earlier roadblock was reopened instead of adding a new one."""
    text = f"I've withdrawn yours and reopened this one. I'll tell you when it's cleared.\n{quoted(earlier.text)}"
    return Post(text, [SectionBlock(text, block_id="brought_back")])


def roadblock_list(
    team: Team, entries: Sequence[Listed], *, not_loaded: int, chosen: str, themes: Sequence[str]
) -> Post:
    """List open roadblocks, with a filter and a button for a new one; `chosen` is the filter in use."""
    nothing = NOTHING if chosen == OPEN else NONE_OF_THESE
    post = lists.listed(cards, [(TITLE, entries)], nothing, not_loaded=not_loaded)
    labels = {OPEN: "All open", MINE: "Mine", **{each: theme_label(each) for each in themes}}
    options = {each: option(label, f"{team.id}:{each}") for each, label in labels.items()}
    menu = StaticSelectMenu(FILTER, [*options.values()], initial_option=options.get(chosen, options[OPEN]))
    above: list[Element] = [menu, Button("Add a roadblock", action_id=NEW, value=str(team.id))]
    told = [] if entries else [SectionBlock(nothing, block_id="nothing")]
    usage = context(f"Something in the way? {USAGE}", "usage")
    return Post(post.text, [ActionsBlock(above, block_id="above"), *told, *post.blocks, *([usage] if entries else [])])


def offer_card(view: View, asker: str) -> Post:
    """Ask the writer of a message whether it may become a roadblock, and whether to show their name."""
    this = view.followup
    head = f"{asker} would like to log your message as a roadblock:"
    told = f"I'll log it only if you agree. {cards.source_link(this)}".strip()
    id = str(this.id)
    buttons = [
        Button("Log it without my name", action_id=YES, value=id, style="primary"),
        Button("Log it with my name", action_id=YES_NAMED, value=id),
        Button("No, thanks", action_id=action(Step.WITHDRAW), value=id),
    ]
    text = f"{head}\n{quoted(this.text)}\n{told}"
    return Post(
        one_line(f"{head}\n{quoted(this.text)}"),
        [SectionBlock(text, block_id=f"asked_{id}"), *button_rows(buttons, f"asked_buttons_{id}")],
        card=f"{this.card}:{this.author_id}",
    )


def unowned_item(nudge_id: int, facts: Mapping[str, Any], team: Team) -> Item:
    """Ask a leader to take a roadblock that nobody owns."""
    since = on(date.fromisoformat(facts["since"]))
    text = (
        f"Nobody is working on this roadblock from <#{team.channel_id}>, raised on {since}. Can you take it? "
        f"You don't have to clear it alone.\n{quoted(shortened(facts['text'], LONGEST_IN_NUDGE))}"
    )
    return Item(
        text,
        "If nobody takes a roadblock within a working day, I ask one leader, then two leaders each working day, "
        "starting with those who have the fewest roadblocks.",
        [
            Button(
                LABELS[Step.TAKE],
                action_id=action(Step.TAKE),
                value=f"{nudge_id}:{facts['followup']}",
                style="primary",
            ),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
        became=what_became(Kind.ROADBLOCK, facts),
    )


def owner_item(nudge_id: int, facts: Mapping[str, Any], team: Team) -> Item:
    """Ask the owner of a roadblock what to do with it."""
    head = (
        "You put this roadblock on hold, and that time has passed"
        if facts["waited"]
        else "This roadblock is still with you"
    )
    steps = [Step.ANSWER, Step.WAIT, Step.KEEP, Step.HAND_ON, *([Step.ASK_SPONSOR] if facts["has_sponsor"] else [])]
    id = f"{nudge_id}:{facts['followup']}"
    return Item(
        f"{head}. What's next?\n{quoted(shortened(facts['text'], LONGEST_IN_NUDGE))}",
        "You took on this roadblock. I ask what's next every 5 working days. "
        "*Waiting for…* stops that until the day you choose.",
        [
            Button(LABELS.get(step, "Keep it"), action_id=action(step), value=id, style=None if nth else "primary")
            for nth, step in enumerate(steps)
        ],
        became=what_became(Kind.ROADBLOCK, facts),
    )


def due_item(nudge_id: int, facts: Mapping[str, Any], team: Team) -> Item:
    """Ask the owner whether a roadblock is cleared, on the day by which they wanted to clear it."""
    day = on(date.fromisoformat(facts["due_on"]), facts.get("locale", ""))
    return Item(
        f"You wanted to clear this roadblock by {day}. Is it cleared?\n"
        f"{quoted(shortened(facts['text'], LONGEST_IN_NUDGE))}",
        "You took on this roadblock and chose this date. I remind you once; *Snooze* moves only my reminder.",
        [
            Button(
                LABELS[Step.ANSWER],
                action_id=action(Step.ANSWER),
                value=f"{nudge_id}:{facts['followup']}",
                style="primary",
            )
        ],
        became=what_became(Kind.ROADBLOCK, facts),
    )
