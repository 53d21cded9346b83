"""Soil and agrochemistry of a commune. Empty so far; it will stand on mapping, beside households."""
