"""Assessments of households: poverty by the standard of its years, merit by decision. Sensitive data."""
