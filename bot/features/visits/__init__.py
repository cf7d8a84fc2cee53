"""Visits: a team's sponsor sits beside an agent now and then; what they see becomes a promise and a theme."""
