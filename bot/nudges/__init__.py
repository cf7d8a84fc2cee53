"""Nudges: a small number of prompts to a person, at a good moment. Their answers decide which ones come next.

Features register kinds of nudges. The engine does not know the features, and they do not know its daily budget.
"""
