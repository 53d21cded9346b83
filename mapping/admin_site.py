"""The administration pages: for the system's administrator alone, with what they need of the content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SonhaAdminSite(AdminSite):
    """Django's own pages. Their scripts carry no nonce, so here, and only here, scripts of this server may run."""

    site_header = _("SoNha: quản trị")
    site_title = _("SoNha: quản trị")
    index_title = _("Đơn vị, tài khoản và phân công")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let administrators in; an official's rights hang on grants and end at the other pages."""
        return bool(request.user.is_active and request.user.is_superuser)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Guard the view, and let the admin's scripts run on it."""
        return csp_update({"script-src": [SELF]})(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign in; the page has the scripts of the others."""
        return csp_update({"script-src": [SELF]})(super().login)(request, extra_context)
