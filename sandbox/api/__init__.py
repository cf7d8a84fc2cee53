"""The Web API: one module a family of methods."""
