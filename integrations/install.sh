#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds aibom from the checkout that this script lies in and prints the path of the program. Scripts of dependencies are
# not run: what is installed is what the lock file names by digest.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
version=$(node --version 2>/dev/null || printf 'none')
major=${version#v}
major=${major%%.*}
case $major in
'' | *[!0-9]*) major=0 ;;
esac
if [ "$major" -lt 24 ]; then
  printf 'aibom-install: Node.js 24 or newer is needed, found %s\n' "$version" >&2
  exit 2
fi
if [ ! -f "$root/dist/main.js" ]; then
  (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund && node scripts/build.ts) >&2
fi
printf '%s\n' "$root/bin/aibom.js"
