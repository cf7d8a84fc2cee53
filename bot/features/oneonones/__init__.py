"""One-on-ones: a leader and an agent who meet again and again, and what they keep for themselves.

`pairing` says who meets whom, `rota` who is due, `offers` which times they could take, `meetings` how they agree on
one, `outcomes` what became of it, `keeping` has topics and notes.
"""
