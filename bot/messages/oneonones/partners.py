"""A form that asks whose one-on-one is meant, with what was typed in it."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, InputBlock, ModalView, Option, PlainText, SectionBlock, StaticSelectMenu

from bot.directory import Person
from bot.features.oneonones.pairs import Pair
from bot.messages.oneonones.forms import TITLE
from bot.messages.oneonones.names import PARTNER_FORM, SAID, WHOM, Act
from bot.messages.people import told_apart
from bot.messages.post import Post
from bot.messages.text import escape, shortened
from bot.messages.typed import LONGEST_FIELD, field, fitting

MOST = 100
"""Options of one menu."""
LONGEST_REMEMBERED = 2900
ASKED = {
    Act.OPEN: "Which one-on-one do you mean?",
    Act.TOPIC: "Who do you want to talk about this with?",
    Act.ASK: "Who do you want a one-on-one with?",
    Act.DONE: "Who did you meet?",
}
SUBMIT = {Act.OPEN: "Open it", Act.TOPIC: "Save", Act.ASK: "Ask", Act.DONE: "Record it"}


def partner_form(act: Act, pairs: Sequence[Pair], reader: Person, words: str, names: Mapping[str, str]) -> ModalView:
    """For what is to be done, with the words typed so far; `names` are of those whom they mention."""
    return ModalView(
        title=TITLE,
        submit=SUBMIT[act],
        close="Cancel",
        callback_id=PARTNER_FORM,
        private_metadata=f"{act} {shortened(words, LONGEST_REMEMBERED) if act is Act.DONE else ''}",
        blocks=[InputBlock(ASKED[act], _menu(pairs, reader), block_id=WHOM), *_words(act, words, names)],
    )


def _menu(pairs: Sequence[Pair], reader: Person) -> StaticSelectMenu:
    names = told_apart(pair.person(pair.series.other(reader.id)) for pair in pairs)
    options = [Option(PlainText(name[:75]), id) for id, name in names.items()][:MOST]
    return StaticSelectMenu(WHOM, options, initial_option=options[0] if len(options) == 1 else None)


def _words(act: Act, words: str, names: Mapping[str, str]) -> list[Block]:
    if act is Act.DONE:
        return [_shown("I won't save this anywhere:", words)] if words else []
    typed = field(SAID, words, names, longest=LONGEST_FIELD, multiline=True)
    asked: list[Block] = [
        InputBlock("Something to talk about", typed, block_id=SAID, optional=act is not Act.TOPIC),
    ]
    _, rest = fitting(words, names)
    return [*asked, _shown("You also typed:", rest)] if rest else asked


def _shown(head: str, words: str) -> SectionBlock:
    return SectionBlock(f"{head}\n>{shortened(escape(words), 2900)}", block_id="typed")


def closing(post: Post) -> ModalView:
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(shortened(post.text, 3000), block_id="said")])
