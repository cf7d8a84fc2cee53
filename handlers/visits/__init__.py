"""Visits: a sponsor picks a time, a host is asked, and the sponsor writes down what they saw."""
