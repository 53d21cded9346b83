"""Houses, households and the plates on their doors."""
