"""Views of the soil map."""
