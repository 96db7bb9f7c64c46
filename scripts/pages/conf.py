# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the site (scripts/docs); the build copies this file beside the pages."""

project = "kumiai"
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "kumiai"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which browsers refuse for files
html_theme_options = {"navigation_with_keys": True}
exclude_patterns = ["files"]
# Blocks of libconfig are marked as C, whose lexer stumbles now and then: they are shown without colours.
suppress_warnings = ["misc.highlighting_failure"]
