"""`manage.py backup` and `restore` as they are typed: exit codes, lines, rotation, and what goes wrong underneath."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mapping import backup
from mapping.errors import UserError
from tests.security.second_cluster import ROOT, SecondCluster
from tests.security.worlds import World

AUDIT = "mapping_auditentry"


def environment(world: World, **more: str) -> dict[str, str]:
    """In which commands work with this world."""
    return world.cluster.environment(**{"DATABASE_URL": world.url(), "SONHA_MEDIA_DIR": str(world.media), **more})


def manage(world: World, *arguments: Any, limit: int | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `limit` bytes is as much as any file may hold, as on a disk that is full."""

    def bound() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT, env=environment(world, **more), capture_output=True, text=True, preexec_fn=bound,
    )  # fmt: skip


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """A folder for backups."""
    folder = tmp_path / "to"
    folder.mkdir()
    return folder


def all_in(folder: Path) -> list[str]:
    """Names of everything in a folder, hidden things too."""
    return sorted(path.name for path in folder.iterdir())


def test_one_line_tells_where_how_large_and_how_to_restore_and_that_command_does(
    world: World, new_world: Callable[..., World], to: Path
) -> None:
    done = manage(world, "backup", "--to", to)
    assert (done.returncode, done.stderr) == (0, "")
    (name,) = all_in(to)
    path = to / name
    (line,) = done.stdout.splitlines()
    assert str(path) in line and "2 tệp" in line and f"({path.stat().st_size / 1e6:.1f} MB)" in line
    assert line.endswith(f"manage.py restore {path}")
    assert backup.last_good(world.media) is not None
    target = new_world("sonha")
    done = manage(target, "restore", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "mọi bảng và tệp đều khớp" in done.stdout
    kept, back = world.rows(), target.rows()
    for rows, act in ((kept, ",backup,"), (back, ",restore,")):  # each written down after the act
        assert any(act in entry for entry in rows.pop(AUDIT))
    assert back == kept
    again = manage(target, "restore", path)
    assert again.returncode == 1 and "đã có dữ liệu" in again.stderr and "Traceback" not in again.stderr


def test_bad_arguments_exit_with_2_and_a_sentence(world: World, to: Path) -> None:
    for arguments, said in (
        (("backup", "--keep", "0"), "ít nhất 1"),
        (("backup", "--to", to / "nowhere"), "Không có thư mục"),
        (("backup", "--to", world.media), "nằm trong thư mục tệp"),
        (("restore", to / "nothing.tar"), "Không có tệp"),
    ):
        done = manage(world, *arguments)
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_a_full_disk_leaves_no_file_and_one_sentence(world: World, to: Path) -> None:
    """The dump fits into 400 kB and the whole does not; with 20 kB pg_dump fails already."""
    for limit in (400_000, 20_000):
        done = manage(world, "backup", "--to", to, limit=limit)
        assert done.returncode == 1, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
        assert all_in(to) == []


def test_an_unreachable_database_is_one_sentence(world: World, to: Path) -> None:
    done = manage(world, "backup", "--to", to, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere")
    assert done.returncode == 1 and "tạm dừng" in done.stderr and "Traceback" not in done.stderr
    assert all_in(to) == []


def blocked(cluster: SecondCluster, database: str) -> bool:
    """Whether somebody waits for a table's lock in the database."""
    with cluster.connect(database=database) as connection:
        query = (
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND datname = %s"
        )
        return bool(connection.execute(query, [database]).fetchone()[0])  # type: ignore[index]


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_a_killed_backup_leaves_no_file_and_the_next_one_sweeps_up(
    world: World, new_world: Callable[..., World], to: Path
) -> None:
    """`kill -9` while pg_dump waits for a table; meanwhile another backup is told to wait."""
    target = new_world("world", world.media)
    with psycopg.connect(target.url()) as holder:
        holder.execute("LOCK TABLE mapping_unit IN ACCESS EXCLUSIVE MODE")
        command = [sys.executable, "manage.py", "backup", "--to", str(to)]
        with subprocess.Popen(command, cwd=ROOT, env=environment(target), stderr=subprocess.DEVNULL) as child:
            wait_until(lambda: blocked(target.cluster, target.name))
            with pytest.raises(UserError, match="Một lần sao lưu khác"):
                target.back_up(to)
            child.send_signal(signal.SIGKILL)
    assert [name for name in all_in(to) if not name.startswith(".")] == []
    made = target.back_up(to)
    assert all_in(to) == [made.path.name]


def test_what_is_written_meanwhile_is_in_the_next_backup_and_never_half(
    world: World, new_world: Callable[..., World], to: Path
) -> None:
    target = new_world("world", world.media)
    with (
        psycopg.connect(target.url(), options="-c sonha.sees=* -c sonha.edits=*") as writer,
        ThreadPoolExecutor() as pool,
    ):
        writer.execute("LOCK TABLE mapping_unit IN ACCESS EXCLUSIVE MODE")
        made = pool.submit(target.back_up, to)
        wait_until(lambda: blocked(target.cluster, target.name))  # its snapshot is taken
        writer.execute("DELETE FROM households_plate")
        writer.execute("DELETE FROM households_household")
        writer.commit()
        told = made.result().manifest.tables
    assert told["public.households_household"]["rows"] == told["public.households_plate"]["rows"] == 6
    told = target.back_up(to).manifest.tables
    assert told["public.households_household"]["rows"] == told["public.households_plate"]["rows"] == 0


def test_a_role_that_sees_half_is_refused(world: World, to: Path) -> None:
    done = manage(world, "backup", "--to", to, DATABASE_URL=world.url("web"), SONHA_DB_ROLE="web")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    with world.cluster.connect(database=world.name) as owner:
        owner.execute("CREATE POLICY none ON households_household AS RESTRICTIVE TO sonha_owner USING (false)")
        try:
            with pytest.raises(UserError, match=r"không thấy đủ.*households_household"):
                world.back_up(to)
        finally:
            owner.execute("DROP POLICY none ON households_household")
    assert all_in(to) == []


def test_rotation_removes_only_own_finished_backups_after_a_good_one(
    world: World, new_world: Callable[..., World], to: Path
) -> None:
    target = new_world("world", world.media)
    own, foreign = (
        f"sonha-{target.name}-2020010{{}}T000000000000Z.tar",
        ["ghi chú.txt", "sonha-other-20200101T000000000000Z.tar"],
    )
    future = f"sonha-{target.name}-29990101T000000000000Z.tar.age"
    foreign += [f"sonha-{target.name}-20200101T000000000000Z.tar.part"]
    for name in (own.format(1), own.format(2), own.format(3), future, *foreign):
        (to / name).write_text("cũ")
    made = target.back_up(to, keep=3)
    assert all_in(to) == sorted([made.path.name, future, own.format(3), *foreign])
    remembered = backup.last_good(target.media)
    name = next(iter(target.files()))
    (target.media / name).write_bytes(b"x")
    poor = target.back_up(to, keep=1)
    assert poor.manifest.damaged_files == [Path(name).name] and not poor.removed
    assert backup.last_good(target.media) == remembered
    (target.media / name).unlink()
    done = manage(target, "backup", "--to", to, "--keep", "1")
    assert done.returncode == 1 and "đã mất hoặc hỏng" in done.stderr
    assert {made.path.name, poor.path.name} <= set(all_in(to))
    shutil.copytree(world.media, target.media, dirs_exist_ok=True)
    last = target.back_up(to, keep=1)  # the clock went back since `future` was made
    assert all_in(to) == sorted([last.path.name, *foreign])
