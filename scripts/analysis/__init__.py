# SPDX-License-Identifier: GPL-3.0-or-later
"""Analysis of kumiai's results files: intervals, survival, networks, tables, pictures.

kumiai_results beside this package reads the files; intervals, survival, cox and network
compute; tables and formats write; pictures and *_pictures draw. None of them prints or exits,
which is left to the scripts (cli holds what those share).
"""
