"""Rituals: what leaders change, plans ahead, runs as they come, hosts, cards, answers, coffee and quizzes."""
