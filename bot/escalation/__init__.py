"""Escalation: one person at a time is asked for help until somebody accepts; each feature declares its policy."""
