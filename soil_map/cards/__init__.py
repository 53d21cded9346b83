"""The soil card: one page of A5 for a sample or a field, with its values, its classes and what to spread."""
