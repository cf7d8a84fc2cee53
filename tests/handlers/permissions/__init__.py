"""Everything that can be pressed and sent, by everybody who should not."""
