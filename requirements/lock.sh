#!/bin/sh
# Writes requirements/*.txt from *.in, with hashes, one lock for every Python and platform that is
# supported; then installs each into an empty environment and writes what it took to sizes.txt.
#
# usage: sh requirements/lock.sh PYTHON [argument for `uv pip compile`]...
set -eu
case $1 in
*/*) python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") ;; # it is called from another folder
*) python=$1 ;;
esac
shift
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

write_lock() {
    lock=$1
    shift
    # shellcheck disable=SC2086 # $constraints holds several arguments
    "$python" -m uv pip compile --quiet --universal --python-version 3.10 \
        --fork-strategy fewest --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
        $constraints --output-file "$lock.txt" "$@" "$lock.in"
    # Each lock keeps to the versions of those before it: they meet in one environment.
    constraints="$constraints --constraint $lock.txt"
}

pip() {
    "$scratch/venv/bin/python" -m pip --disable-pip-version-check -qq "$@"
}

megabytes_in() {
    du -sk "$1" | awk '{ print int($1 / 1024 + 0.5) }'
}

measure() { # prints the lock, the MB to download, the MB on disk
    "$python" -m venv "$scratch/venv"
    pip install --require-hashes -r build.txt
    before=$(megabytes_in "$scratch/venv")
    pip download --require-hashes --no-build-isolation --dest "$scratch/files" -r "$1.txt"
    pip install --require-hashes --no-build-isolation -r "$1.txt"
    after=$(megabytes_in "$scratch/venv")
    echo "$1 $(megabytes_in "$scratch/files") $((after - before))"
    rm -rf "$scratch/venv" "$scratch/files"
}

constraints=
for lock in build functions deploy cli local test browser mutants demo check lock; do
    write_lock "$lock" "$@"
    echo "requirements/$lock.txt is written."
done

for lock in functions deploy cli local test browser mutants demo check lock; do measure "$lock"; done >"$scratch/sizes.txt"
{
    echo "# lock, MB to download, MB on disk; measured by \`make lock\` on $(uname -sm)"
    cat "$scratch/sizes.txt"
} >sizes.txt
cat sizes.txt
