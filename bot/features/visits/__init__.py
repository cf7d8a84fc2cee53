"""Visits: a team's sponsor sits with an agent now and then, and records a promise and themes."""
