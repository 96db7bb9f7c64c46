# SPDX-License-Identifier: GPL-3.0-or-later
"""Fiscal strength as the Ministry of Internal Affairs and Communications publishes it (MIC, main
fiscal indices of local governments): single values of well-known bodies, and by type and size class
the mean and the standard deviation of the logarithm, over the fiscal years 2013 to 2017 (D)."""

import math

# F: index of fiscal year 2017 (MIC) of the designated cities, the special wards, and the other
# governments that are known to have worked abroad until then.
KNOWN = {
    "010006": 0.45, "011002": 0.73, "041009": 0.91, "052019": 0.67, "093432": 0.41,
    "093459": 1.04, "110001": 0.77, "111007": 0.98, "120006": 0.78, "121002": 0.94,
    "130001": 1.16, "131016": 0.88, "131024": 0.69, "131032": 1.25, "131041": 0.66,
    "131059": 0.66, "131067": 0.46, "131075": 0.41, "131083": 0.49, "131091": 0.56,
    "131105": 0.78, "131113": 0.54, "131121": 0.74, "131130": 0.96, "131148": 0.51,
    "131156": 0.63, "131164": 0.55, "131172": 0.40, "131181": 0.34, "131199": 0.44,
    "131202": 0.47, "131211": 0.36, "131229": 0.36, "131237": 0.41, "141003": 0.97,
    "141305": 1.00, "141500": 0.92, "151009": 0.73, "160008": 0.48, "162019": 0.82,
    "220001": 0.73, "221007": 0.91, "221309": 0.89, "231002": 0.99, "232017": 0.98,
    "242021": 1.02, "250007": 0.56, "261009": 0.81, "271004": 0.93, "271403": 0.84,
    "280003": 0.64, "281000": 0.80, "320005": 0.26, "331007": 0.80, "340006": 0.61,
    "341002": 0.84, "352021": 0.72, "370002": 0.49, "372013": 0.83, "400009": 0.64,
    "401005": 0.73, "401307": 0.89, "431001": 0.72, "462217": 0.37, "464686": 0.33,
    "472018": 0.80, "472140": 0.32,
}

# D: (people up to, mean, standard deviation) of the logarithm of the index, MIC FY2013-17.
CLASSES = {
    "prefecture": [(math.inf, -0.779, 0.362)],
    "designated_city": [(math.inf, -0.158, 0.115)],
    "core_city": [(math.inf, -0.278, 0.197)],
    "special_ward": [(math.inf, -0.622, 0.345)],
    "city": [(30_000, -1.057, 0.329), (100_000, -0.579, 0.357), (math.inf, -0.253, 0.270)],
    "town": [
        (5_000, -1.731, 0.437), (10_000, -1.246, 0.485), (30_000, -0.836, 0.421),
        (math.inf, -0.287, 0.259),
    ],
    "village": [(5_000, -1.771, 0.625), (math.inf, -0.810, 0.568)],
}
