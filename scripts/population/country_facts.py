# SPDX-License-Identifier: GPL-3.0-or-later
"""Countries of the nine regions: who may receive Japan's aid, who joined the JCM, terms of heads.

Tags: S, F, B and A as in the design. Names in English, short.
"""

NAMES = {
    "northeast_asia": "CN China|HK Hong Kong|KP North Korea|KR South Korea|MN Mongolia|MO Macau|TW Taiwan",
    "south_asia": "AF Afghanistan|BD Bangladesh|BT Bhutan|IN India|LK Sri Lanka|MV Maldives|NP Nepal|"
    "PK Pakistan",
    "southeast_asia": "BN Brunei|ID Indonesia|KH Cambodia|LA Laos|MM Myanmar|MY Malaysia|PH Philippines|"
    "SG Singapore|TH Thailand|TL Timor-Leste|VN Vietnam",
    "pacific": "AU Australia|FJ Fiji|FM Micronesia|KI Kiribati|MH Marshall Islands|NR Nauru|NZ New Zealand|PG Papua New Guinea|"
    "PW Palau|SB Solomon Islands|TO Tonga|TV Tuvalu|VU Vanuatu|WS Samoa",
    "latin_america": "AR Argentina|BO Bolivia|BR Brazil|CL Chile|CO Colombia|CR Costa Rica|CU Cuba|"
    "DO Dominican Republic|EC Ecuador|GT Guatemala|GY Guyana|HN Honduras|HT Haiti|JM Jamaica|MX Mexico|"
    "NI Nicaragua|PA Panama|PE Peru|PY Paraguay|SR Suriname|SV El Salvador|UY Uruguay|VE Venezuela",
    "middle_east": "AE United Arab Emirates|BH Bahrain|IL Israel|IQ Iraq|IR Iran|JO Jordan|KW Kuwait|"
    "LB Lebanon|OM Oman|PS Palestine|QA Qatar|SA Saudi Arabia|SY Syria|TR Turkey|YE Yemen",
    "africa": "AO Angola|BF Burkina Faso|BI Burundi|BJ Benin|BW Botswana|CD DR Congo|"
    "CF Central African Republic|CG Congo|CI Ivory Coast|CM Cameroon|CV Cape Verde|DJ Djibouti|"
    "DZ Algeria|EG Egypt|ER Eritrea|ET Ethiopia|GA Gabon|GH Ghana|GM Gambia|GN Guinea|"
    "GQ Equatorial Guinea|GW Guinea-Bissau|KE Kenya|KM Comoros|LR Liberia|LS Lesotho|LY Libya|MA Morocco|"
    "MG Madagascar|ML Mali|MR Mauritania|MU Mauritius|MW Malawi|MZ Mozambique|NA Namibia|NE Niger|"
    "NG Nigeria|RW Rwanda|SC Seychelles|SD Sudan|SL Sierra Leone|SN Senegal|SO Somalia|SS South Sudan|"
    "SZ Eswatini|TD Chad|TG Togo|TN Tunisia|TZ Tanzania|UG Uganda|ZA South Africa|ZM Zambia|ZW Zimbabwe",
    # As Japan's Ministry of Foreign Affairs groups them: Russia and Central Asia stand with Europe.
    "europe": "AT Austria|BE Belgium|BG Bulgaria|BY Belarus|CH Switzerland|CZ Czechia|DE Germany|"
    "DK Denmark|ES Spain|FI Finland|FR France|GB United Kingdom|HR Croatia|HU Hungary|IE Ireland|"
    "IT Italy|KZ Kazakhstan|LT Lithuania|LV Latvia|NL Netherlands|PL Poland|PT Portugal|RO Romania|"
    "RS Serbia|RU Russia|SE Sweden|SI Slovenia|UA Ukraine",
    "north_america": "CA Canada|US United States",
}
REGION = {
    entry[:2]: region for region, entries in NAMES.items() for entry in entries.split("|")
}
NAME = {entry[:2]: entry[3:] for entries in NAMES.values() for entry in entries.split("|")}

# Rich countries and territories, and North Korea, which has no relations with Japan (B).
NO_JAPANESE_AID = frozenset(
    "KR TW SG BN HK MO KP IL AE BH KW OM QA SA AU NZ AT BE BG CH CZ DE DK ES FI FR GB HR HU IE IT LT "
    "LV NL PL PT RO RU SE SI CA US".split()
)

# JFY (from April) in which the document of the Joint Crediting Mechanism was signed (B).
JOINED_JCM = {
    2012: "MN BD", 2013: "ET KE MV VN LA ID CR PW", 2014: "KH MX", 2015: "SA CL MM TH", 2016: "PH",
    2022: "SN TN LK PG", 2023: "AE", 2024: "TZ", 2025: "IN",
}
JCM_FROM = {code: year for year, codes in JOINED_JCM.items() for code in codes.split()}

# Environmental projects of JICA's local type and MoE's city-to-city studies that started in JFY
# 2013-17 with cities of a country, as far as public pages tell: the project pages of JICA, and of
# MoE the stated totals of JFY 2016 and of the second call of 2015 with the dated studies of the
# other years (F).
PROJECTS_KNOWN = {
    "ID": 19, "VN": 17, "MM": 13, "TH": 7, "MY": 6, "KH": 5, "LA": 2, "PH": 1, "TL": 1,
    "CN": 4, "MN": 5, "IN": 1, "FJ": 1, "WS": 1, "MX": 1,
}
# All of them by region, 122 in all (S, Table 8-1). None is with Europe or North America; what stands
# there is for the work outside these schemes, as that of the Clean Authority of Tokyo in Moscow (A).
PROJECTS_BY_REGION = {
    "northeast_asia": 11, "south_asia": 3, "southeast_asia": 101, "pacific": 3, "latin_america": 2,
    "middle_east": 1, "africa": 1, "europe": 1, "north_america": 0.2,
}
# What is not known of a region counts as so many projects, which its countries share by how much
# Japan's urban environmental cooperation cares for them (A).
PROJECTS_NOT_KNOWN = 3
CARE = {
    "VN": 1.0, "ID": 1.0, "PH": 0.95, "TH": 0.9, "MY": 0.9, "KH": 0.9, "LA": 0.8, "MM": 0.85,
    "MN": 0.6, "IN": 0.55, "BD": 0.5, "LK": 0.5, "CN": 0.6, "TL": 0.4, "NP": 0.3, "PW": 0.6,
    "SG": 0.1, "BN": 0.1, "KR": 0.3, "BR": 0.25, "MX": 0.3, "KE": 0.25, "ET": 0.25, "AU": 0.02,
    "NZ": 0.02, "RU": 0.3, "KZ": 0.3, "UA": 0.1,
}
REGION_CARE = {
    "northeast_asia": 0.1, "south_asia": 0.25, "southeast_asia": 0.3, "pacific": 0.5,
    "latin_america": 0.15, "middle_east": 0.1, "africa": 0.15, "europe": 0.01, "north_america": 0.1,
}


def _projects():
    """Expected projects by country: the known shares of its region, brought to the region's sum."""
    care = {code: CARE.get(code, REGION_CARE[region]) for code, region in REGION.items()}
    expected = {}
    for region, total in PROJECTS_BY_REGION.items():
        inside = [code for code in REGION if REGION[code] == region]
        unknown = PROJECTS_NOT_KNOWN / sum(care[code] for code in inside)
        known = {code: PROJECTS_KNOWN.get(code, 0) + unknown * care[code] for code in inside}
        expected |= {code: total * known[code] / sum(known.values()) for code in inside}
    return expected


PROJECTS = _projects()

# Sister and friendship agreements of Japan's local governments by country, of 1,751 in 2019 (F, with
# 30 % of them in the United States, 20 % in China, 109 in Australia, 43 in New Zealand, 7 in
# Indonesia: CLAIR); South Korea is third (F), its number is B; the others by their shares in a sample
# of 592 dated ones, Southeast Asia brought to 5 % (D).
SISTERS = {
    "US": 525, "CN": 350, "KR": 160, "AU": 109, "NZ": 43, "ID": 7, "PH": 30, "TH": 19, "VN": 19, "KH": 4,
    "MY": 4, "TW": 25, "DE": 93, "FR": 64, "RU": 41, "IT": 41, "CA": 29, "BR": 23, "CH": 19, "GB": 17,
    "MX": 12, "ES": 12, "TR": 10, "BE": 10, "AT": 10, "IN": 10, "PT": 10, "HU": 6, "HR": 6, "CR": 4,
    "CZ": 4, "FI": 4, "DK": 4, "RO": 4, "UA": 4, "PE": 4, "NL": 4, "IL": 4, "AE": 4, "RS": 4, "BG": 4,
    "SE": 2, "LT": 2, "BY": 2, "PY": 2, "SI": 2, "PL": 2, "AR": 2, "LV": 2, "PK": 2, "CL": 2, "IE": 2,
    "SA": 2, "NG": 2,
}

# (years, terms in a row or 0 for no limit) of city heads: M3, B; four years without limit (A)
# elsewhere. Malaysia's are appointed for one to three years.
HEAD_TERMS = {"PH": (3, 3), "TH": (4, 0), "ID": (5, 2), "VN": (5, 0), "MY": (2, 0)}
USUAL_TERM = (4, 0)

# Political stability 0..1 (A), where it is not the region's.
STABILITY = {
    "CN": 0.8, "KR": 0.8, "TW": 0.85, "HK": 0.7, "MO": 0.85, "MN": 0.8, "KP": 0.5, "SG": 0.95, "BN": 0.9,
    "VN": 0.8, "LA": 0.75, "MY": 0.75, "ID": 0.7, "KH": 0.7, "TH": 0.55, "PH": 0.55, "MM": 0.25,
    "TL": 0.65, "AF": 0.05, "PK": 0.3, "NP": 0.5, "LK": 0.5, "BD": 0.45, "IN": 0.6, "BT": 0.9,
    "MV": 0.6, "IQ": 0.15, "SY": 0.05, "YE": 0.05, "PS": 0.15, "LB": 0.2, "IR": 0.4, "AE": 0.85,
    "QA": 0.85, "OM": 0.8, "KW": 0.75, "SA": 0.6, "IL": 0.5, "JO": 0.6, "CR": 0.85, "UY": 0.9, "CL": 0.75,
    "VE": 0.25, "HT": 0.1, "CU": 0.65, "SO": 0.05, "SD": 0.1, "SS": 0.05, "LY": 0.1, "CF": 0.1,
    "RU": 0.5, "KZ": 0.6, "BY": 0.5, "UA": 0.3, "RS": 0.6, "AU": 0.95, "NZ": 0.95,
    "CD": 0.15, "ML": 0.15, "NE": 0.25, "BF": 0.2, "TD": 0.2, "ET": 0.25, "BW": 0.9, "NA": 0.8,
    "MU": 0.85, "CV": 0.85, "SC": 0.85, "GH": 0.65, "SN": 0.65, "RW": 0.65, "NG": 0.3,
}
REGION_STABILITY = {
    "northeast_asia": 0.7, "south_asia": 0.5, "southeast_asia": 0.6, "pacific": 0.75,
    "latin_america": 0.55, "middle_east": 0.45, "africa": 0.45, "europe": 0.8,
    "north_america": 0.85,
}

# Wealth and order of services 0..1 (A), which need and capacity of a city follow.
DEVELOPMENT = {
    "KR": 0.95, "TW": 0.95, "SG": 1.0, "HK": 0.95, "MO": 0.95, "BN": 0.85, "CN": 0.65, "MN": 0.45,
    "KP": 0.2, "MY": 0.7, "TH": 0.6, "ID": 0.5, "VN": 0.5, "PH": 0.45, "KH": 0.3, "LA": 0.3, "MM": 0.25,
    "TL": 0.25, "IN": 0.4, "BD": 0.35, "LK": 0.5, "MV": 0.6, "PK": 0.3, "NP": 0.3, "AF": 0.1, "BT": 0.45,
    "IL": 0.9, "AE": 0.9, "QA": 0.9, "KW": 0.85, "BH": 0.85, "SA": 0.8, "OM": 0.75, "TR": 0.65,
    "YE": 0.1, "SY": 0.2, "PS": 0.35, "CL": 0.75, "UY": 0.75, "AR": 0.65, "BR": 0.6, "MX": 0.6,
    "CR": 0.65, "PA": 0.65, "HT": 0.1, "MU": 0.7, "SC": 0.7, "BW": 0.55, "ZA": 0.55, "TN": 0.55,
    "RU": 0.6, "KZ": 0.55, "UA": 0.5, "BY": 0.55, "RS": 0.6, "RO": 0.7, "BG": 0.7, "AU": 0.95, "NZ": 0.95,
    "MA": 0.5, "DZ": 0.5, "EG": 0.45, "PW": 0.65, "PG": 0.25,
}
REGION_DEVELOPMENT = {
    "northeast_asia": 0.6, "south_asia": 0.35, "southeast_asia": 0.5, "pacific": 0.4,
    "latin_america": 0.5, "middle_east": 0.5, "africa": 0.25, "europe": 0.9, "north_america": 0.95,
}
