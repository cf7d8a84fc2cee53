"""Nudges: prompts to a person, few and at a good moment, whose answers decide what comes next.

Features hand in kinds; the engine knows none of them, and they know nothing of its budget.
"""
