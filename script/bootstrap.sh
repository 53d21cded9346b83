# What the commands in this folder share. Sourced by them; COMMAND is the name that errors are reported under.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
export PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "script/$COMMAND: $*"
    exit 1
}

# Run a command whose output matters only when it fails; $1 opens the sentence that is said then.
quietly() {
    local failure=$1 log
    shift
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        fail "$failure (the last lines above are from: $*)."
    fi
    rm -f "$log"
}

# Stamps: a step is done when var/stamps/NAME holds the hash of everything it was made from.
hash_of() { cat -- "$@" | sha256sum | cut -d' ' -f1; }
is_done() { [ -f "var/stamps/$1" ] && [ "$(cat "var/stamps/$1")" = "$2" ]; }
mark_done() {
    mkdir -p var/stamps
    printf '%s' "$2" >"var/stamps/.$1.$$"
    mv "var/stamps/.$1.$$" "var/stamps/$1"
}

find_python() {
    local name
    for name in ${SONHA_PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$(command -v "$name")
            return
        fi
    done
    fail "Python 3.11 or newer is needed; install python3."
}

# need PACKAGE DESCRIPTION TEST...: note what is missing, in both ways of naming it.
MISSING_PACKAGES=() MISSING_THINGS=()
need() {
    local package=$1 description=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        MISSING_PACKAGES+=("$package")
        MISSING_THINGS+=("$description")
    fi
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@"
}

newest_postgis() {
    apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | grep -oE '^postgresql-[0-9]+' |
        grep -oE '[0-9]+$' | sort -n | tail -n 1
}

# Install the packages noted by `need`; the word POSTGIS stands for the newest PostgreSQL with PostGIS.
install_missing() {
    [ ${#MISSING_PACKAGES[@]} -gt 0 ] || return 0
    local things package version packages=()
    things=$(printf '%s; ' "${MISSING_THINGS[@]}")
    things=${things%; }
    has_apt || fail "install these with your system's package manager, then run it again: $things."
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "these are missing and only root can install them (there is no sudo here): $things."
    fi
    say "Installing: $things"
    quietly "apt could not fetch its lists" apt_get update
    for package in "${MISSING_PACKAGES[@]}"; do
        if [ "$package" != POSTGIS ]; then
            packages+=("$package")
            continue
        fi
        version=$(newest_postgis) || version=
        [ -n "$version" ] || fail "apt offers no PostGIS; on Ubuntu, switch on the “universe” component."
        [ "$version" -ge 15 ] ||
            fail "apt offers PostgreSQL $version, and 15 is needed: use Debian 12, Ubuntu 24.04 or newer."
        # Debian starts a cluster of its own on port 5432 unless told so before the server is installed.
        quietly "apt could not install postgresql-common" apt_get install --no-install-recommends postgresql-common
        as_root mkdir -p /etc/postgresql-common/createcluster.d
        printf 'create_main_cluster = false\n' |
            as_root tee /etc/postgresql-common/createcluster.d/sonha.conf >/dev/null
        packages+=("postgresql-$version" "postgresql-$version-postgis-3")
    done
    quietly "apt could not install the packages" apt_get install --no-install-recommends "${packages[@]}"
    MISSING_PACKAGES=() MISSING_THINGS=()
}

# Chromium for the browser tests: Debian's packages; Ubuntu's is a snap stub, so there Playwright brings its own.
# The headless shell is the same engine without a window's frame: a page costs a third. What phones keep is tested whole.
install_browser() {
    if [ "$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")" = debian ]; then
        need chromium "Chromium" command -v chromium
        install_missing
        command -v chromium-headless-shell >/dev/null ||
            apt_get install --no-install-recommends chromium-headless-shell >/dev/null 2>&1 ||
            say "There is no headless shell of Chromium here; the tests take longer."
    elif ! is_done browser "$(hash_of requirements.txt)"; then
        local with_libraries=()
        has_apt && with_libraries=(--with-deps)
        say "Installing Chromium"
        quietly "Playwright could not install its Chromium" \
            .venv/bin/playwright install "${with_libraries[@]}" chromium
        mark_done browser "$(hash_of requirements.txt)"
    fi
}

# The samples that kriging is compared on come in a package whose code, and the 500 MB that it needs, nobody runs here.
install_reference() {
    local wanted
    wanted=$(hash_of script/tools/meuse.txt)
    if ! is_done meuse "$wanted" || ! [ -d var/meuse ]; then
        say "Installing the samples of the kriging reference"
        rm -rf var/meuse
        quietly "The samples of the kriging reference could not be installed" var/tools/bin/uv pip install \
            --python .venv/bin/python --target var/meuse --no-deps --require-hashes -r script/tools/meuse.txt
        mark_done meuse "$wanted"
    fi
}

cluster_runs() { "$PYTHON" script/cluster.py running; }

# Stop the cluster at the end of this command if it was this command that started it.
stop_cluster_at_end() {
    if [ -z "${DATABASE_URL:-}" ] && ! cluster_runs; then
        trap '"$PYTHON" script/cluster.py stop' EXIT
    fi
}
