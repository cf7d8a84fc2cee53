"""Names that are typed by hand, as Slack would have sent them."""

import unicodedata
from collections.abc import Mapping, Sequence

from bot.directory import Person
from bot.messages.text import mention
from bot.names import AT, typed_name


def mentioned(text: str, called: Mapping[str, Sequence[Person]]) -> str:
    """A text with a mention for each name that is one person's alone; `called` has those whom the names may mean."""
    text, pieces, end = unicodedata.normalize("NFC", text), [], 0
    for found in AT.finditer(text):
        after, people = typed_name(text, found.end(), called)
        if len(people) == 1 and found.start() >= end:
            pieces += [text[end : found.start()], mention(people[0].id)]
            end = after
    return "".join([*pieces, text[end:]])
