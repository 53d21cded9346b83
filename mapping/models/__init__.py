"""Models of the ground floor."""

from mapping.models.accounts import Grant, User
from mapping.models.api_keys import ApiKey
from mapping.models.audit import AuditEntry
from mapping.models.changes import AddedRange, Change, ChangeSet
from mapping.models.files import StoredFile
from mapping.models.history import AccountLinkEvent, ApiKeyEvent, GrantEvent, UserEvent
from mapping.models.jobs import Job, JobState
from mapping.models.shapes import UnitShape
from mapping.models.sign_ins import AccountLink, Factor, LinkKind, RecoveryCode, SignedInDevice
from mapping.models.units import Unit, UnitKind

__all__ = [
    "AccountLink",
    "AccountLinkEvent",
    "AddedRange",
    "ApiKey",
    "ApiKeyEvent",
    "AuditEntry",
    "Change",
    "ChangeSet",
    "Factor",
    "Grant",
    "GrantEvent",
    "Job",
    "JobState",
    "LinkKind",
    "RecoveryCode",
    "SignedInDevice",
    "StoredFile",
    "Unit",
    "UnitKind",
    "UnitShape",
    "User",
    "UserEvent",
]
