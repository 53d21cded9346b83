"""The field survey: what phones take along, what they send, and what becomes of it (docs/survey.md)."""
