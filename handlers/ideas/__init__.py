"""Ideas: `/idea`, the forms, the buttons and the votes."""
