"""Printing: QR symbols, cells in millimetres, pages streamed to a file, and reading the result back.

Pure: no Django, no database. House plates, soil cards and map sheets all print through it.
"""
