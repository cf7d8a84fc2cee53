"""How the fun tank looks: `gauge` for everybody, `nudges` for leaders."""
