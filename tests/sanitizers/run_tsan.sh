#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: run_tsan.sh LIBARCHER COMMAND [ARGUMENT]...
# Runs a program of the tsan build on four threads; any report is a failure. Archer tells the
# sanitizer how OpenMP orders its threads; without it correct loops are reported, so its absence is
# a failure too.
set -u
export OMP_NUM_THREADS=4 OMP_TOOL_LIBRARIES=$1 ARCHER_OPTIONS=verbose=1
shift
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
export TSAN_OPTIONS="ignore_noninstrumented_modules=1:log_path=$logs/report:exitcode=66"
# clang 14 knows older layouts of memory: no random places, where the system lets us ask for that.
fixed=()
if setarch -R true 2>/dev/null; then fixed=(setarch -R); fi
"${fixed[@]}" "$@" > >(tee "$logs/output") 2>&1
status=$?
wait
if [ -n "$(find "$logs" -type f -name 'report*' -size +0)" ]; then
    find "$logs" -type f -name 'report*' -exec cat {} +
    echo "run_tsan.sh: the sanitizer reported"
    exit 1
fi
if ! grep -q '^Archer detected OpenMP application with TSan' "$logs/output"; then
    echo "run_tsan.sh: Archer was not loaded from $OMP_TOOL_LIBRARIES"
    exit 1
fi
exit "$status"
