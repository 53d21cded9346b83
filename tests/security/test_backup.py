"""A backup is whole, restores to the same rows, files, privileges and walls, or says in one sentence why not."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client

from mapping import backup, backup_archive, backup_restore, backup_sealing, backup_signing
from mapping.backup import Backup
from mapping.backup_signing import Signed
from mapping.errors import UserError
from tests.security.worlds import World, silent


def test_a_restored_world_is_the_same_row_by_row_with_its_files_walls_and_privileges(
    world: World, one_backup: Backup, new_world: Callable[..., World]
) -> None:
    empty, migrated = new_world(), new_world("sonha")
    for target in (empty, migrated):
        target.restore(one_backup.path)
        assert target.rows() == world.rows()
        assert target.files() == world.files() and len(world.files()) == 2
        assert target.schema() == world.schema()
    rows = world.rows()
    assert len(rows["households_household"]) == 6 and len(rows["households_plate"]) == 6
    assert one_backup.rows == sum(len(found) for table, found in rows.items() if table != "spatial_ref_sys")
    with psycopg.connect(empty.url("web")) as connection:
        assert connection.execute("SELECT count(*) FROM households_household").fetchone() == (0,)
        connection.execute("SELECT set_config('sonha.sees', '*', true), set_config('sonha.edits', '*', true)")
        assert connection.execute("SELECT count(*) FROM households_household").fetchone() == (6,)
        connection.execute("UPDATE households_household SET note = 'sửa được'")
        connection.execute("SELECT nextval('households_house_code_number')")


def test_the_file_is_private_and_an_ordinary_tar_that_names_every_file(one_backup: Backup, world: World) -> None:
    assert stat.S_IMODE(one_backup.path.stat().st_mode) == 0o600
    assert list(one_backup.path.parent.iterdir()) == [one_backup.path]
    listed = subprocess.run(["tar", "-tf", one_backup.path], capture_output=True, text=True, check=True).stdout.split()
    assert listed == [
        "database.dump",
        *sorted(f"media/{name}" for name in world.files()),
        "manifest.json",
        "manifest.hmac",
    ]
    text = subprocess.run(["tar", "-xOf", one_backup.path, "manifest.json"], capture_output=True, check=True).stdout
    manifest = json.loads(text)
    assert manifest["tables"]["public.households_household"]["rows"] == 6
    assert manifest["postgresql"] and manifest["extensions"]["postgis"] and manifest["migrations"]["households"]


@pytest.mark.parametrize("where", ["first byte", "dump", "padding", "manifest", "last line"])
def test_a_changed_byte_anywhere_is_refused_before_anything_is_written(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path, where: str
) -> None:
    data = bytearray(one_backup.path.read_bytes())
    dump = one_backup.manifest.dump["size"]
    place = {"first byte": 0, "dump": 512 + dump // 2, "padding": 512 + dump, "last line": len(data) - 9}
    place["manifest"] = data.index(b'"made_at"') + 13
    data[place[where]] ^= 0x01
    path = tmp_path / "hỏng.tar"
    path.write_bytes(data)
    target = new_world()
    with pytest.raises(UserError, match="bị hỏng"):
        target.restore(path)
    assert target.is_untouched()


@pytest.mark.parametrize("left", [0, 1, 600, 0.5, -1, -2000])
def test_a_file_cut_short_is_refused_before_anything_is_written(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path, left: float
) -> None:
    data = one_backup.path.read_bytes()
    path = tmp_path / "cụt.tar"
    path.write_bytes(data[: int(left * len(data)) if left == 0.5 else int(left)])
    target = new_world()
    with pytest.raises(UserError, match="bị cắt ngắn"):
        target.restore(path)
    assert target.is_untouched()


def test_rows_that_differ_after_all_leave_neither_table_nor_file(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path
) -> None:
    """A backup whose dump and manifest tell different things, each of them whole."""
    path = repacked(one_backup.path, tmp_path, lambda told: told.tables["public.mapping_unit"].update(rows=8))
    target = new_world()
    with pytest.raises(UserError, match=r"không khớp.*mapping_unit"):
        target.restore(path)
    assert target.is_untouched()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.migrations["households"].append("9999_later"), "nâng cấp SoNha trước"),
        (lambda told: told.roles.append("sonha_phone"), "chưa có vai trò sonha_phone"),
        (lambda told: told.extensions.update(timescaledb="2"), "chưa có phần mở rộng timescaledb"),
        (lambda told: setattr(told, "owner", "postgres"), "thuộc về vai trò postgres"),
        (lambda told: setattr(told, "format", 2), "hãy nâng cấp trước"),
    ],
)
def test_what_this_server_cannot_hold_is_refused_with_what_to_do(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path, change: Any, said: str
) -> None:
    target = new_world()
    with pytest.raises(UserError, match=said):
        target.restore(repacked(one_backup.path, tmp_path, change))
    assert target.is_untouched()


def test_a_database_in_use_is_refused_by_what_is_there(
    one_backup: Backup, world: World, new_world: Callable[..., World]
) -> None:
    used, foreign = new_world("world"), new_world()
    before = used.rows()
    with pytest.raises(UserError, match=r"households_house: 7.*mapping_unit: 7.*mapping_user: 2.*createdb"):
        used.restore(one_backup.path)
    assert used.rows() == before
    with foreign.cluster.connect(database=foreign.name) as connection:
        connection.execute("CREATE TABLE tax AS SELECT 1 AS paid")
    with pytest.raises(UserError, match="tax: 1"):
        foreign.restore(one_backup.path)
    assert foreign.rows()["tax"] == ["(1)"]


def test_another_file_in_the_place_of_one_is_never_overwritten(
    one_backup: Backup, new_world: Callable[..., World]
) -> None:
    target = new_world()
    name = next(iter(one_backup.manifest.files))
    place = target.media / name
    place.parent.mkdir(parents=True)
    place.write_text("của người khác")
    with pytest.raises(UserError, match="đã có tệp khác"):
        target.restore(one_backup.path)
    assert place.read_text() == "của người khác"
    assert set(target.rows()) <= {"spatial_ref_sys"}


@pytest.mark.parametrize(
    "name",
    [
        "a\n/../../../../thoát",
        "/tmp/sonha-thoát",
        "../../thoát",
        "ab/cd/" + "ef" * 32,
        "ab/cd/abcd" + "0" * 60 + "\n",
        "ghi-chú.txt",
    ],
)
def test_a_file_name_that_the_program_does_not_make_is_refused_and_nothing_is_written_anywhere(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path, name: str
) -> None:
    """A tar with a name that leads out of its folder: by a newline, a slash in front, dots."""
    path, place = tmp_path / "changed.tar", tmp_path / "một"
    place.write_text("của kẻ lạ")
    with path.open("wb") as target, one_backup.path.open("rb") as source:
        manifest = backup_archive.unpack(source, tmp_path / "parts", silent)
        packer = backup_archive.Packer(target, silent)
        packer.add(backup_archive.DUMP, tmp_path / "parts" / backup_archive.DUMP)
        manifest.files = {name: packer.add(backup_archive.MEDIA + name, place)}
        packer.finish(manifest)
    world = new_world()
    with pytest.raises(UserError, match="bị hỏng"):
        world.restore(path)
    assert world.is_untouched()
    assert not list(tmp_path.rglob("*thoát*")) and not Path("/tmp/sonha-thoát").exists()
    with pytest.raises(UserError, match="bị hỏng"), backup_restore._placed(tmp_path, tmp_path / "media", manifest):
        pass


def test_a_link_in_the_media_folder_leads_no_file_out_of_it(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path
) -> None:
    world, outside = new_world(), tmp_path / "ngoài"
    outside.mkdir()
    world.media.mkdir(parents=True, exist_ok=True)
    (world.media / next(iter(one_backup.manifest.files))[:2]).symlink_to(outside)
    with pytest.raises(UserError, match="bị hỏng"):
        world.restore(one_backup.path)
    assert not list(outside.iterdir())


def test_a_forged_backup_is_refused_where_the_key_is_the_same_and_told_where_it_is_not(
    one_backup: Backup, new_world: Callable[..., World], tmp_path: Path, settings: Any
) -> None:
    with one_backup.path.open("rb") as source:
        assert backup_archive.unpack(source, tmp_path / "ours", silent).signed == Signed.OURS
    ours = settings.SECRET_KEY
    settings.SECRET_KEY = "k" * 64
    forged = repacked(one_backup.path, tmp_path, lambda told: setattr(told, "version", "giả"))
    with forged.open("rb") as source:  # made and read with another key than that of the installation
        assert backup_archive.unpack(source, tmp_path / "theirs", silent).signed == Signed.OURS
    settings.SECRET_KEY = ours
    with forged.open("rb") as source:
        signed = backup_archive.unpack(source, tmp_path / "here", silent).signed
    assert signed == Signed.OTHER_KEY and "SONHA_SECRET_KEY khác" in backup_signing.sentence(signed)
    name = backup_signing.line_for(b"").partition(b" ")[0]
    with pytest.raises(UserError, match="không có khóa bí mật"):
        backup_signing.check(name + b" " + b"0" * 64 + b"\n", b"{}")
    assert "không có chữ ký" in backup_signing.sentence(backup_signing.check(None, b"{}"))


def repacked(path: Path, folder: Path, change: Callable[[backup_archive.Manifest], Any]) -> Path:
    """A whole backup with the same files and a changed manifest."""
    parts, changed = folder / "parts", folder / "changed.tar"
    with path.open("rb") as source:
        manifest = backup_archive.unpack(source, parts, silent)
    change(manifest)
    with changed.open("wb") as target:
        packer = backup_archive.Packer(target, silent)
        packer.add(backup_archive.DUMP, parts / backup_archive.DUMP)
        for name in manifest.files:
            packer.add(backup_archive.MEDIA + name, parts / backup_archive.MEDIA / name)
        packer.finish(manifest)
    return changed


@pytest.fixture
def age_key(tmp_path: Path) -> tuple[str, Path]:
    """A recipient and the file of its secret key."""
    if shutil.which("age") is None:
        pytest.skip("age is not installed (script/test installs it where there is apt)")
    secret = tmp_path / "bí mật.txt"
    subprocess.run(["age-keygen", "-o", secret], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", secret], check=True, capture_output=True, text=True)
    return public.stdout.strip(), secret


def test_a_backup_sealed_with_age_opens_with_its_key_alone(
    age_key: tuple[str, Path], world: World, new_world: Callable[..., World], tmp_path: Path
) -> None:
    recipient, secret = age_key
    recipients = tmp_path / "khóa công khai"
    recipients.write_text(f"# của phòng\n{recipient}\n")
    for named in (recipient, str(recipients)):
        made = world.back_up(tmp_path / "to", seal=backup_sealing.seal_for(named))
        assert made.path.name.endswith(".tar.age") and stat.S_IMODE(made.path.stat().st_mode) == 0o600
        assert made.path.read_bytes().startswith(b"age-encryption.org/v1")
    target = new_world()
    with pytest.raises(UserError, match="--identity"):
        target.restore(made.path)
    other = tmp_path / "khác.txt"
    subprocess.run(["age-keygen", "-o", other], check=True, capture_output=True)
    with pytest.raises(UserError, match="Không giải mã được"):
        target.restore(made.path, identity=other)
    for cut in (100_000, made.size - 5):
        short = tmp_path / "cut.tar.age"
        short.write_bytes(made.path.read_bytes()[:cut])
        with pytest.raises(UserError, match="Không giải mã được"):
            target.restore(short, identity=secret)
    assert target.is_untouched()
    target.restore(made.path, identity=secret)
    assert target.rows() == world.rows()


def test_a_backup_sealed_with_gpg_opens_with_its_key(
    world: World, new_world: Callable[..., World], tmp_path: Path
) -> None:
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    with backup_sealing.temporary_ring() as ring:
        gpg = ["gpg", "--homedir", ring, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        subprocess.run([*gpg, "--quick-generate-key", "thu@sonha.invalid"], check=True, capture_output=True)
        public, secret = tmp_path / "public.asc", tmp_path / "secret.asc"
        for what, path in (("--export", public), ("--export-secret-keys", secret)):
            subprocess.run([*gpg, "--armor", "--output", path, what], check=True, capture_output=True)
    made = world.back_up(tmp_path / "to", seal=backup_sealing.seal_for(str(public)))
    assert made.path.name.endswith(".tar.gpg")
    target = new_world()
    short = tmp_path / "cut.tar.gpg"
    short.write_bytes(made.path.read_bytes()[:-100])
    for path, identity in ((short, secret), (made.path, public)):
        with pytest.raises(UserError, match="Không"):
            target.restore(path, identity=identity)
    assert target.is_untouched()
    target.restore(made.path, identity=secret)
    assert target.rows() == world.rows()


@pytest.mark.parametrize("recipient", ["age1nonsense", "ssh-ed25519 nonsense", "nobody@sonha.invalid", "/no/such/key"])
def test_a_bad_key_is_named_before_any_work(recipient: str) -> None:
    with pytest.raises(UserError, match="SONHA_BACKUP_RECIPIENT"):
        backup_sealing.seal_for(recipient)


@pytest.mark.parametrize(("recipient", "package"), [("age1whoever", "age"), ("someone@sonha.invalid", "gnupg")])
def test_a_missing_tool_is_named_with_its_package(
    recipient: str, package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=f"hãy cài gói {package}"):
        backup_sealing.seal_for(recipient)


def test_healthz_tells_the_last_good_backup(client: Client, db: None, settings: Any) -> None:
    assert client.get("/healthz").json()["last_backup"] is None
    media = Path(settings.MEDIA_ROOT)
    backup.remember(media, "2026-03-01T19:00:00.123456+00:00", Path("/x.tar"), 5)
    assert client.get("/healthz").json() == {"status": "ok", "last_backup": "2026-03-01T19:00:00+00:00"}
    for torn in ("", "{", "[]", '{"made_at": 7}'):
        (media / ".last-backup.json").write_text(torn)
        assert client.get("/healthz").json()["last_backup"] is None
