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
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from mapping.views.rights import role_table


class SonhaAdminSite(AdminSite):
    """Django's own pages. Their scripts carry no nonce, so here, and only here, scripts of this server may run."""

    site_header = _("SoNha: quản trị")
    site_title = _("SoNha: quản trị")
    index_title = _("Đơn vị, tài khoản và phân công")
    index_template = "admin/sonha_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let administrators in; an official's rights hang on grants and end at the other pages.

        `request.user` is nobody until the second step is done, so an administrator here has shown both.
        """
        return bool(request.user.is_active and request.user.is_superuser)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Guard the view, and let the admin's scripts run on it."""
        return csp_update({"script-src": [SELF]})(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        """Add the table of roles to Django's pages."""
        return [path("access-table/", self.admin_view(self.access_table), name="access_table"), *super().get_urls()]

    def access_table(self, request: HttpRequest) -> HttpResponse:
        """Show which role may do what; nothing of it can be changed here."""
        context = {**self.each_context(request), "title": _("Bảng quyền"), **role_table()}
        return TemplateResponse(request, "admin/access_table.html", context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does: there passwords are counted and the second step is asked for."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        return redirect(f"{reverse('sign_in')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own password is changed where everybody changes theirs."""
        return redirect("change_password")
