"""One-on-ones, in words: the leader's list, a meeting's cards, what a pair keeps."""
