"""Models of the ground floor."""

from mapping.models.accounts import Grant, User
from mapping.models.changes import AddedRange, Change, ChangeSet
from mapping.models.files import StoredFile
from mapping.models.jobs import Job, JobState
from mapping.models.shapes import UnitShape
from mapping.models.units import Unit, UnitKind

__all__ = [
    "AddedRange",
    "Change",
    "ChangeSet",
    "Grant",
    "Job",
    "JobState",
    "StoredFile",
    "Unit",
    "UnitKind",
    "UnitShape",
    "User",
]
