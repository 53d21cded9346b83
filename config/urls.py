"""Every address of the server. The token route stands last: it takes whatever looks like a plate's token."""

from django.contrib import admin
from django.urls import include, path, re_path

from households.views import scan

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("mapping.urls")),
    path("", include("households.urls")),
    re_path(scan.TOKEN_ROUTE, scan.by_token, name="scan"),
]

handler403 = "mapping.errors.forbidden"
handler404 = "mapping.errors.not_found"
handler500 = "mapping.errors.server_error"
