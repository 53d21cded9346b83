"""Streets from files: read, understood, joined and clipped, checked, written; nothing is written before a person agrees."""
