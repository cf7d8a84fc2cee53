"""Visits: a team's sponsor sits beside an agent now and then, and what they see there becomes a promise and a theme.

`offering` says whom to offer one, `hosts` whose turn it is, `asking` is how the two agree, `parties` who gets hold of a
visit, `debriefing` what comes of it, `themes` what is counted of that.
"""
