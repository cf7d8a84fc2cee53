"""How shout-outs look: the card, the DM, the form, the lists and Friday's round-up."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    HeaderBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
    UserMultiSelectMenu,
)

from bot.directory import Address
from bot.features.shoutouts import LONGEST_REASON, MOST_RECEIVERS, REASON, RECEIVERS, Settings, Shoutout
from bot.messages.post import Post
from bot.messages.text import escape, mention, mentions, shortened
from bot.teams import Team

FORM = "shoutouts:form"
OFFERED = "shoutouts:offered"
UNDO = "shoutouts:undo"
KEEP = "shoutouts:keep"
TEAM = "team"
MOST_LISTED = 60

ENOUGH_TODAY = "That is enough for today, and how kind of you. Keep this one for your next working morning?"


def card_name(shoutout: Shoutout) -> str:
    return f"shoutout:{shoutout.id}"


def dm_name(shoutout: Shoutout, receiver_id: str) -> str:
    return f"shoutout:{shoutout.id}:{receiver_id}"


def announced(shoutout: Shoutout, team: Team, receivers: list[str]) -> list[tuple[Address, Post]]:
    """Everything a shout-out says and where: the card to the team, a note to each receiver."""
    notes = [(Address(team.workspace_id, receiver), dm(shoutout, team, receiver)) for receiver in receivers]
    return [(team.channel, card(shoutout, receivers)), *notes]


def card(shoutout: Shoutout, receivers: list[str]) -> Post:
    """The card in the team's channel."""
    thanks = f"{mention(shoutout.giver_id)} thanks {mentions(receivers)}"
    block = SectionBlock(f":raised_hands: {thanks}\n>{escape(shoutout.reason)}", block_id="thanks")
    return Post(f"{thanks}: {escape(shoutout.reason)}", [block], card=card_name(shoutout))


def dm(shoutout: Shoutout, team: Team, receiver_id: str) -> Post:
    """What the receiver is told."""
    thanks = f"{mention(shoutout.giver_id)} thanked you in <#{team.channel_id}>"
    block = SectionBlock(f":raised_hands: {thanks}\n>{escape(shoutout.reason)}", block_id="thanks")
    return Post(f"{thanks}: {escape(shoutout.reason)}", [block], card=dm_name(shoutout, receiver_id))


def given(shoutout: Shoutout, team: Team, receivers: list[str]) -> Post:
    """The giver's own answer, with the way back."""
    text = f"Thank you for seeing {mentions(receivers)}. It stands in <#{team.channel_id}>, and they have a note."
    undo = Button("Undo (10 min)", action_id=UNDO, value=str(shoutout.id))
    return Post(text, [SectionBlock(text, block_id="given"), ActionsBlock([undo], block_id="undo")])


def offered(shoutout: Shoutout) -> Post:
    """The sixth of a day."""
    keep = Button("Keep it for the morning", action_id=KEEP, value=str(shoutout.id), style="primary")
    return Post(ENOUGH_TODAY, [SectionBlock(ENOUGH_TODAY, block_id="offered"), ActionsBlock([keep], block_id="keep")])


def undone() -> Post:
    return Post("Taken back: the card and the note are gone.")


def kept(until: datetime) -> Post:
    """`until` in the giver's own zone."""
    return Post(f"Kept. It goes out on {until:%A} at {until:%H:%M}.")


def usage() -> Post:
    return Post(
        "*Thank somebody:* `/shoutout @ana @ben for staying calm #empathy`, or `/shoutout` alone for a form.\n"
        "*Look back:* `/shoutout mine` for yours, `/shoutout team` for the last seven days."
    )


def not_understood(near: str | None) -> str:
    """An answer to words that thank nobody."""
    example = "To thank somebody, name them first: `/shoutout @ana for staying calm`."
    return f"Did you mean `/shoutout {near}`? {example}" if near else example


def which_team(teams: Sequence[Team]) -> str:
    """An answer where a list could be of several teams."""
    channels = " or ".join(f"<#{team.channel_id}>" for team in teams)
    return f"You are in several teams. Type it in the channel of the one you mean: {channels}."


def nobody_called(name: str) -> str:
    """An answer to a name that is nobody's; a group's, perhaps."""
    return f"I know nobody called @{escape(name)} here. Name each person, with @ and a pick from the list."


def form(
    *,
    receivers: Sequence[str] = (),
    reason: str = "",
    teams: Sequence[Team] = (),
) -> ModalView:
    """Thank somebody by form; it asks for the team only where there is a choice."""
    who = UserMultiSelectMenu(
        action_id=RECEIVERS,
        initial_users=list(receivers) or None,
        max_selected_items=MOST_RECEIVERS,
        placeholder="Pick one or more people",
    )
    why = PlainTextInput(
        action_id=REASON,
        initial_value=shortened(reason, LONGEST_REASON) or None,
        multiline=True,
        max_length=LONGEST_REASON,
        placeholder="for staying calm with an angry caller",
    )
    hint = _values_hint(teams)
    blocks: list[Block] = [
        InputBlock("Whom would you like to thank?", who, block_id=RECEIVERS),
        InputBlock("What did they do?", why, block_id=REASON, hint=hint),
    ]
    if len(teams) > 1:
        blocks.append(InputBlock("In which team?", _choice(teams), block_id=TEAM))
    team_id = str(teams[0].id) if len(teams) == 1 else None
    return ModalView(
        title="Shout-out",
        submit="Thank them",
        close="Not now",
        callback_id=FORM,
        blocks=blocks,
        private_metadata=team_id,
    )


def _values_hint(teams: Sequence[Team]) -> str | None:
    """The values of the only team meant; where there is a choice, none."""
    values = Settings.of(teams[0]).values if len(teams) == 1 else []
    return f"A value of your team may stand in it: {' '.join(f'#{value}' for value in values)}" if values else None


def _choice(teams: Sequence[Team]) -> StaticSelectMenu:
    return StaticSelectMenu(
        TEAM, [Option(PlainText(shortened(f"#{team.name}", 75)), str(team.id)) for team in teams[:100]]
    )


def offered_form(shoutout: Shoutout) -> ModalView:
    """What the form becomes past the daily five."""
    return ModalView(
        title="Shout-out",
        submit="Keep it",
        close="Let it go",
        callback_id=OFFERED,
        blocks=[SectionBlock(ENOUGH_TODAY, block_id="said")],
        private_metadata=str(shoutout.id),
    )


def closing(post: Post) -> ModalView:
    """The last thing a form says."""
    blocks = post.blocks or [SectionBlock(post.text, block_id="said")]
    return ModalView(title="Shout-out", close="Done", blocks=list(blocks))


def mine(received: Sequence[Shoutout], given: Sequence[Shoutout], receivers: dict[int, list[str]]) -> Post:
    """Somebody's own thanks, for their eyes."""
    if not received and not given:
        text = "Nothing yet. The quickest way to hear a thank-you is to give one: `/shoutout @ana for staying calm`."
        return Post(text)
    blocks: list[Block] = []
    if received:
        blocks += [HeaderBlock("You were thanked", block_id="received"), *_lists("received", received, receivers)]
    if given:
        blocks += [HeaderBlock("You thanked", block_id="given"), *_lists("given", given, receivers)]
    return Post("Your latest thanks, received and given.", blocks)


def of_team(team: Team, shoutouts: Sequence[Shoutout], receivers: dict[int, list[str]]) -> Post:
    """The last seven days of a team."""
    if not shoutouts:
        return Post("No shout-outs in the last seven days. Who made your day easier? `/shoutout @ana for …`")
    title = f"{_count(len(shoutouts))} in #{escape(team.name)} in the last seven days"
    return Post(title, _listing(title, shoutouts, receivers))


def round_up(shoutouts: Sequence[Shoutout], receivers: dict[int, list[str]]) -> Post:
    """Friday's reading of the week's thanks, in the order they were given; no one is counted or ranked."""
    title = "This week's thanks"
    said = f":raised_hands: {title}: {_count(len(shoutouts))} went round. Read them slowly, they are meant."
    return Post(said, _listing(said, shoutouts, receivers))


def _listing(title: str, shoutouts: Sequence[Shoutout], receivers: dict[int, list[str]]) -> list[Block]:
    shown = shoutouts[:MOST_LISTED]
    blocks: list[Block] = [SectionBlock(title, block_id="title"), *_lists("thanks", shown, receivers)]
    if more := len(shoutouts) - len(shown):
        blocks.append(ContextBlock([Text(f"and {more} more; `/shoutout mine` shows yours")], block_id="more"))
    return blocks


def _lists(name: str, shoutouts: Sequence[Shoutout], receivers: dict[int, list[str]]) -> list[Block]:
    """Four lines a section, so that even a line full of ampersands stays within Slack's 3,000 characters."""
    return [
        SectionBlock(
            "\n".join(_line(shoutout, receivers[shoutout.id]) for shoutout in shoutouts[start : start + 4]),
            block_id=f"{name}_{start}",
        )
        for start in range(0, len(shoutouts), 4)
    ]


def _line(shoutout: Shoutout, receivers: list[str]) -> str:
    thanked = mentions(receivers[:5]) + (" and others" if len(receivers) > 5 else "")
    return f"• {mention(shoutout.giver_id)} thanks {thanked}: {escape(shortened(shoutout.reason, 120))}"


def _count(number: int) -> str:
    return "One shout-out" if number == 1 else f"{number} shout-outs"
