"""Rituals: what a team celebrates again and again, hosted by its people in turn.

`catalogue` reads the templates in `recipes/`, `recurrence` says their times in plain words, `queries` is what a team
chose and each time that one comes (a run), `hosts` whose turn it is, `coffee` and `pairs` who has coffee with whom,
`quiz` questions with answers; `packs` are switched together, and `nudges` announces them to leaders ahead.
"""
