"""Celebrations as people meet them."""
