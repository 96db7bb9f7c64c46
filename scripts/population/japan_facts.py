# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about Japanese local governments that no npm package has.

Tags as in the design: B = background knowledge, A = assumption. Cities are
written as in the national list of codes, so that each can be looked up.
"""

# GeoNames' first-level code of each prefecture, by its national two digits (B; a test
# checks each against the prefecture's capital).
GEONAMES_ADMIN = dict(zip(
    [f"{number:02d}" for number in range(1, 48)],
    "12 03 16 24 02 44 08 14 38 10 34 04 40 19 29 42 15 06 46 26 09 37 01 23 35 22 32 13 28 43 "
    "41 36 31 11 45 39 17 05 20 07 33 27 21 30 25 18 47".split(),
))

# Seat of each prefectural government (B); Tokyo's is in Shinjuku.
CAPITALS = (
    "札幌市 青森市 盛岡市 仙台市 秋田市 山形市 福島市 水戸市 宇都宮市 前橋市 さいたま市 千葉市 新宿区 "
    "横浜市 新潟市 富山市 金沢市 福井市 甲府市 長野市 岐阜市 静岡市 名古屋市 津市 大津市 京都市 大阪市 "
    "神戸市 奈良市 和歌山市 鳥取市 松江市 岡山市 広島市 山口市 徳島市 高松市 松山市 高知市 福岡市 佐賀市 "
    "長崎市 熊本市 大分市 宮崎市 鹿児島市 那覇市"
).split()

# The 20 designated cities (F, in force since 2012).
DESIGNATED_CITIES = frozenset(
    "札幌市 仙台市 さいたま市 千葉市 横浜市 川崎市 相模原市 新潟市 静岡市 浜松市 名古屋市 京都市 大阪市 "
    "堺市 神戸市 岡山市 広島市 北九州市 福岡市 熊本市".split()
)

# The 62 core cities of 2023 (B).
CORE_CITIES = frozenset(
    "函館市 旭川市 青森市 八戸市 盛岡市 秋田市 山形市 福島市 郡山市 いわき市 水戸市 宇都宮市 前橋市 高崎市 "
    "川越市 越谷市 川口市 船橋市 柏市 八王子市 横須賀市 富山市 金沢市 福井市 甲府市 長野市 松本市 岐阜市 "
    "豊橋市 岡崎市 一宮市 豊田市 大津市 豊中市 吹田市 高槻市 枚方市 八尾市 寝屋川市 東大阪市 姫路市 尼崎市 "
    "明石市 西宮市 奈良市 和歌山市 鳥取市 松江市 倉敷市 呉市 福山市 下関市 高松市 松山市 高知市 久留米市 "
    "長崎市 佐世保市 大分市 宮崎市 鹿児島市 那覇市".split()
)

# Readings where the package has a full-size kana for a small one, or lacks an end (B).
READING_FIXES = {
    "064289": "しょうないまち", "104213": "なかのじょうまち", "112062": "ぎょうだし",
    "112119": "ほんじょうし", "112160": "はにゅうし", "124036": "くじゅうくりまち",
    "124435": "おんじゅくまち", "124630": "きょなんまち", "143839": "まなづるまち",
    "253847": "りゅうおうちょう", "272299": "しじょうなわてし", "294268": "こうりょうちょう",
    "332089": "そうじゃし", "335860": "しんじょうそん", "473260": "ちゃたんちょう",
}

# Names in kana that are foreign words, or whose o and u belong to two parts of the name.
NAME_FIXES = {
    "192082": "Minami-Alps",
}

# Seats that GeoNames has under another or a misspelt name, in the right prefecture (B).
PLACE_FIXES = {
    "272213": "Kashihara", "292125": "Ouda", "262099": "Nagaoka", "282219": "Sasayama",
}

# Towns whose spelling meets a place that is another one (B).
OTHER_PLACE = frozenset(["223441"])

# Cities whose name SimpleMaps gives to an urban area of several municipalities (B: the city of
# Fukuoka has 1.6 million people, that of Aomori 0.28 million). GeoNames' older count is nearer.
URBAN_AREAS = frozenset("福岡市 青森市".split())

# The villages of the Northern Territories: in the national list, without a local government.
NORTHERN_TERRITORIES = frozenset("色丹村 留夜別村 留別村 紗那村 蘂取村".split())
NORTHERN_TOMARI = "016969"

# (industry 0..1, port 0 or 1) of the bases of heavy industry and large ports (B). 1.0 is
# the scale of Kitakyushu and Yokohama.
INDUSTRY_AND_PORT = {
    "北九州市": (1.00, 1), "横浜市": (1.00, 1), "川崎市": (1.00, 1), "大阪市": (0.90, 1),
    "名古屋市": (0.90, 1), "神戸市": (0.85, 1), "堺市": (0.85, 1), "尼崎市": (0.75, 1),
    "千葉市": (0.75, 1), "市原市": (0.85, 1), "倉敷市": (0.90, 1), "四日市市": (0.90, 1),
    "大分市": (0.80, 1), "東海市": (0.75, 1), "君津市": (0.70, 1), "木更津市": (0.45, 1),
    "袖ケ浦市": (0.60, 1), "室蘭市": (0.65, 1), "苫小牧市": (0.60, 1), "釧路市": (0.45, 1),
    "福山市": (0.75, 1), "呉市": (0.70, 1), "大牟田市": (0.60, 1), "水俣市": (0.50, 1),
    "宇部市": (0.65, 1), "周南市": (0.75, 1), "下松市": (0.50, 1), "岩国市": (0.55, 1),
    "山陽小野田市": (0.50, 1), "防府市": (0.55, 1), "下関市": (0.50, 1), "新居浜市": (0.65, 1),
    "四国中央市": (0.60, 1), "今治市": (0.55, 1), "新潟市": (0.55, 1), "函館市": (0.35, 1),
    "福岡市": (0.50, 1), "広島市": (0.70, 1), "鹿児島市": (0.35, 1), "富山市": (0.60, 1),
    "高岡市": (0.55, 1), "射水市": (0.45, 1), "静岡市": (0.60, 1), "浜松市": (0.75, 0),
    "富士市": (0.70, 1), "豊田市": (0.90, 0), "豊橋市": (0.60, 1), "田原市": (0.60, 1),
    "刈谷市": (0.65, 0), "半田市": (0.45, 1), "知多市": (0.60, 1), "日立市": (0.70, 1),
    "ひたちなか市": (0.55, 1), "鹿嶋市": (0.75, 1), "神栖市": (0.75, 1), "いわき市": (0.55, 1),
    "八戸市": (0.60, 1), "釜石市": (0.50, 1), "石巻市": (0.45, 1), "仙台市": (0.45, 1),
    "秋田市": (0.40, 1), "酒田市": (0.40, 1), "姫路市": (0.80, 1), "加古川市": (0.65, 1),
    "高砂市": (0.60, 1), "高石市": (0.55, 1), "和歌山市": (0.65, 1), "海南市": (0.45, 1),
    "大竹市": (0.50, 1), "坂出市": (0.55, 1), "玉野市": (0.50, 1), "長崎市": (0.55, 1),
    "佐世保市": (0.50, 1), "延岡市": (0.50, 1), "横須賀市": (0.55, 1), "船橋市": (0.45, 1),
    "江東区": (0.45, 1), "大田区": (0.60, 1), "品川区": (0.40, 1), "港区": (0.35, 1),
}
