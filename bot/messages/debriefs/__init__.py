"""Debriefs, in words: the question to who helped, the form, the notes and what came of them."""

from bot.messages.debriefs.cards import answered, ask, waiting
from bot.messages.debriefs.forms import answer_form, form, listed, saved, sent
from bot.messages.debriefs.names import ANSWER, ANSWER_FORM, FOR, FORM, NOTHING, READ, TELL, THANK

__all__ = [
    "ANSWER", "ANSWER_FORM", "FOR", "FORM", "NOTHING", "READ", "TELL", "THANK", "answer_form", "answered", "ask",
    "form", "listed", "saved", "sent", "waiting",
]  # fmt: skip
