"""Rituals: recurring team activities, hosted by members in turn.

`catalog` reads the templates in `recipes/`, `recurrence` converts rules to words and back, `queries` reads and writes
a team's rituals and their runs, `hosts` picks the host, `coffee` and `pairs` match people for coffee, `quiz` handles
questions with answers, `packs` groups rituals that are switched on together, and `nudges` announces them to leaders.
"""
