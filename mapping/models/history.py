"""The events of who may get in and act: accounts, their grants, their keys of the API, the links that let them in.

Migrations 0011 and 0016 make the triggers that write them. What opens an account (the hash of a password, a key or a
link) stands in no event, only that it was changed.
"""

from __future__ import annotations

from mapping.history import event_model
from mapping.models.accounts import Grant, User
from mapping.models.api_keys import ApiKey
from mapping.models.sign_ins import AccountLink


class GrantEvent(event_model(Grant)):  # type: ignore[misc]
    """An event of a grant: who may act where, since when, by whom."""


class UserEvent(event_model(User, exclude=("password", "last_login"))):  # type: ignore[misc]
    """An event of an account: named otherwise, made an administrator, deactivated, given another password."""


class ApiKeyEvent(event_model(ApiKey, exclude=("key_hash", "used_at"))):  # type: ignore[misc]
    """An event of a key of the API."""


class AccountLinkEvent(event_model(AccountLink, exclude=("digest",))):  # type: ignore[misc]
    """An event of an invitation or of a link that leads back to an account."""
