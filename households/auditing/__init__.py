"""Reading the audit: the search for officials, and all that happened to one household."""
