"""What a server does not start with: settings that are each right and together give people's data away.

Every rule has one sentence that names the variables. No Django but for the exception.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY: Final = 40
"""Characters; `script/setup` draws 67."""
_FEWEST_LETTERS: Final = 12  # different ones; a drawn key of 40 characters has some 28
# Words of keys that were copied from somewhere.
_KNOWN_WORDS: Final = ("insecure", "changeme", "change-me", "change_me", "secretkey", "secret-key", "secret_key",
                       "example", "placeholder", "your-", "your_", "doi-khoa", "password")  # fmt: skip
_HOST_ON_A_PLATE: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_LOCAL_ENDINGS: Final = (".localhost", ".local", ".lan", ".internal", ".test", ".home.arpa")


def refuse_weak_key(key: str) -> None:
    """Raise ImproperlyConfigured for a key that is short, monotonous or known."""
    lowered = key.lower()
    reason = ""
    if len(key) < SHORTEST_KEY:
        reason = f"it has {len(key)} characters, and needs {SHORTEST_KEY}"
    elif len(set(key)) < _FEWEST_LETTERS:
        reason = f"it has {len(set(key))} different characters, and needs {_FEWEST_LETTERS}"
    elif word := next((word for word in _KNOWN_WORDS if word in lowered), ""):
        reason = f"it holds “{word}”, as keys of examples do"
    if reason:
        raise ImproperlyConfigured(
            f"SONHA_SECRET_KEY cannot keep sessions safe: {reason}. Draw one with: openssl rand -base64 48"
        )


def refuse_wrong_combinations(*, hosts: list[str], debug: bool, https: bool, behind_proxy: bool) -> None:
    """Raise ImproperlyConfigured for hosts that say nothing, and for what must not be public."""
    if not hosts:
        raise ImproperlyConfigured("SONHA_HOSTS is empty: name the hosts that this server answers to.")
    for host in hosts:
        if "*" in host or host in (".", ""):
            raise ImproperlyConfigured(f"SONHA_HOSTS={host}: name each host; with a star anyone's name would do.")
        if "/" in host or "://" in host:
            raise ImproperlyConfigured(f"SONHA_HOSTS={host}: write the host alone, without https:// and without path.")
    if debug and https:
        raise ImproperlyConfigured("SONHA_DEBUG=True with SONHA_HTTPS=True: a public server must not show its insides.")
    if debug and behind_proxy:
        raise ImproperlyConfigured(
            "SONHA_DEBUG=True with SONHA_BEHIND_PROXY=True: a server that others reach must not show its insides."
        )
    public = next((host for host in hosts if is_public(host)), "")
    if debug and public:
        raise ImproperlyConfigured(
            f"SONHA_DEBUG=True with SONHA_HOSTS={public}: a public server must not show its insides; "
            "set SONHA_DEBUG=False."
        )
    if public and not https:
        raise ImproperlyConfigured(
            f"SONHA_HOSTS={public} without SONHA_HTTPS=True: a public server must not send sign-ins and people's data "
            "in the clear; put it behind https (docs/operations.md)."
        )


def refuse_former_hosts(hosts: list[str]) -> None:
    """Raise ImproperlyConfigured for what no plate can have borne as its host: a port, a path, a star, an address."""
    for host in hosts:
        if not _HOST_ON_A_PLATE.fullmatch(host):
            raise ImproperlyConfigured(
                f"SONHA_FORMER_PLATE_HOSTS={host}: write host names as they stand on the plates, such as "
                "cu.example.vn, separated by commas."
            )


def is_public(host: str) -> bool:
    """Whether the host may be reached from outside: neither this machine, nor a private network's address or name."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        # A leading dot stands for every name below, so that ".vn" names the public more than any other.
        return "." in name and not name.endswith(_LOCAL_ENDINGS)
    return not (address.is_private or address.is_loopback or address.is_link_local)
