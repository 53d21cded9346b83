// The page that gives a village, or a part of it that is drawn, to a person: says how many houses an area has.
/* global L */
import { getJson } from "../core/http.js";
import { filled } from "../map/elements.js";
import { offerPolygon } from "../plates/polygon.js";
import { insideOf } from "../survey/inside.js";
import { colour, drawAreas, drawVillages } from "./shares.js";

const config = JSON.parse(document.getElementById("survey-map-config").textContent);
const choice = document.getElementById("id_village"); // none where an assignment is changed: its village stays
const { text } = config;
let found = { villages: [], areas: [], houses: [] };
let villages = [];
let map = null;

const chosen = () => config.village ?? choice?.value ?? "";

function said(corners) {
  const village = found.villages.find((one) => one.code === chosen());
  if (!village) return found.villages.length ? filled(text.pick, { corners: corners.length }) : "";
  const isInside = insideOf({ type: "Polygon", coordinates: [corners] });
  const count = found.houses.filter(([lng, lat, , , , code]) => code === village.code && isInside(lng, lat)).length;
  return filled(text.houses, { corners: corners.length, count, village: village.name });
}

function lookAtVillage() {
  const village = villages.find((one) => one.code === chosen());
  for (const one of villages) one.layer.setStyle({ weight: one === village ? 4 : 1.5, color: colour(one === village ? "--plate" : "--ink-2") });
  if (village) map.fitBounds(village.layer.getBounds(), { padding: [16, 16], animate: false });
}

function draw() {
  villages = drawVillages(map, found.villages);
  drawAreas(map, found.areas.filter((area) => area.id !== config.assignment), (area) => filled(text.area, area));
  const style = { radius: 3, stroke: true, weight: 1, color: colour("--ground"), fillColor: colour("--ink-2"), fillOpacity: 1, interactive: false };
  const renderer = L.canvas();
  for (const [lng, lat] of found.houses) L.circleMarker([lat, lng], { ...style, renderer }).addTo(map);
  if (!document.getElementById("polygon").value) lookAtVillage();
}

async function begun(made) {
  map = made;
  map.options.zoomSnap = 0.25; // so that a village fills the map
  try {
    found = await getJson(config.features);
  } catch (error) {
    document.getElementById("polygon-told").textContent = text.failed;
    throw error;
  }
  draw();
  drawAgain();
  document.getElementById("polygon-map").dataset.houses = found.houses.length;
}

const drawAgain = offerPolygon(config, () => {}, { begun, said, names: ["units", "streets"] });
choice?.addEventListener("change", () => {
  if (map) lookAtVillage();
  drawAgain();
});
