"""What a limit counts by: the address of a network that one client has to itself."""

from __future__ import annotations

from django.http import HttpRequest

from mapping.client_address import address_of


def key_of(request: HttpRequest) -> str:
    """The client's IPv4 address, or the 64 bits of its IPv6 network: the rest anyone may choose freely."""
    address = address_of(request)
    if ":" not in address:
        return address
    _head, separator, last = address.rpartition(":")
    if separator and "." in last:  # ::ffff:192.0.2.1 is an IPv4 address
        return last
    before, gap, after = address.partition("::")
    parts = before.split(":") if before else []
    if gap:
        rest = after.split(":") if after else []
        parts += ["0"] * (8 - len(parts) - len(rest)) + rest
    return ":".join(part.lstrip("0") or "0" for part in parts[:4]).lower()[:45]
