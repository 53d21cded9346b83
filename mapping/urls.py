"""Addresses of the ground floor."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from mapping.views import account, api_keys, health, icon, jobs, people, rights, sign_in, stored_files, tiles

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("favicon.ico", icon.favicon, name="favicon"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.second_step, name="second_step"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("join/<str:secret>/", sign_in.open_link, name="open_link"),
    path("account/", account.account, name="account"),
    path("account/rights/", rights.my_rights, name="my_rights"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/second-factor/", account.set_up_second_factor, name="second_factor"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery_codes"),
    path("account/recovery-codes/file/", account.recovery_codes_file, name="recovery_codes_file"),
    path("account/devices/end-others/", account.end_other_devices, name="end_other_devices"),
    path("account/devices/<uuid:device_id>/end/", account.end_device, name="end_device"),
    path("account/keys/", api_keys.own_keys, name="api_keys"),
    path("account/keys/<uuid:key_id>/revoke/", api_keys.revoke, name="revoke_api_key"),
    path("people/", people.people_of_unit, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/grant/", people.give_grant, name="give_grant"),
    path("people/<int:user_id>/way-back/", people.way_back, name="way_back"),
    path("people/<int:user_id>/reset-second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("people/grants/<int:grant_id>/end/", people.end_grant, name="end_grant"),
    path("people/grants/<int:grant_id>/resume/", people.resume_grant, name="resume_grant"),
    path("people/invitations/<int:link_id>/reissue/", people.reissue_invitation, name="reissue_invitation"),
    path("people/invitations/<int:link_id>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("language/", set_language, name="set_language"),
    path("jobs/<uuid:job_id>/", jobs.show, name="job"),
    path("jobs/<uuid:job_id>/state.json", jobs.state, name="job_state"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("files/<uuid:file_id>/", stored_files.download, name="stored_file"),
    path("tiles/<slug:name>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tiles"),
    path("tiles/<slug:name>.json", tiles.describe, name="tile_json"),
]
