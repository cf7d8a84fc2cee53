"""Birthdays as people meet them."""
