"""English, as it is written in Vietnam."""
