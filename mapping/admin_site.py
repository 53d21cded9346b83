"""The administration pages: for the system's administrator alone, with what they need of the content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SonhaAdminSite(AdminSite):
    """Django's own pages. Their scripts carry no nonce, so here, and only here, scripts of this server may run."""

    site_header = _("SoNha: quản trị")
    site_title = _("SoNha: quản trị")
    index_title = _("Đơn vị, tài khoản và phân công")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let administrators in; an official's rights hang on grants and end at the other pages.

        `request.user` is nobody until the second step is done, so an administrator here has shown both.
        """
        return bool(request.user.is_active and request.user.is_superuser)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Guard the view, and let the admin's scripts run on it."""
        return csp_update({"script-src": [SELF]})(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does: there passwords are counted and the second step is asked for."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        return redirect(f"{reverse('sign_in')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own password is changed where everybody changes theirs."""
        return redirect("change_password")
