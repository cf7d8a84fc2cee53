"""Rules, in words: what a team listens to, and what a message says."""

from bot.messages.rules.form import draft_of, form
from bot.messages.rules.hearing import Heard, heard, may_tell, of
from bot.messages.rules.lists import kept, listing, remove_form, removed
from bot.messages.rules.names import FORM, LOOK, NEW, PICKED, REMOVE, REMOVE_FORM

__all__ = [
    "FORM", "LOOK", "NEW", "PICKED", "REMOVE", "REMOVE_FORM", "Heard", "draft_of", "form", "heard", "kept", "listing",
    "may_tell", "of", "remove_form", "removed",
]  # fmt: skip
