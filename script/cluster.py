"""The private PostgreSQL cluster of this checkout: made once, then started and stopped.

Standard library only, because it runs before `.venv` exists. The cluster belongs to a user that is not
root (initdb refuses root): `postgres` when root calls, else the caller. It listens on a Unix socket inside a
folder that only that user (and root) can enter, and nowhere else. Where it lies is decided once and written
to `var/cluster.json`; passwords and addresses go to `var/env`, which config/settings.py reads. SONHA_VAR names
another folder in place of `var`, and with it a second cluster beside the first (docs/operations.md, trying a restore).

    python3 script/cluster.py create | start | stop | running | server

`running` answers with its exit status. `server` prints the newest installed PostgreSQL that has PostGIS.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pwd
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from environment_file import VAR, read_environment_file, write_environment_file, write_whole

ROOT = Path(__file__).resolve().parent.parent
PLACE_FILE = VAR / "cluster.json"
OLDEST_SERVER = 15
LONGEST_SOCKET_PATH = 107  # bytes; the kernel's sun_path holds 108 with its closing zero
SOCKET_NAME = "/.s.PGSQL.5432"
ROLES = {
    "DATABASE_URL": "sonha_web",
    "DATABASE_OWNER_URL": "sonha_owner",
    "DATABASE_WORKER_URL": "sonha_worker",
}
ACCESS_RULES = """\
# The superuser is whoever owns the cluster's files; the program's roles show a password. No network.
local all postgres peer map=owner
local all all scram-sha-256
"""


class ClusterError(Exception):
    """Something is missing or went wrong; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Place:
    """Where the cluster lies. `data` and `socket` are relative to the checkout when they are inside it."""

    owner: str
    data: str
    socket: str

    @property
    def data_folder(self) -> Path:
        return ROOT / self.data

    @property
    def socket_folder(self) -> Path:
        return ROOT / self.socket


def ask(pg_config: str, what: str) -> str:
    """One answer of pg_config, which tells where an installed PostgreSQL keeps its files."""
    return subprocess.run([pg_config, what], capture_output=True, text=True).stdout.strip()


def installed_servers() -> dict[int, Path]:
    """Map each PostgreSQL major version that has PostGIS beside it to the folder of its programs."""
    found: dict[int, Path] = {}
    for programs in Path("/usr/lib/postgresql").glob("*/bin"):
        version = programs.parent.name
        extension = Path("/usr/share/postgresql", version, "extension/postgis.control")
        if version.isdigit() and (programs / "initdb").exists() and extension.exists():
            found[int(version)] = programs
    pg_config = shutil.which("pg_config")
    if pg_config and not found:  # other distributions keep one version in the ordinary folders
        programs, share = Path(ask(pg_config, "--bindir")), Path(ask(pg_config, "--sharedir"))
        number = re.search(r"\d+", ask(pg_config, "--version"))
        if number and (programs / "initdb").exists() and (share / "extension/postgis.control").exists():
            found[int(number[0])] = programs
    return {version: programs for version, programs in found.items() if version >= OLDEST_SERVER}


def programs_for(place: Place) -> Path:
    """The programs that fit the cluster's files, or the newest ones when there are no files yet."""
    servers = installed_servers()
    marker = place.data_folder / "PG_VERSION"
    if marker.exists():
        version = int(marker.read_text())
        if version not in servers:
            raise ClusterError(
                f"The database in {place.data_folder} was made by PostgreSQL {version}, which is not "
                f"installed; install postgresql-{version}-postgis-3, or read docs/operations.md on upgrading."
            )
        return servers[version]
    if not servers:
        raise ClusterError(f"No PostgreSQL {OLDEST_SERVER} or newer with PostGIS 3 was found; install both.")
    return servers[max(servers)]


def read_place() -> Place | None:
    """The place chosen earlier, or None before the first set-up."""
    if not PLACE_FILE.exists():
        return None
    try:
        return Place(**json.loads(PLACE_FILE.read_text()))
    except (ValueError, TypeError) as error:
        raise ClusterError(
            f"{PLACE_FILE} cannot be read ({error}); restore it, or delete var/ to start anew."
        ) from error


def existing_place() -> Place:
    place = read_place()
    if place is None:
        raise ClusterError("There is no database cluster yet; run script/setup.")
    return place


def choose_place() -> Place:
    """Decide who owns the cluster and where it lies; var/pg when its owner can enter the checkout."""
    data = str((VAR / "pg").relative_to(ROOT)) if VAR.is_relative_to(ROOT) else str(VAR / "pg")
    inside = Place(owner=pwd.getpwuid(os.geteuid()).pw_name, data=data, socket=data)
    fits = len(os.fsencode(f"{inside.socket_folder}{SOCKET_NAME}")) <= LONGEST_SOCKET_PATH
    name = secrets.token_hex(4)
    if os.geteuid() != 0:
        return inside if fits else Place(inside.owner, inside.data, f"/tmp/sonha-{os.geteuid()}-{name}")
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError("There is no user “postgres” to own the database; install PostgreSQL's server.") from None
    reachable = subprocess.run([*as_user("postgres"), "test", "-x", str(VAR)], cwd="/").returncode == 0
    if reachable and fits:
        return Place("postgres", inside.data, inside.socket)
    elsewhere = f"/var/lib/sonha/{name}"
    return Place("postgres", elsewhere, elsewhere)


def as_user(name: str) -> list[str]:
    """The prefix that runs a command as `name`: nothing when that is who we are."""
    return [] if pwd.getpwuid(os.geteuid()).pw_name == name else ["runuser", "-u", name, "--"]


def run(place: Place, command: list[str], *, stdin: str = "", failure: str) -> str:
    """Run a command as the cluster's owner and give its output; `failure` opens the sentence on an error."""
    done = subprocess.run(
        [*as_user(place.owner), *command],
        input=stdin,
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise ClusterError(f"{failure}: {said[-1] if said else f'exit status {done.returncode}'}")
    return done.stdout


def make_private_folder(path: Path, owner: str) -> None:
    """Make a folder that only `owner` may enter; refuse one that somebody else put there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    account = pwd.getpwnam(owner)
    if os.geteuid() == 0:
        os.chown(path, account.pw_uid, account.pw_gid)
    if path.is_symlink() or path.stat().st_uid != account.pw_uid:
        raise ClusterError(f"{path} belongs to another user; remove it and run script/setup again.")
    path.chmod(0o700)


def server_settings(place: Place) -> str:
    """Settings for a commune's machine: memory by what is there, nothing that gives up durability."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared = max(64, min(512, memory // 8))
    return f"""\
# Written by script/cluster.py; changed lines are overwritten by script/setup.
listen_addresses = ''
port = 5432
unix_socket_directories = '{place.socket_folder}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = {shared}MB
effective_cache_size = {max(128, memory // 2)}MB
work_mem = 16MB
maintenance_work_mem = {max(64, min(256, memory // 16))}MB
random_page_cost = 1.1
max_wal_size = 2GB
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
"""


def initialise(place: Place, programs: Path) -> None:
    """Make the cluster's files beside their final place and move them there when they are complete."""
    final = place.data_folder
    if (final / "PG_VERSION").exists():
        return
    if final.exists() and any(final.iterdir()):
        raise ClusterError(f"{final} holds files but no database; move them away and run script/setup again.")
    unfinished = final.with_name(final.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    if not final.is_relative_to(ROOT):
        final.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    make_private_folder(unfinished, place.owner)
    command = [str(programs / "initdb"), f"--pgdata={unfinished}", "--username=postgres", "--encoding=UTF8"]
    command += ["--locale-provider=icu", "--icu-locale=vi-VN", "--locale=C.UTF-8", "--data-checksums"]
    command += ["--auth-local=peer", "--auth-host=reject"]
    run(place, command, failure="The database cluster could not be made")
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write("\ninclude = 'sonha.conf'\n")
    if final.exists():
        final.rmdir()
    unfinished.rename(final)


def configure(place: Place) -> None:
    """Write the settings and access rules; running servers are told, others read them when they start."""
    data = place.data_folder
    changed = [
        write_whole(data / "sonha.conf", server_settings(place), mode=0o600, owner=place.owner),
        write_whole(data / "pg_hba.conf", ACCESS_RULES, mode=0o600, owner=place.owner),
        write_whole(data / "pg_ident.conf", f"owner {place.owner} postgres\n", mode=0o600, owner=place.owner),
    ]
    if any(changed) and is_running(place):
        control(place, "reload", failure="The database server did not read its new settings")


def control(place: Place, *arguments: str, failure: str) -> None:
    run(
        place,
        [str(programs_for(place) / "pg_ctl"), "-D", str(place.data_folder), "-s", *arguments],
        failure=failure,
    )


def is_running(place: Place) -> bool:
    if not (place.data_folder / "postmaster.pid").exists():
        return False
    command = [str(programs_for(place) / "pg_ctl"), "-D", str(place.data_folder), "status"]
    return subprocess.run([*as_user(place.owner), *command], capture_output=True, cwd="/").returncode == 0


def start(place: Place) -> bool:
    """Start the server unless it runs; say whether this call started it."""
    if is_running(place):
        return False
    if not (place.data_folder / "PG_VERSION").exists():
        raise ClusterError("The database cluster is not complete; run script/setup.")
    make_private_folder(place.socket_folder, place.owner)
    log = place.data_folder / "log"
    make_private_folder(log, place.owner)
    failure = f"The database server did not start (its log is in {log})"
    control(place, "-w", "-t", "120", "-l", str(log / "start.log"), "start", failure=failure)
    return True


def stop(place: Place) -> bool:
    """Stop the server, unless somebody else is connected; say whether it is stopped now."""
    if not is_running(place):
        return True
    others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
    for _ in range(20):  # programs that ended just now need a moment to be gone from the list
        if not int(sql(place, "postgres", f"SELECT count(*) FROM pg_stat_activity WHERE {others}")):
            break
        time.sleep(0.1)
    else:
        return False
    control(place, "-w", "-m", "fast", "stop", failure="The database server did not stop")
    return True


def sql(place: Place, database: str, text: str) -> str:
    """Run SQL as the cluster's superuser."""
    command = [str(programs_for(place) / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", str(place.socket_folder), "-p", "5432", "-U", "postgres", "-d", database]
    return run(place, command, stdin=text, failure=f"The database “{database}” could not be prepared")


def role_passwords() -> dict[str, str]:
    """Each role's password as var/env has it, or a fresh one."""
    known = read_environment_file()
    found = {}
    for key, role in ROLES.items():
        match = re.match(rf"postgresql://{role}:([\w-]+)@", known.get(key, ""))
        found[role] = match[1] if match else secrets.token_urlsafe(24)
    return found


def prepare_databases(place: Place) -> None:
    """Make roles, extensions and the database; skipped when nothing changed since the last time."""
    passwords = role_passwords()
    folder = Path(__file__).parent / "database"
    roles, extensions = (folder / "roles.sql").read_text(), (folder / "extensions.sql").read_text()
    settings = "".join(f"\\set {role}_password '{password}'\n" for role, password in passwords.items())
    marker = place.data_folder / "sonha.prepared"
    state = hashlib.sha256((settings + roles + extensions).encode()).hexdigest()
    if not marker.exists() or marker.read_text() != state:
        sql(place, "postgres", settings + roles)
        sql(place, "template1", extensions)  # every new database, those of the tests too, has them from here
        if not sql(place, "postgres", "SELECT 1 FROM pg_database WHERE datname = 'sonha'").strip():
            sql(place, "postgres", "CREATE DATABASE sonha OWNER sonha_owner")
        else:
            sql(place, "sonha", extensions)
        write_whole(marker, state, mode=0o600, owner=place.owner)
    host = quote(str(place.socket_folder), safe="")
    write_environment_file(
        {key: f"postgresql://{role}:{passwords[role]}@/sonha?host={host}&port=5432" for key, role in ROLES.items()}
    )


def create() -> None:
    """Make whatever is missing and leave the server running; calling it again changes nothing."""
    VAR.mkdir(mode=0o711, exist_ok=True)
    VAR.chmod(0o711)  # the cluster's owner passes through, nobody else looks around
    place = read_place()
    if place is None:
        place = choose_place()
        write_whole(PLACE_FILE, json.dumps(asdict(place)) + "\n", mode=0o644)
    initialise(place, programs_for(place))
    configure(place)
    start(place)
    prepare_databases(place)


def main() -> int:
    parser = argparse.ArgumentParser(description="The private PostgreSQL cluster of this checkout.")
    parser.add_argument("action", choices=["create", "start", "stop", "running", "server"])
    action = parser.parse_args().action
    try:
        if action == "create":
            create()
        elif action == "start":
            start(existing_place())
        elif action == "stop":
            if not stop(existing_place()):
                print("The database server goes on: another program is connected to it.")
        elif action == "running":
            place = read_place()
            return 0 if place is not None and is_running(place) else 1
        else:
            servers = installed_servers()
            if not servers:
                return 1
            print(max(servers))
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or shlex.join(sys.argv)}: {error.strerror or error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
