"""Long work as people see it: how far it is, how it ended, what it made."""

from __future__ import annotations

import uuid_utils.compat as uuid_utils
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping import wording


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("đang chờ")
    RUNNING = "running", _("đang chạy")
    DONE = "done", _("xong")
    FAILED = "failed", _("không xong")
    CANCELLED = "cancelled", _("đã dừng")


class Job(models.Model):
    """One piece of work over two seconds. `mapping.jobs` starts, reports and ends it."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    kind = models.CharField(max_length=40, help_text="registry.job_kinds names them")
    commune = models.ForeignKey("mapping.Unit", models.PROTECT, related_name="+", verbose_name=_("xã"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    language = models.CharField(max_length=5, default="vi")
    params = models.JSONField(default=dict)
    villages = models.JSONField(
        null=True, help_text="the villages of the commune that the work was kept to; null: the whole commune"
    )
    state = models.CharField(_("tình trạng"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    sentence = models.TextField(_("kết quả"), blank=True)
    result = models.JSONField(default=dict)
    result_file = models.ForeignKey("mapping.StoredFile", models.PROTECT, null=True, related_name="+")
    cancel_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("công việc")
        verbose_name_plural = _("công việc")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    def tell(self, sentence: str) -> None:
        """Keep how it ended, and how to say so in another language; saves nothing."""
        self.sentence = str(sentence)
        kept = wording.to_json(sentence)
        if kept is not None:
            self.result = {**self.result, "wording": kept}

    @property
    def told(self) -> str:
        """How it ended, in the reader's language; in that of whoever asked for it where nothing else was kept."""
        kept = self.result.get("wording")
        return wording.said(kept) if kept else self.sentence

    @property
    def percent(self) -> int:
        """Share done, 0 to 100."""
        return 0 if not self.total else min(100, self.done * 100 // self.total)
