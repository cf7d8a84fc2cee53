"""Visits: a team's sponsor sits with an agent now and then, and then makes a promise and notes obstacles."""
