#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: run_asan.sh COMMAND [ARGUMENT]...
# Runs a test of the asan build. Criterion stays green when a test leaks, and a test of the command
# line may swallow a report, so every report goes to a file, and any such file is a failure.
set -u
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
export ASAN_OPTIONS="log_path=$logs/report:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
export UBSAN_OPTIONS="log_path=$logs/report:print_stacktrace=1"
"$@"
status=$?
# A thread that ends while leaks are looked for is no leak.
find "$logs" -type f -exec sed -i '/Unable to get registers from thread/d' {} +
if [ -n "$(find "$logs" -type f -size +0)" ]; then
    find "$logs" -type f -exec cat {} +
    echo "run_asan.sh: the sanitizer reported"
    exit 1
fi
exit "$status"
