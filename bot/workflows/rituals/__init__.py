"""Rituals: changes by leaders, plans, runs, hosts, cards, answers, coffee and quizzes."""
