# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the field of the cooperation model, of which the engine and other models' results know nothing."""

import re

WORDS = frozenset("""
donor donors partner partners sector sectors project projects yen fiscal jfy japan japanese jica clair jcm city cities
town towns village villages municipality municipalities municipal prefecture prefectures ward wards cooperative
cooperatives cooperation sister funder funders intermediary knowhow mayor mayors citizen citizens budget budgets refusal
refusals ledger tokyo osaka kitakyushu soumu estat
""".split())


def words_in(text):
    """The words of the field in a text, in the order in which they come; parts of identifiers count as words."""
    return [word for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS]
