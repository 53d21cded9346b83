"""How officials get in and stay in: password, second factor, devices, links, and who may let whom in."""
