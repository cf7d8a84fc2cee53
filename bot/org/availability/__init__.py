"""Availability: working hours, holidays, absences and Do Not Disturb, and the next time a person can be reached."""
