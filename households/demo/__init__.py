"""The demo commune: invented villages, streets, houses and people, the same at every run. No Django in here,
except in `loading`, which writes them.
"""
