"""Messages and forms of shout-outs: cards, notes, answers, the form, lists and the weekly summary."""
