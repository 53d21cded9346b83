"""Migrate, load the demo into an empty database, then run the web server and the job worker until Ctrl-C.

Called by script/server, after script/setup. What it started it ends again: the web server and the worker
always; the database cluster with `--stop-cluster`, which script/server gives when no cluster ran before it.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from assets import last_line
from certificate import ensure_certificate, network_addresses

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "var" / "demo"
DEMO_COMMUNE = "16543"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
SECONDS_BETWEEN_REVIVALS = 5
WORKER = "job worker"
WHAT_IS_THERE = (
    "import django; django.setup(); from mapping.models import Unit; "
    "print('demo' if Unit.objects.filter(is_invented=True).exists() else "
    "'other' if Unit.objects.exists() else 'nothing')"
)


class ServerError(Exception):
    """Why the server cannot run or go on; one sentence."""


@dataclass(frozen=True)
class Service:
    """A process that runs as long as the server does, in a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)


def manage(*arguments: str, failure: str) -> str:
    """Run a management command and give what it printed."""
    return python("manage.py", *arguments, failure=failure)


def python(*arguments: str, failure: str) -> str:
    """Run this environment's Python in the checkout; `failure` opens the sentence when it goes wrong."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise ServerError(f"{failure}: {last_line(done.stderr)}")
    return done.stdout


def refuse_busy_port(host: str, port: int) -> None:
    """Say so now when another program has the port, or only root may open it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServerError(f"Port {port} cannot be used ({error.strerror}); choose another with --port.") from error


def prepare(*, with_demo: bool) -> str:
    """Bring tables, catalogues and static files up to date, fill an empty database; say what it holds."""
    manage("migrate", "--noinput", "--verbosity", "0", failure="The database could not be migrated")
    python("script/assets.py", failure="The pages' files could not be prepared")
    content = python("-c", WHAT_IS_THERE, failure="The database could not be read").strip()
    if content == "nothing" and with_demo:
        print("Đang tạo xã minh họa … / Making the demo commune …", flush=True)
        DEMO.mkdir(parents=True, exist_ok=True)
        printed = manage("demo", failure="The demo could not be loaded")
        (DEMO / "sign-ins.txt").write_text(printed, encoding="utf-8")
        content = "demo"
    return content


def print_demo_plates() -> None:
    """Print the demo commune's plates as a proof, once."""
    plates = DEMO / "plates.pdf"
    if not plates.exists():
        DEMO.mkdir(parents=True, exist_ok=True)
        command = ["print_plates", "--commune", DEMO_COMMUNE, "--proof", "-o", str(plates)]
        manage(*command, failure="The demo plates could not be printed")


def start(name: str, command: list[str], **environment: str) -> Service:
    """Start a service out of reach of the terminal's Ctrl-C, which is for this process alone."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, start_new_session=True
    )
    return Service(name, process)


def start_services(host: str, port: int, tls: tuple[Path, Path] | None) -> list[Service]:
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--no-ws"]
    granian += ["--host", host, "--port", str(port), "--workers", "2", "--log-level", "error"]
    # As many threads as each process keeps database connections; backpressure would count connections instead,
    # and idle browsers hold those.
    granian += ["--blocking-threads", "8"]
    if tls:
        granian += ["--ssl-certificate", str(tls[0]), "--ssl-keyfile", str(tls[1]), "--ssl-protocol-min", "tls1.2"]
    return [start("web server", [*granian, "config.wsgi:application"]), start_worker()]


def start_worker() -> Service:
    return start(WORKER, [sys.executable, "manage.py", "procrastinate", "worker"], SONHA_DB_ROLE="worker")


def revive_worker(services: list[Service]) -> None:
    """Start the job worker again when it has ended: it does, with status 0, when the database restarts under it."""
    for index, service in enumerate(services):
        rested = time.monotonic() - service.started > SECONDS_BETWEEN_REVIVALS
        if service.name == WORKER and service.process.poll() is not None and rested:
            print("The job worker ended and is started again.", file=sys.stderr)
            services[index] = start_worker()


def refuse_ended(services: list[Service]) -> None:
    """Raise when a service ended by itself."""
    for service in services:
        status = service.process.poll()
        if status is not None:
            raise ServerError(f"The {service.name} ended with status {status}; its last words are above.")


def wait_until_healthy(address: str, services: list[Service]) -> None:
    """Ask /healthz until it answers 200; the certificate is our own and is not checked."""
    trust_ours = ssl.create_default_context()
    trust_ours.check_hostname, trust_ours.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust_ours)
    )
    deadline = time.monotonic() + SECONDS_TO_START
    problem = "no answer"
    while time.monotonic() < deadline:
        refuse_ended(services)
        pause = 0.1
        try:
            with opener.open(f"{address}/healthz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            problem, pause = f"status {error.code}", 2.0  # it runs and says no: its log should stay readable
        except OSError as error:
            problem = str(error)
        time.sleep(pause)
    raise ServerError(
        f"The web server was not ready after {SECONDS_TO_START} seconds: {address}/healthz gave {problem}."
    )


def stop_services(services: list[Service]) -> None:
    """Ask every service to end, wait, then end what is left of its process group."""
    for service in services:
        signal_group(service, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_STOP
    for service in services:
        try:
            service.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {service.name} did not end by itself and was killed.", file=sys.stderr)
        signal_group(service, signal.SIGKILL)
        service.process.wait()


def signal_group(service: Service, number: signal.Signals) -> None:
    try:
        os.killpg(service.process.pid, number)
    except ProcessLookupError:
        return  # the whole group is gone, which is what was wanted


def spare_the_demo_its_phones(host: str, content: str) -> bool:
    """Let the demo's officers in with a password alone while only this machine can ask; say whether that is so.

    Whoever sets SONHA_REQUIRE_TOTP, in the environment or in var/env, has the last word.
    """
    settings_file = ROOT / "var" / "env"
    written = settings_file.read_text(encoding="utf-8").splitlines() if settings_file.exists() else []
    told = "SONHA_REQUIRE_TOTP" in os.environ or any(line.startswith("SONHA_REQUIRE_TOTP=") for line in written)
    if told or content != "demo" or host != "127.0.0.1":
        return False
    os.environ["SONHA_REQUIRE_TOTP"] = "False"
    return True


def announce(addresses: list[str], content: str, *, without_phones: bool = False) -> None:
    """Tell where to go, who can sign in and where the plates are, in both languages."""
    print("\nSoNha đang chạy. Ctrl-C để dừng. / SoNha is running. Ctrl-C stops it.\n")
    for address in addresses:
        print(f"  {address}/")
    if len(addresses) > 1:
        print("  (Chứng thư tự ký: trình duyệt sẽ hỏi lại. / Self-signed certificate: the browser will ask.)")
    if content == "demo":
        sign_ins = DEMO / "sign-ins.txt"
        if sign_ins.exists():
            print(f"\n{sign_ins.read_text(encoding='utf-8').strip()}")
            if without_phones:
                print(
                    "  (Trên máy này bản thử không hỏi mã điện thoại; SONHA_REQUIRE_TOTP=True để thử cả bước ấy. / "
                    "On this machine the demo asks for no phone code; SONHA_REQUIRE_TOTP=True to try that too.)"
                )
        print(f"\nBiển số nhà minh họa / Demo plates: {(DEMO / 'plates.pdf').relative_to(ROOT)}")
    print(flush=True)


def serve(options: argparse.Namespace) -> None:
    """Prepare, start, announce, and watch until a signal or the end of a service."""
    port = options.port or (8443 if options.https else 8000)
    host = "0.0.0.0" if options.https else "127.0.0.1"
    refuse_busy_port(host, port)
    names, tls = ["localhost"], None
    if options.https:
        lan = network_addresses()
        tls = ensure_certificate(ROOT / "var" / "tls", lan)
        names += lan
        os.environ["SONHA_HTTPS"] = "True"
        hosts = [os.environ.get("SONHA_HOSTS", ""), "localhost", "127.0.0.1", *lan]
        os.environ["SONHA_HOSTS"] = ",".join(host for host in hosts if host)
    content = prepare(with_demo=not options.no_demo)
    if content == "demo":
        print_demo_plates()
    scheme = "https" if options.https else "http"
    without_phones = spare_the_demo_its_phones(host, content)
    services: list[Service] = []
    refuse_busy_port(host, port)  # again: granian shares a port without a word, and preparing took a while
    try:
        services += start_services(host, port, tls)
        wait_until_healthy(f"{scheme}://127.0.0.1:{port}", services)
        announce([f"{scheme}://{name}:{port}" for name in names], content, without_phones=without_phones)
        while True:
            revive_worker(services)
            refuse_ended([service for service in services if service.name != WORKER])
            time.sleep(0.5)
    finally:
        stop_services(services)


def end_on_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0 if number in (signal.SIGINT, signal.SIGTERM) else 128 + number)


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve SoNha until Ctrl-C.")
    parser.add_argument("--port", type=int)
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--https", action="store_true")
    parser.add_argument("--stop-cluster", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_on_signal)
    try:
        serve(options)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        # A second Ctrl-C must not leave half of it running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if options.stop_cluster:
            subprocess.run([sys.executable, str(ROOT / "script" / "cluster.py"), "stop"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
