"""How shout-outs look: the card, the note, the answers, the form, the lists and Friday's round-up."""
