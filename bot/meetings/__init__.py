"""One lifecycle for two people and a time: one-on-ones, shadowing, a sponsor's visits."""
