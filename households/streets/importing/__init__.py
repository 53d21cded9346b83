"""Streets from files: read, understood, joined, clipped and checked; written once a person agrees."""
