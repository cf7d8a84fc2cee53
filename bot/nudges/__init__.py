"""Nudges: a small number of prompts to a person, at a good moment. The answers decide which nudges come next.

Features register kinds of nudges. The engine does not know the features, and the features do not know its daily budget.
"""
