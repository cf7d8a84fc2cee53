"""Rituals: `plans` ahead, `runs` as they come, their `cards`, `quiz`, `coffee` and `packs`."""
