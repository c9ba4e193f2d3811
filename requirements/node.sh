#!/bin/sh
# Makes node_modules/ hold what package-lock.json locks: the Serverless Framework's command line.
# Where it already does, this takes no time.
#
# usage: sh requirements/node.sh [--check]    --check only says what is missing
set -eu
root=$(dirname "$0")/..
installed=$root/node_modules/.installed # a copy of the lock, written when all of it is there

is_new_enough() {
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

if ! is_new_enough || ! npm --version >/dev/null 2>&1; then
    version=$(node --version 2>/dev/null) || version=
    echo "Node.js 20.19 or later with npm is needed to package and deploy, but" \
        "${version:+node is }${version:-there is none or it has no npm}." \
        "nodejs.org has it, and so has brew install node on macOS." >&2
    exit 1
fi
[ "${1:-}" != --check ] || exit 0
cmp -s "$root/package-lock.json" "$installed" && exit 0
echo "Installing package-lock.json into node_modules: about 96 MB on disk."
(cd "$root" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
cp "$root/package-lock.json" "$installed"
