"""Commands of the soil map."""
