"""Every address of the server.

The address in a QR stands first: it is what most visitors ask for, and finding an address takes longer the
farther down it is. A token as people type it stands last: it takes whatever is long enough to be one.
"""

from django.contrib import admin
from django.urls import include, path, re_path

from config.api import api
from households.views import scan

urlpatterns = [
    re_path(scan.QR_ROUTE, scan.by_token, name="scan"),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("", include("mapping.urls")),
    path("", include("households.urls")),
    path("soil/", include("soil_map.urls")),
    re_path(scan.TYPED_ROUTE, scan.by_token, name="scan"),
]

handler400 = "mapping.errors.bad_request"
handler403 = "mapping.errors.forbidden"
handler404 = "mapping.errors.not_found"
handler500 = "mapping.errors.server_error"
