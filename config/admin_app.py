"""Django's admin, put on our own site."""

from django.contrib.admin.apps import AdminConfig


class SonhaAdminConfig(AdminConfig):
    """The administration pages of `mapping.admin_site`."""

    default_site = "mapping.admin_site.SonhaAdminSite"
