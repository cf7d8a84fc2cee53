"""Handlers for ideas: `/idea`, forms, buttons and votes."""
