"""Birthdays and anniversaries in words: the day itself, and the card before it."""

from bot.messages.occasions.cards import name_of, private, public, signed_posts
from bot.messages.occasions.invitation import DECLINE, invitation
from bot.messages.occasions.signing import (
    FORM,
    OPEN,
    at_home,
    remembered,
    sign_form,
    signed,
    to_sign,
)

__all__ = [
    "DECLINE", "FORM", "OPEN", "at_home", "invitation", "name_of", "private", "public", "remembered", "sign_form",
    "signed", "signed_posts", "to_sign",
]  # fmt: skip
