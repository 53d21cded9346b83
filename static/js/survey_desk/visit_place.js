// The place of a visit beside what stands around it: where it was measured, where somebody dragged it, where the register
// has the house.
/* global L */
import { element } from "../map/elements.js";
import { setUpControls } from "../map/view.js";
import { Ground } from "../streets/ground.js";
import { colour } from "./shares.js";

const config = JSON.parse(document.getElementById("visit-map-config").textContent);
const box = document.getElementById("visit-map");
const { text, place } = config;
const LEAST_M = 25; // so much is seen around the place at least

// Names are text: Leaflet would read a string as HTML.
const said = (words) => element("span", {}, words);
const at = ([lng, lat]) => [lat, lng];
const dot = (where, style) => L.circleMarker(at(where), { weight: 2, fillOpacity: 1, ...style });

function drawNeighbours(map) {
  for (const [lng, lat, address, isNew] of place.neighbours) {
    dot([lng, lat], { radius: 5, weight: 1.5, color: colour("--ink-2"), fillColor: colour("--ground"), dashArray: isNew ? "2 2" : null })
      .bindTooltip(said(address || text.noNumber), { permanent: true, direction: "top", offset: [0, -4], className: "survey-beside" })
      .addTo(map);
  }
}

function drawPlace(map) {
  const { pin, measured, register, accuracy } = place;
  const stood = measured ?? pin;
  if (accuracy) L.circle(at(stood), { radius: accuracy, color: colour("--plate"), weight: 1, fillOpacity: 0.08, interactive: false }).addTo(map);
  if (register) {
    L.polyline([at(register), at(pin)], { color: colour("--ink"), weight: 1.5, dashArray: "2 4", interactive: false }).addTo(map);
    const icon = L.divIcon({ className: "survey-register-point", iconSize: [24, 24] });
    L.marker(at(register), { icon, keyboard: false }).bindTooltip(said(text.register)).addTo(map);
  }
  if (measured) {
    L.polyline([at(measured), at(pin)], { color: colour("--plate"), weight: 2, interactive: false }).addTo(map);
    dot(measured, { radius: 7, color: colour("--plate"), weight: 3, fillColor: colour("--ground") }).bindTooltip(said(text.measured)).addTo(map);
  }
  dot(pin, { radius: 8, color: colour("--ground"), fillColor: colour("--plate") }).bindTooltip(said(text.pin)).addTo(map);
}

const map = L.map(box, { attributionControl: Boolean(config.baseMap), zoomSnap: 0.25, scrollWheelZoom: false });
setUpControls(map, text);
map.setMinZoom(6).setMaxZoom(20);
const seen = [place.pin, place.measured, place.register].filter(Boolean).map(at);
const bounds = seen.reduce((all, one) => all.extend(L.latLng(one).toBounds(2 * LEAST_M)), L.latLngBounds(seen));
map.fitBounds(bounds, { padding: [8, 8], animate: false });
new Ground(map, config, (what, value) => {
  if (what === "loading") box.dataset.map = value ? "loading" : "drawn";
  if (what === "failed") document.getElementById("visit-map-told").textContent = text.failed;
}, ["units", "streets"]);
drawNeighbours(map);
drawPlace(map);
box.visit = map;
box.dataset.points = seen.length;
box.dataset.neighbours = place.neighbours.length;
