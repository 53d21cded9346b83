"""What a commune publishes of its soil: before that, those alone see it who may see its soil."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping import access


class PublishedQuerySet(models.QuerySet[Any]):
    """Rows as somebody may see them."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_SOIL) -> Self:
        """Rows of the communes where the person has `capability`; to see is also for published ones of all."""
        seen = access.scope_of(user, capability).communes()
        if capability is access.Capability.SEE_SOIL:
            seen |= Q(published_at__isnull=False)
        return self.filter(seen)


class Published(models.Model):
    """A row that hangs on a `commune` and is published or not."""

    published_at = models.DateTimeField(_("công bố lúc"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        """Whether anyone may see it."""
        return self.published_at is not None
