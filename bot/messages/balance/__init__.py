"""How balance looks: a leader's two weeks, the form to log a block, the nudges."""
