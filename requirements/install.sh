#!/bin/sh
# Makes a virtual environment hold the locks named. Where it already does, this takes no time.
# A lock that has what emulator/ needs brings emulator/ itself, which is imported from where it lies.
# Where an install was interrupted, or a lock or the Python changed, it is made anew.
#
# usage: [PYTHON=<interpreter>] sh requirements/install.sh VENV LOCK...
set -eu
venv=$1
shift
here=$(dirname "$0")
emulator=$here/../emulator
state=$venv/.locks # a copy of every lock installed; `unfinished` is there while an install runs

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

version_of() { # 3.11, or nothing where the interpreter is missing or broken
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

identity_of() { # tells one installed Python from another
    "$1" -c 'import sys; print(sys.version.split()[0], sys.base_prefix)' 2>/dev/null || true
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.13 python3.12 python3.11 python3.10
    fi
    for python in "$@"; do
        case $(version_of "$python") in 3.1[0-3]) return ;; esac
    done
    for python in "$@"; do
        case $(version_of "$python") in
        3.1[4-9] | 3.[2-9][0-9])
            echo "Warning: $python is newer than 3.13, the last Python this is tested on." >&2
            return
            ;;
        esac
    done
    version=$(version_of "$1")
    fail "CPython 3.10 to 3.13 is needed, but $1 ${version:+is Python }${version:-does not run}." \
        "  Debian and Ubuntu:  apt-get install python3 python3-venv" \
        "  macOS:              brew install python@3.13" \
        "  installed already:  name it with PYTHON=<path of the interpreter>"
}

stale_because() { # why the environment can't be kept, or nothing
    if [ -e "$state/unfinished" ]; then
        echo "its installation was interrupted"
    elif [ "$(identity_of "$venv/bin/python")" != "$(cat "$state/python")" ]; then
        echo "the Python it was made with is gone or has changed"
    elif [ -n "${PYTHON:-}" ] && [ "$(identity_of "$PYTHON")" != "$(cat "$state/python")" ]; then
        echo "$PYTHON is another Python than the one it was made with"
    else
        for installed in "$state"/*.txt; do
            lock=requirements/${installed##*/}
            cmp -s "$installed" "$here/${installed##*/}" || echo "$lock has changed"
        done
    fi
}

install() {
    echo "Installing requirements/$1.txt into $venv: $(
        awk -v lock="$1" '$1 == lock { print "about " $2 " MB to download, " $3 " MB on disk" }' \
            "$here/sizes.txt"
    ), less what is there already."
    pip_install "$1"
}

pip_install() {
    # Build isolation would fetch whatever setuptools is the newest, without a hash.
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes \
        --no-build-isolation -r "$here/$1.txt" ||
        fail "requirements/$1.txt could not be installed: pip says above what is in the way." \
            "The same command starts the installation over."
    cp "$here/$1.txt" "$state/"
}

install_emulator() {
    # Its requirements are in the lock that asked for it.
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-index --no-deps \
        --no-build-isolation --editable "$emulator" ||
        fail "emulator/ could not be installed: pip says above what is in the way." \
            "The same command starts the installation over."
    cp "$emulator/pyproject.toml" "$state/"
}

create() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv module, which this needs." \
            "  Debian and Ubuntu:  apt-get install python3-venv" \
            "  elsewhere:          name another interpreter with PYTHON=<path>"
    mkdir -p "$state"
    : >"$state/unfinished"
    "$python" -m venv "$venv"
    identity_of "$venv/bin/python" >"$state/python"
    pip_install build
}

[ -z "${PYTHON:-}" ] || choose_python
if [ -d "$state" ]; then
    reason=$(stale_because)
    if [ -n "$reason" ]; then
        echo "Making $venv anew: $reason."
        rm -rf "$venv"
    fi
elif [ -e "$venv" ]; then
    fail "$venv is there already and was not made by this project, so it stays as it is." \
        "Remove it, or name another with VENV=<folder>."
fi

missing=
emulated=
for lock in "$@"; do
    [ -e "$state/$lock.txt" ] || missing="$missing $lock"
    if grep -q '^moto==' "$here/$lock.txt" && ! cmp -s "$emulator/pyproject.toml" "$state/pyproject.toml"; then
        emulated=missing
    fi
done
[ -n "$missing$emulated" ] || exit 0

started=$(date +%s)
if [ ! -d "$state" ]; then
    choose_python
    create
fi
: >"$state/unfinished"
for lock in $missing; do install "$lock"; done
[ -z "$emulated" ] || install_emulator
rm "$state/unfinished"
echo "Installed in $(($(date +%s) - started)) s."
