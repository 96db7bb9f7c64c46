# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of scripts/: options, what is printed, what is written. Each has main(argv), which gives the exit code."""
