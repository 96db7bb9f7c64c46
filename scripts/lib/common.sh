# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Read by the scripts of this folder: they stop at the first failure, say in which step it was,
# and work in the repository's root from wherever they are called.
set -Eeuo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
me=${KUMIAI_ME:-$(realpath --relative-to="$root" "$0")} # what an installed command is called
cd "$root"
current_step="start"

step() { # <what happens now>
    current_step=$1
    printf '%s: %s\n' "$me" "$1" >&2
}

fail() { # <sentence> [<exit code>]
    trap - ERR
    printf '%s: %s\n' "$me" "$1" >&2
    exit "${2:-1}"
}

failed() { # <exit code>
    fail "failed in this step: $current_step (exit code $1; the reason stands above)." "$1"
}
trap 'failed $?' ERR

# One line per option, read from the comment block at the head of the script.
usage() { sed -n '/^# Usage/,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

jobs() { nproc 2>/dev/null || echo 2; }

. "$root/scripts/lib/progress.sh"
