"""Which host name may go on a plate that hangs on a door for ten years. Pure."""

from __future__ import annotations

import ipaddress
import re

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PRIVATE_SUFFIXES = ("localhost", "local", "internal", "lan", "home", "test", "invalid")


def why_not_printable(host: str) -> str | None:
    """Return None when `host` (lower case, no scheme) may be printed, else a reason code.

    Codes: `scheme`, `port`, `address` (an IP address), `private` (known on this machine or office network
    only), `malformed`.
    """
    if "://" in host or "/" in host:
        return "scheme"
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return "address"
    if ":" in host:
        return "port"
    labels = host.split(".")
    if labels[-1] in _PRIVATE_SUFFIXES or len(labels) < 2:
        return "private"
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return "malformed"
    return None
