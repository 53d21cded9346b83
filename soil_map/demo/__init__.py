"""The demo commune's soil: invented samples, soil units and parcels, the same at every run. No Django in here,
except in `loading`, which writes them.
"""
