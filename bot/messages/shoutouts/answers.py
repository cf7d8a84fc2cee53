"""What the giver of thanks is answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.shoutouts.models import Shoutout
from bot.features.shoutouts.rules import MOST_RECEIVERS, unknown_tags
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts.cards import KEEP, TOO, UNDO, USE
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mentions
from bot.slack.post import Post

ENOUGH_TODAY = "That is enough for today, and how kind of you. Keep this one for your next working morning?"
NAME_FIRST = "To thank somebody, name them first: `/shoutout @ana for staying calm`."
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Unsure:
    """What is not certain of thanks that were given."""

    people: Sequence[str] = ()
    """They may be thanked as well, or only mentioned."""
    channels: Collection[str] = ()
    """Tags that are channels' names."""


NOTHING_UNSURE = Unsure()


def given_answer(shoutout: Shoutout, team: Team, unsure: Unsure = NOTHING_UNSURE) -> Post:
    """The giver's own answer, with the way back, and with a word on tags that are none of the team's values."""
    values = Settings.of(team).values
    tags = {tag: near for tag, near in unknown_tags(shoutout.reason, values).items() if tag not in unsure.channels}
    near = {tag: value for tag, value in list(tags.items())[:MOST_SUGGESTED] if value}
    text = " ".join([_seen(shoutout), _where(shoutout, team)])
    hints = [f"`#{tag}` is not one of your team's values; did you mean `#{value}`?" for tag, value in near.items()]
    if far := [tag for tag, value in tags.items() if value is None]:
        hints.append(_values(far, values))
    undo = Button("Undo (10 min)", action_id=UNDO, value=str(shoutout.id))
    blocks: list[Block] = [SectionBlock(text, block_id="given"), ActionsBlock([undo], block_id="undo")]
    if hints:
        blocks.append(SectionBlock("\n".join(hints), block_id="tags"))
    blocks += [_use(shoutout, tag, value, unsure.people) for tag, value in near.items()]
    if unsure.people:
        hints.append(_too(unsure.people))
        blocks += _asks(shoutout, unsure.people)
    return Post("\n".join([text, *hints]), blocks)


def partly_understood(shoutout: Shoutout, people: Sequence[str], unclear: str = "") -> Post:
    """A word to the writer of a message that thanks some, and perhaps `people` as well.

    `unclear` says which names are not one person's.
    """
    text = " ".join([*([thanked_too(shoutout).text] if shoutout.receivers else []), *([unclear] if unclear else [])])
    blocks: list[Block] = [SectionBlock(text, block_id="partly"), *(_asks(shoutout, people) if people else [])]
    return Post(f"{text} {_too(people)}" if people else text, blocks)


def _too(people: Sequence[str]) -> str:
    return f"{mentions([*people])} too?"


def _asks(shoutout: Shoutout, people: Sequence[str]) -> list[Block]:
    button = Button("Thank them too", action_id=TOO, value=f"{shoutout.id}:{','.join(people)}")
    return [SectionBlock(_too(people), block_id="unsure"), ActionsBlock([button], block_id="too")]


def thanked_too(shoutout: Shoutout) -> Post:
    """An answer to the word of `partly`: everybody whom the message thanks by now."""
    return Post(f"{'I told' if shoutout.is_given else 'This thanks'} {mentions(shoutout.receivers)}.")


def _seen(shoutout: Shoutout) -> str:
    return f"Thank you for seeing {'the whole team' if shoutout.is_for_team else mentions(shoutout.receivers)}."


def _where(shoutout: Shoutout, team: Team) -> str:
    """Where it stands, or kindly why not."""
    channel = f"<#{team.channel_id}>"
    quiet = [each for each in shoutout.receivers if each not in shoutout.named]
    if shoutout.is_private:
        return "It stays between you: they have your words, and the channel has none."
    if not shoutout.has_card:
        return "They like it quiet, so no card stands in the channel; they have your words all the same."
    if team.is_closed:
        return f"I cannot post in {channel} any more, so there is no card; they have your words all the same."
    if shoutout.is_for_team:
        return f"It stands in {channel}, for everybody to read."
    if quiet:
        like = f"{mentions(quiet)} {'likes' if len(quiet) == 1 else 'like'} it quiet"
        return f"It stands in {channel}. {like}, so the card leaves them out; they have your words all the same."
    return f"It stands in {channel}, and they have a note."


def _values(tags: Sequence[str], values: Sequence[str]) -> str:
    these = " and ".join(f"`#{tag}`" for tag in tags[:MOST_SUGGESTED])
    return f"In case {these} was meant as a value: your team's are {', '.join(f'`#{value}`' for value in values)}."


def _use(shoutout: Shoutout, tag: str, value: str, unsure: Sequence[str]) -> ActionsBlock:
    """`unsure` are still to be asked about afterwards."""
    pressed = ":".join([str(shoutout.id), tag, value, ",".join(unsure)])
    button = Button(f"Use #{value}", action_id=USE, value=pressed)
    return ActionsBlock([button], block_id=f"use_{tag}"[:255])


def offered(shoutout: Shoutout, perhaps: Sequence[str] = ()) -> Post:
    """The sixth of a day, with its words."""
    text = enough_today(shoutout)
    keep = Button("Keep it for the morning", action_id=KEEP, value=str(shoutout.id), style="primary")
    blocks: list[Block] = [SectionBlock(text, block_id="offered"), ActionsBlock([keep], block_id="keep")]
    return Post(text, [*blocks, *(_asks(shoutout, perhaps) if perhaps else [])])


def enough_today(shoutout: Shoutout) -> str:
    return f"{ENOUGH_TODAY}\n>{escape(shoutout.reason)}"


def undone() -> Post:
    return Post("Taken back: what I said of it is gone.")


def postponed(until: datetime) -> Post:
    """`until` in the giver's own zone."""
    return Post(f"Kept. It goes out on {until:%A} at {until:%H:%M}.")


def usage() -> Post:
    return Post(
        "*Thank somebody:* `/shoutout @ana @ben for staying calm #empathy`, or `/shoutout` alone for a form. "
        "A group such as `@night-shift` is fine, and so is `@team` when you lead it.\n"
        "*In private:* begin with `private`. *For using their own judgement:* begin with `good call`.\n"
        "*Look back:* `/shoutout mine` for yours, `/shoutout team` for the last seven days."
    )


def nobody_called(name: str) -> str:
    """An answer to a name that is nobody's, and no group's."""
    return (
        f"I know nobody called @{escape(name)} here, and no group of that name. "
        "Name each person, with @ and a pick from the list."
    )


def empty_group(name: str) -> str:
    return f"There is nobody in @{escape(name)} just now whom you could thank. Name those you mean, like `@ana`."


def with_words(sentence: str, typed: str) -> str:
    """A refusal that no form can follow, with what was typed, to be copied."""
    return f"{sentence}\n>{typed}" if typed else sentence


def unknown(names: Sequence[str]) -> str:
    """A word on names in a message that are nobody's."""
    these = " or ".join(escape(name) for name in names[:MOST_SUGGESTED])
    return f"I don't know anybody called {these}. Edit the message, and pick each name from the list after @."


def too_many() -> Post:
    """A word to the writer of a message that names more people than anybody can thank at once."""
    return Post(
        f"Your message names more than {MOST_RECEIVERS} people, so I told nobody. "
        "Edit it to name those you mean, and I'll tell them."
    )
