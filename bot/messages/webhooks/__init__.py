"""Webhooks, in words: the list, the forms, what to enter at each sender, what a delivery did."""
