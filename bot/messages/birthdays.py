"""Messages of birthdays and anniversaries: the post on the day, the card before it, and reminders to sign it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, InputBlock, ModalView, SectionBlock

from bot.features.birthdays.models import Kind, Occasion
from bot.features.birthdays.queries import DueOccasion
from bot.features.birthdays.rules import LONGEST_LINE, WORDS
from bot.features.birthdays.settings import BirthdayPreferences
from bot.messages import callbacks
from bot.messages.mentions import field
from bot.messages.settings import OPEN_OWN
from bot.nudges.cards import NOT_NOW, Item, Row
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mention, shortened
from bot.slack.post import Post, modal
from bot.text.formats import on

OPEN = "birthdays:sign"
FORM = "birthdays:sign_form"
DECLINE = "birthdays:decline"
LONGEST_BLOCK = 2900
"""Limit of characters in a block."""
MOST_BLOCKS = 40
"""Limit of blocks in a message."""
LONGEST_TEXT = 3500
"""Limit of characters in a message's text."""
TITLE = "Sign a card"


def public_post(team: Team, *given: DueOccasion) -> Post:
    """Build the channel's post for everybody who celebrates on the same day, with as many signatures as fit."""
    lines = [_wishes(each, f", {mention(each.person.id)}", _late(team, each)) for each in given]
    return _card(given, "\n".join(lines))


def private_post(team: Team, given: DueOccasion) -> Post:
    """Build the private birthday note, with signatures if a card was signed before the person chose *private*."""
    return _card([given], f"{_wishes(given, '', _late(team, given))} Only you can see this.")


def _card(given: Sequence[DueOccasion], text: str) -> Post:
    first = next(_pages(given), [])
    lead: list[Block] = [SectionBlock(shortened(text, LONGEST_BLOCK), block_id="occasion")]
    return Post(shortened("\n".join([text, *_lines(given)]), LONGEST_TEXT), [*lead, *first], card=card_name(given[0]))


def signed_posts(*given: DueOccasion) -> list[Post]:
    """Build the posts for the thread, with the signatures that did not fit into the channel's post."""
    return [Post("More from your team:", page) for page in list(_pages(given))[1:]]


def card_name(given: DueOccasion) -> str:
    return f"occasion:{given.occasion.id}"


def _wishes(given: DueOccasion, who: str, late: str) -> str:
    """Return the congratulation; `late` names the day if it has passed."""
    happy, was = ("Happy belated", f" ({late}.)") if late else ("Happy", "")
    if given.occasion.kind == Kind.BIRTHDAY:
        return f":birthday: {happy} birthday{who}!{was}"
    return f":seedling: {happy} work anniversary{who}! {count_noun(given.years, 'year')} here.{was}"


def _late(team: Team, given: DueOccasion) -> str:
    """Name the day of a birthday or anniversary, unless the congratulation is posted on that day."""
    zone, locale = (team.zone, "") if given.is_public else (given.person.zone, given.person.locale)
    day = given.occasion.day
    return "" if given.occasion.due_at.astimezone(ZoneInfo(zone)).date() == day else f"It was on {on(day, locale)}"


def _lines(given: Sequence[DueOccasion]) -> list[str]:
    """List the signatures, grouped by the person they are for if several people celebrate on the same day."""
    return [line for each in given for line in _to(each, is_alone=len(given) == 1)]


def _to(given: DueOccasion, *, is_alone: bool) -> list[str]:
    signed = [f"{mention(each.signer_id)}: {escape(each.words)}" for each in given.signatures]
    return signed if is_alone or not signed else [f"*For {mention(given.person.id)}*", *signed]


def _pages(given: Sequence[DueOccasion]) -> Iterator[list[Block]]:
    """Split the signatures into lists of blocks, each within the limit of one message."""
    texts = list(_filled(_lines(given)))
    for start in range(0, len(texts), MOST_BLOCKS):
        yield [
            SectionBlock(text, block_id=f"signed_{start + n}")
            for n, text in enumerate(texts[start : start + MOST_BLOCKS])
        ]


def _filled(lines: Sequence[str]) -> Iterator[str]:
    """Join lines into texts that each fit one block."""
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > LONGEST_BLOCK:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def sign_form(team: Team, occasion: Occasion, words: str, names: Mapping[str, str], pressed: str) -> ModalView:
    """Build the form to sign a card, with the person's earlier text; `names` has the names of people it mentions."""
    line = field(WORDS, words, names, longest=LONGEST_LINE, multiline=True)
    blocks = [
        SectionBlock(card_line(occasion, team), block_id="told"),
        InputBlock("Your message", line, block_id=WORDS, hint="The whole team sees it, with your name."),
    ]
    return modal(TITLE, FORM, blocks, submit="Sign", metadata=pressed)


def parse_metadata(value: str) -> tuple[int, int]:
    """Parse the metadata of the form to sign a card: the nudge's id (0 for none) and the occasion's id."""
    nudge_id, occasion_id = callbacks.numbers(value, 2)
    return nudge_id, occasion_id


def signed_view(team: Team, occasion: Occasion) -> ModalView:
    text = f":white_check_mark: Signed. {_given(occasion, team)} You can change your message on my Home tab until then."
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(text, block_id="signed")])


def card_line(occasion: Occasion, team: Team) -> str:
    """Say whose birthday or anniversary it is, on which day, and when the card is posted."""
    what = f"{mention(occasion.person_id)}'s {_what(occasion.kind)} is on {on(occasion.day)}."
    if _given_on(occasion, team) == occasion.day:
        return f"{what} I'll post the card in <#{team.channel_id}> that day."
    return f"{what} {_given(occasion, team)}"


def _given(occasion: Occasion, team: Team) -> str:
    return f"I'll post the card in <#{team.channel_id}> on {on(_given_on(occasion, team))}."


def _given_on(occasion: Occasion, team: Team) -> date:
    local: datetime = occasion.due_at.astimezone(ZoneInfo(team.zone))
    return local.date()


def _what(kind: str) -> str:
    return "birthday" if kind == Kind.BIRTHDAY else "work anniversary"


def invitation() -> list[Block]:
    text = (
        "Add your birthday and work anniversary? On the day, I'll post in your team's channel or send you a private "
        "note, whichever you choose."
    )
    enter = Button(
        "Add my dates",
        action_id=f"{OPEN_OWN}:{BirthdayPreferences.feature}",
        value=BirthdayPreferences.feature,
        style="primary",
    )
    no = Button("No thanks", action_id=DECLINE, value=DECLINE)
    return [SectionBlock(text, block_id="days"), ActionsBlock([enter, no], block_id="days_answers")]


def home_section(opened: Sequence[tuple[Occasion, Team, bool]]) -> list[Block]:
    """List on a person's Home tab the cards that they can sign, never their own."""
    return [_card_at_home(occasion, team, has_signed) for occasion, team, has_signed in opened]


def _card_at_home(occasion: Occasion, team: Team, has_signed: bool) -> Block:
    label = "Change" if has_signed else "Sign"
    text = card_line(occasion, team)
    button = Button(label, action_id=OPEN, value=f"0:{occasion.id}")
    return SectionBlock(text, block_id=f"card_{occasion.id}", accessory=button)


def signing_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask somebody to sign cards: one as a sentence with its buttons, several as rows."""
    cards, answers, locale = facts.get("rows") or [facts], facts.get("answers", {}), facts.get("locale", "")
    why = (
        f"You're in <#{team.channel_id}>, and teammates chose to make these days public. I ask you once for each card. "
        "Leaders can change how early I ask, or turn cards off, in `/steward settings`, *Birthdays and anniversaries*."
    )
    no = Button("Not this time", action_id=NOT_NOW, value=str(nudge_id))
    if len(cards) == 1:
        text = f"{_by(cards[0], locale)} It takes a minute, and it's a surprise until then."
        return Item(text, why, [_sign(nudge_id, cards[0]), no])
    rows = [_row(nudge_id, each, locale, is_signed=str(each["occasion"]) in answers) for each in cards]
    left = sum(bool(row.buttons) for row in rows)
    if left == 1:
        return Item("1 card left to sign. It takes a minute, and it's a surprise until the day.", why, [no], rows)
    to_sign = f"{left} cards to sign" if left == len(rows) else f"{left} cards left to sign"
    return Item(f"{to_sign}, a minute each. They're a surprise until the day.", why, [no], rows)


def _row(nudge_id: int, card: dict[str, Any], locale: str, *, is_signed: bool) -> Row:
    if is_signed:
        return Row(f":white_check_mark: You signed {mention(card['person'])}'s {_what(card['kind'])} card.")
    return Row(_by(card, locale), [_sign(nudge_id, card)])


def _by(card: dict[str, Any], locale: str) -> str:
    who, given_on = mention(card["person"]), on(date.fromisoformat(card["given_on"]), locale)
    return f"Sign {who}'s {_what(card['kind'])} card before *{given_on}*."


def _sign(nudge_id: int, card: dict[str, Any]) -> Button:
    return Button("Sign", action_id=OPEN, value=f"{nudge_id}:{card['occasion']}", style="primary")
