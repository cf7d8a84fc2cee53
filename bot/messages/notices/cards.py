"""Messages of change notices: the card in the channel, the reminder, the list, the questions and the answer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from slackblocks import ActionsBlock, Block, Button, Confirm, Element, SectionBlock

from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.features.notices.rules import FEWEST_UNCLEAR, split_lines
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, link, mention, one_line, opening_mention, shortened, split_into_parts
from bot.slack.post import Post, context
from bot.text.formats import on

GOT_IT, UNCLEAR = "notices:got_it", "notices:unclear"
NEW, EDIT, ANSWER, WITHDRAW = "notices:new", "notices:edit", "notices:answer", "notices:withdraw"
MOST_QUESTIONS = 20
"""The limit on questions in one message to a leader; others follow in the next message."""
MOST_LISTED = 15
NOTHING = "No change notices right now."
FOR_AGENTS = f"{NOTHING} Leaders post them in the team's channel."
WAS_CHANGED = "A leader posted this notice, and it has changed since."
WAS_DELETED = "A leader posted this notice, and it has been deleted since."
UNCLEAR_HINT = "If something isn't clear, press *Unclear to me*. Leaders see questions without names."


def channel_card(notice: Notice, read: int) -> Post:
    """Build the card in the team's channel. `read` is how many people have pressed *Got it*."""
    head = f"{opening_mention(notice.author_id)} edited this notice. " if notice.edition > 1 else ""
    marked = split_lines(notice.lines, notice.before)
    title = f":mega: {head}*From {on(notice.starts_on)}:* {_line(*marked[0])}"
    details = "\n".join(_line(*each) for each in marked[1:])
    blocks: list[Block] = [SectionBlock(title, block_id="change")]
    blocks += [
        SectionBlock(part, block_id=f"details_{nth}" if nth else "details")
        for nth, part in enumerate(split_into_parts(details))
    ]
    if notice.link:
        blocks.append(SectionBlock(link(notice.link, "Read more"), block_id="link"))
    blocks.append(ActionsBlock(_read_buttons(notice), block_id="answers"))
    blocks.append(context(_footer(notice, read)))
    text = f"From {on(notice.starts_on)}: {notice.change}"
    return Post(one_line(f":mega: {head}{escape(text)}"), blocks, card=notice.card)


def _line(text: str, is_new: bool) -> str:
    """Return a line as mrkdwn: bold if it is new. Asterisks within it would end the bold text."""
    return f"*{escape(text.strip()).replace('*', '')}*" if is_new else escape(text)


def _footer(notice: Notice, read: int) -> str:
    pressed = f"{_people(read)} pressed *Got it*. " if read else ""
    answered = "Questions are answered in the thread. " if notice.answer else ""
    by = f"Posted by {mention(notice.author_id)}. " if notice.edition == 1 else ""
    return f"{by}{pressed}{answered}{UNCLEAR_HINT}"


def _read_buttons(notice: Notice) -> list[Element]:
    value = _button_value(notice)
    return [
        Button("Got it", action_id=GOT_IT, value=value, style="primary"),
        Button("Unclear to me", action_id=UNCLEAR, value=value),
    ]


def _button_value(notice: Notice) -> str:
    """Return the value of a button about a notice: its id and its edition."""
    return f"{notice.id}:{notice.edition}"


def ended_card(notice: Notice) -> Post:
    """Build what is left of the card in the channel once the notice has ended."""
    if notice.is_withdrawn:
        text = f":mega: {opening_mention(notice.author_id)} has withdrawn this notice: ~{escape(notice.change)}~"
    else:
        text = f":mega: From {on(notice.starts_on)}: {escape(notice.change)} (This notice has ended.)"
    return Post(one_line(text), [context(text, "change")], card=notice.card)


GONE = "This change notice no longer exists."


def read_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask somebody to read a notice that they have not marked as read."""
    if facts["is_replaced"]:
        text = f"This notice has since changed. The new version is in <#{team.channel_id}>."
        return Item(text, WAS_CHANGED, became=text)
    if not facts["change"]:
        return Item(GONE, WAS_DELETED, became=GONE)
    value = f"{nudge_id}:{facts['notice']}:{facts['edition']}"
    day = on(date.fromisoformat(facts["starts_on"]))
    more = f"\n{link(facts['link'], 'Read more')}" if facts["link"] else ""
    where = f"<#{team.channel_id}>"
    news = f"A change notice in {where} has been updated" if facts["is_changed"] else f"There's a change in {where}"
    words = shortened(escape(facts["change"]), 150)
    once = "The notice changed, so I'm asking again, once." if facts["is_changed"] else "I only remind you once."
    return Item(
        f"{news}. From {day}:\n>{escape(facts['change'])}{more}",
        f"A leader posted this notice in your team's channel, and you haven't pressed *Got it* there. {once} "
        "Leaders see how many people have pressed it, but not who.",
        [
            Button("Got it", action_id=GOT_IT, value=value, style="primary"),
            Button("Unclear to me", action_id=UNCLEAR, value=value),
        ],
        brief=f"Change notice from {day}: {words}",
        became=f"This change notice has ended: “{words}”" if facts["has_ended"] else "",
    )


def list_for_agent(team: Team, notices: Sequence[Notice], unread: Sequence[int]) -> Post:
    """List the valid notices for a member who does not lead; `unread` has the ids of those they have not read."""
    if not notices:
        return Post(FOR_AGENTS)
    blocks: list[Block] = []
    for each in notices[-MOST_LISTED:]:
        blocks += _sections(_entry(each), each.id)
        if each.id in unread:
            blocks.append(ActionsBlock(_read_buttons(each), block_id=f"answers_{each.id}"))
    return Post(_list_title(team, notices), [context(_list_title(team, notices), "title"), *blocks])


def list_for_leader(team: Team, notices: Sequence[Notice], counts: dict[int, tuple[int, int]]) -> Post:
    """List the valid notices for a leader, with how many have read each, and how many found it unclear."""
    blocks: list[Block] = [context(_list_title(team, notices), "title")]
    for each in notices[-MOST_LISTED:]:
        read, unclear = counts[each.id]
        blocks += _sections(f"{_entry(each)}\n{_describe_counts(read, unclear)}", each.id)
        blocks.append(ActionsBlock(_leader_buttons(each), block_id=f"steps_{each.id}"))
    new = Button("New notice", action_id=NEW, value=str(team.id), style="primary")
    return Post(_list_title(team, notices), [*blocks, ActionsBlock([new], block_id="new")])


def _sections(text: str, id: int) -> list[Block]:
    return [SectionBlock(part, block_id=f"notice_{id}_{nth}") for nth, part in enumerate(split_into_parts(text))]


def _list_title(team: Team, notices: Sequence[Notice]) -> str:
    newest = f". Here are the newest {MOST_LISTED}" if len(notices) > MOST_LISTED else ""
    return f"{count_noun(len(notices), 'change notice')} in <#{team.channel_id}>{newest}:"


def _entry(notice: Notice) -> str:
    more = f" {link(notice.link, 'Read more')}" if notice.link else ""
    return f"*From {on(notice.starts_on)}:* {escape(notice.change)}{more}\nShown until {on(notice.ends_on)}."


def _describe_counts(read: int, unclear: int) -> str:
    """Return how many pressed *Got it*, and from three people how many pressed *Unclear to me*."""
    puzzled = f" {_people(unclear)} pressed *Unclear to me*." if unclear >= FEWEST_UNCLEAR else ""
    return f"{_people(read)} pressed *Got it*.{puzzled}" if read else f"Nobody has pressed *Got it* so far.{puzzled}"


def _people(number: int) -> str:
    return "1 person has" if number == 1 else f"{number} people have"


def _leader_buttons(notice: Notice) -> list[Element]:
    value = _button_value(notice)
    sure = Confirm("Withdraw this notice?", "Nobody else will be asked to read it.", "Withdraw", "Keep it")
    return [
        Button("Edit", action_id=EDIT, value=value),
        Button("Answer questions", action_id=ANSWER, value=value),
        Button("Withdraw", action_id=WITHDRAW, value=value, confirm=sure),
    ]


def quote_questions(questions: Sequence[NoticeQuestion]) -> str:
    return "\n".join(f">{escape(each.words)}" for each in questions)


def questions_note(notice: Notice, questions: Sequence[NoticeQuestion], unclear: int) -> Post:
    """Tell a leader what people have asked about a notice, without names and in random order."""
    asked = quote_questions(questions)
    many = f" {unclear} people have pressed *Unclear to me*." if unclear >= FEWEST_UNCLEAR else ""
    head = f":question: {count_noun(len(questions), 'question')} about the notice “{escape(notice.change)}”.{many}"
    buttons: list[Element] = [
        Button("Answer for everyone", action_id=ANSWER, value=_button_value(notice), style="primary")
    ]
    blocks: list[Block] = [SectionBlock(head, block_id="questions")]
    blocks += [SectionBlock(part, block_id=f"asked_{nth}") for nth, part in enumerate(split_into_parts(asked))]
    blocks.append(ActionsBlock(buttons, block_id="steps"))
    why = "Only the team's leaders get this. Please don't guess who asked."
    return Post(one_line(f"{head}\n{asked}"), [*blocks, context(why)])


def thread_answer(notice: Notice, by_id: str) -> Post:
    """Build the answer to all questions, for the thread of the card in the channel."""
    text = f"{opening_mention(by_id)} answered questions about this notice:\n{escape(notice.answer)}"
    parts = split_into_parts(text)
    blocks: list[Block] = [SectionBlock(part, block_id=f"answer_{nth}") for nth, part in enumerate(parts)]
    return Post(one_line(text), blocks, card=notice.answer_card)


def answer_for_person(notice: Notice, receipt: NoticeReceipt, team: Team) -> Post:
    """Send the answer to somebody who had pressed *Unclear to me*, with *Got it* until they have pressed that."""
    where = f"<#{team.channel_id}>"
    head = f"Questions about the notice “{escape(notice.change)}” are answered in {where}:"
    parts = split_into_parts(f"{head}\n{escape(notice.answer)}")
    blocks: list[Block] = [SectionBlock(part, block_id=f"answer_{nth}") for nth, part in enumerate(parts)]
    blocks.append(ActionsBlock(_read_buttons(notice), block_id="answers"))
    return Post(one_line("\n".join(parts)), blocks, card=receipt.card)


def answer_read(notice: Notice, receipt: NoticeReceipt) -> Post:
    """Build what is left of that message once it is clear to them."""
    text = f":white_check_mark: You've marked the notice “{escape(notice.change)}” as clear."
    return Post(text, [context(text, "answer_0")], card=receipt.card)


def withdrawn(notice: Notice) -> Post:
    return Post(f"Withdrawn: “{escape(notice.change)}”. Nobody else will be asked to read it.")
