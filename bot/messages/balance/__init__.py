"""Messages of balance: a leader's two weeks, the form to log time, the nudges."""
