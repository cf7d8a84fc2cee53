"""Celebrations: what a team is glad about, each told once.

`saying` is what somebody celebrates in their own words, `cheering` a message that many are glad about, with `marks` and
`words` that say what is glad and what is not, `early` a spike that was over sooner than this team is used to.
"""
