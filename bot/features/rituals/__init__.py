"""Rituals: what a team celebrates again and again, hosted by its people in turn.

`catalogue` reads the files in `recipes/`, `when` says their times in plain words, `keeping` is what a team chose,
`occasions` each time that one comes, `hosting` whose turn it is, `coffee` and `pairing` who has coffee with whom,
`answering` questions with answers; `packs` are switched together, and `foretelling` tells leaders of them ahead.
"""
