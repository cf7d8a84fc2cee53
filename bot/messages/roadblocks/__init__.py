"""Texts of roadblocks: what stops agents from helping customers."""
