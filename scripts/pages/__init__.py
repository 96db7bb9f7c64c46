# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the pages: numbers from results, the picture of the README, and the site under build/docs."""
