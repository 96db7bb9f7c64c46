# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: one page that opens offline. scripts/report.py drives it.

study.py reads the files once; parts*.py make the tables behind the pictures; findings.py says in
words what they show; places.py gives the map its data; queries.py holds the SQL by which every
number can be recomputed; page.py puts all into template.html with style.css and the scripts.
"""
