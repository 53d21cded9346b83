"""Every address of the server. The token route stands last: it takes whatever looks like a plate's token."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("mapping.urls")),
    path("", include("households.urls")),
]

handler403 = "mapping.errors.forbidden"
handler404 = "mapping.errors.not_found"
handler500 = "mapping.errors.server_error"
