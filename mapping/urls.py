"""Addresses of the ground floor."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from mapping.views import health, jobs, stored_files, tiles

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("sign-in/", LoginView.as_view(template_name="mapping/sign_in.html"), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("language/", set_language, name="set_language"),
    path("jobs/<uuid:job_id>/", jobs.show, name="job"),
    path("jobs/<uuid:job_id>/state.json", jobs.state, name="job_state"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("files/<uuid:file_id>/", stored_files.download, name="stored_file"),
    path("tiles/<slug:name>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tiles"),
    path("tiles/<slug:name>.json", tiles.describe, name="tile_json"),
]
