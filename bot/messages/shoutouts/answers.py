"""Answers to the giver of a shout-out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.shoutouts.models import Shoutout
from bot.features.shoutouts.rules import MOST_RECEIVERS, unknown_tags
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts.cards import KEEP, TOO, UNDO, USE
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, escape, mentions
from bot.slack.post import Post
from bot.text.formats import clock, weekday

ENOUGH_TODAY = "That's your limit for today. Send this one on the morning of your next working day?"
NAME_FIRST = "Start with a name: `/shoutout @ana for staying calm`."
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Unsure:
    """The people and tags of a shout-out that the parser could not decide about."""

    people: Sequence[str] = ()
    """People of whom it is unclear whether they are thanked or only mentioned."""
    channels: Collection[str] = ()
    """Tags that are names of channels."""


NOTHING_UNSURE = Unsure()
UNDO_HINT = "You can undo this for the next 10 minutes."


def given_answer(shoutout: Shoutout, team: Team, unsure: Unsure = NOTHING_UNSURE) -> Post:
    """Confirm a shout-out to its giver, with *Undo*; ask about unsure people, and tags that are not team values."""
    values = Settings.of(team).values
    tags = {tag: near for tag, near in unknown_tags(shoutout.reason, values).items() if tag not in unsure.channels}
    near = {tag: value for tag, value in list(tags.items())[:MOST_SUGGESTED] if value}
    text = f"Thanks! {_where(shoutout, team)} {UNDO_HINT}"
    hints = [f"`#{tag}` isn't one of your team's values. Did you mean `#{value}`?" for tag, value in near.items()]
    if far := [tag for tag, value in tags.items() if value is None]:
        hints.append(_values(far, values))
    undo = Button("Undo", action_id=UNDO, value=str(shoutout.id))
    blocks: list[Block] = [SectionBlock(text, block_id="given"), ActionsBlock([undo], block_id="undo")]
    if hints:
        blocks.append(SectionBlock("\n".join(hints), block_id="tags"))
    blocks += [_replace_tag_button(shoutout, tag, value, unsure.people) for tag, value in near.items()]
    if unsure.people:
        hints.append(_too(unsure.people))
        blocks += _asks(shoutout, unsure.people)
    return Post("\n".join([text, *hints]), blocks)


def partly_understood(shoutout: Shoutout, people: Sequence[str], unclear: str = "") -> Post:
    """Ask the author of a message whether it thanks `people` as well.

    `unclear` explains which names match several people or nobody.
    """
    text = " ".join([*([thanked_too(shoutout).text] if shoutout.receivers else []), *([unclear] if unclear else [])])
    blocks: list[Block] = [SectionBlock(text, block_id="partly"), *(_asks(shoutout, people) if people else [])]
    return Post(f"{text} {_too(people)}" if people else text, blocks)


def _too(people: Sequence[str]) -> str:
    return f"Thank {mentions([*people])} too?"


def _asks(shoutout: Shoutout, people: Sequence[str]) -> list[Block]:
    button = Button("Thank them too", action_id=TOO, value=f"{shoutout.id}:{','.join(people)}")
    return [SectionBlock(_too(people), block_id="unsure"), ActionsBlock([button], block_id="too")]


def thanked_too(shoutout: Shoutout, left_out: Sequence[str] = ()) -> Post:
    """List everybody whom a message thanks, including people added later, and those who cannot be thanked."""
    whom = mentions(shoutout.receivers)
    told = f"Thanks sent to {whom}." if shoutout.is_given else f"Your shout-out will go to {whom}."
    return Post(f"{told} {_left_out(left_out)}" if left_out else told)


def _left_out(ids: Sequence[str]) -> str:
    """Say who is not thanked: people thank neither themselves, nor bots, leavers or people of other workspaces."""
    be = "isn't" if len(ids) == 1 else "aren't"
    return f"{mentions([*ids])} {be} included, because I can only thank other people in this workspace."


def _where(shoutout: Shoutout, team: Team) -> str:
    """Say whether the shout-out is posted in the team's channel, and who sees it."""
    channel, whom = f"<#{team.channel_id}>", mentions(shoutout.receivers)
    quiet = [each for each in shoutout.receivers if each not in shoutout.named]
    prefer = f"{mentions(quiet)} {'prefers' if len(quiet) == 1 else 'prefer'} quiet thanks"
    if shoutout.is_private:
        return f"Only {whom} {'sees' if len(shoutout.receivers) == 1 else 'see'} it."
    if not shoutout.has_card:
        return f"{prefer}, so I'm keeping yours private."
    if team.is_closed:
        return f"I can't post in {channel} any more, so only {whom} can see it."
    if shoutout.is_for_team:
        return f"I'm posting it in {channel} for the whole team."
    if quiet:
        return f"I'm posting it in {channel}. {prefer}, so I won't name them on the card. They can still read it."
    return f"I'm posting it in {channel}, and {whom} {'gets' if len(shoutout.receivers) == 1 else 'get'} a note too."


def _values(tags: Sequence[str], values: Sequence[str]) -> str:
    these = comma_joined(f"`#{tag}`" for tag in tags[:MOST_SUGGESTED])
    are = "isn't one" if len(tags) == 1 else "aren't any"
    return f"{these} {are} of your team's values. They are {comma_joined(f'`#{value}`' for value in values)}."


def _replace_tag_button(shoutout: Shoutout, tag: str, value: str, unsure: Sequence[str]) -> ActionsBlock:
    """Build a button that replaces a tag; its value has the `unsure` people, to ask about them afterwards."""
    pressed = ":".join([str(shoutout.id), tag, value, ",".join(unsure)])
    button = Button(f"Use #{value}", action_id=USE, value=pressed)
    return ActionsBlock([button], block_id=f"use_{tag}"[:255])


def limit_reached_answer(shoutout: Shoutout, perhaps: Sequence[str] = ()) -> Post:
    """Offer to send a shout-out that exceeds the daily limit at a later time, and repeat its text."""
    text = limit_reached_text(shoutout)
    keep = Button("Send it later", action_id=KEEP, value=str(shoutout.id), style="primary")
    blocks: list[Block] = [SectionBlock(text, block_id="offered"), ActionsBlock([keep], block_id="keep")]
    return Post(text, [*blocks, *(_asks(shoutout, perhaps) if perhaps else [])])


def limit_reached_text(shoutout: Shoutout) -> str:
    return f"{ENOUGH_TODAY}\n>{escape(shoutout.reason)}"


def undone_answer() -> Post:
    return Post("Undone. I've deleted what I posted.")


def postponed_answer(until: datetime, giver: Person) -> Post:
    """Confirm to its giver when a postponed shout-out will be sent."""
    local = giver.local(until)
    return Post(f"OK, I'll send it on {weekday(local)} at {clock(local, giver.locale)}.")


def usage() -> Post:
    return Post(
        "*Thank someone:* `/shoutout @ana @ben for staying calm #empathy`, or `/shoutout` for a form. "
        "Groups such as `@night-shift` work too, and leaders can thank `@team`.\n"
        "*In private:* start with `private`. *For using their own judgement:* start with `good call`.\n"
        "*See past thanks:* `/shoutout mine` for yours, `/shoutout team` for the last seven days."
    )


def unknown_name(name: str) -> str:
    """Say that a name belongs to neither a person nor a group."""
    pick = "Pick each name from the list that appears when you type @."
    return f"I can't find a person or group called @{escape(name)}. {pick}"


def empty_group(name: str) -> str:
    return f"There's nobody in @{escape(name)} to thank right now. Name people instead, like `@ana`."


def with_words(sentence: str, typed: str) -> str:
    """Append the giver's text to a refusal, so that they can copy it."""
    return f"{sentence}\n>{typed}" if typed else sentence


def unknown_names(names: Sequence[str]) -> str:
    """Say which names in a message belong to nobody."""
    these = comma_joined((escape(name) for name in names[:MOST_SUGGESTED]), last="or")
    return f"I can't find {these}. Edit the message and pick each name from the list that appears when you type @."


def too_many() -> Post:
    """Refuse a message that names more people than one shout-out can thank."""
    return Post(
        f"Your message names more than {MOST_RECEIVERS} people, so I haven't told anyone. "
        f"Edit it to name {MOST_RECEIVERS} at most, and I'll tell them."
    )
