// The map of a round: villages by the share that is done, areas with who walks them, houses by the state of their visit.
/* global L */
import { NetworkError, Refused, getJson } from "../core/http.js";
import { element, filled } from "../map/elements.js";
import { setUpControls } from "../map/view.js";
import { Ground } from "../streets/ground.js";
import { colour, drawAreas, drawVillages } from "./shares.js";

const config = JSON.parse(document.getElementById("survey-map-config").textContent);
const box = document.getElementById("survey-map");
const told = document.getElementById("survey-map-told");
const { text } = config;
const RADIUS = [[17, 8], [16, 6], [15, 5], [13, 2.5], [0, 1.5]];
const ALL_FROM = 15; // from farther away houses that wait to be visited would cover the colours of the villages
const order = ["todo", "approved", "received", "rejected", "returned"]; // what needs somebody lies on top

// What is to be looked at again has a rim besides its colour.
function look(state) {
  const fills = { todo: "--ground", approved: "--done", received: "--plate", returned: "--warm", rejected: "--ground" };
  const rims = { todo: ["--ink-2", 1], approved: ["--ground", 1], received: ["--ground", 1], returned: ["--ink", 1.5], rejected: ["--refused", 3] };
  const [rim, weight] = rims[state];
  return { fillColor: colour(fills[state]), fillOpacity: 1, color: colour(rim), weight };
}

function words([, , state, address, visit]) {
  const parts = [element("strong", {}, address || text.noNumber), element("br"), config.states[state]];
  if (visit) parts.push(element("br"), element("a", { href: config.visit.replace(config.visitPlaceholder, visit) }, text.open));
  return element("div", {}, ...parts);
}

function begin(found) {
  // One canvas for all: of many, the topmost would take every click.
  const map = L.map(box, { attributionControl: Boolean(config.baseMap), renderer: L.canvas({ tolerance: 4 }), zoomSnap: 0.25, scrollWheelZoom: false });
  setUpControls(map, text);
  map.setMinZoom(6).setMaxZoom(20);
  map.fitBounds(config.bounds, { padding: [16, 16], maxZoom: 17, animate: false });
  new Ground(map, config, (what, value) => {
    if (what === "loading") box.dataset.map = value ? "loading" : "drawn";
  }, ["units", "streets"]);
  const number = (count) => count.toLocaleString(config.language);
  const villages = drawVillages(map, found.villages, ({ name, done, houses, share }) =>
    filled(text.village, { village: name, done: number(done), of: number(houses), share }));
  const whole = L.featureGroup(villages.map(({ layer }) => layer)).getBounds();
  if (whole.isValid()) map.fitBounds(whole, { padding: [24, 24], animate: false });
  drawAreas(map, found.areas, (area) => filled(text.area, area));
  const radius = () => RADIUS.find(([from]) => map.getZoom() >= from)[1];
  const houses = [...found.houses].sort((one, other) => order.indexOf(one[2]) - order.indexOf(other[2]));
  const groups = { todo: L.layerGroup(), visited: L.layerGroup().addTo(map) };
  const dots = houses.map((house) =>
    L.circleMarker([house[1], house[0]], { radius: radius(), ...look(house[2]) }).bindPopup(() => words(house))
      .addTo(house[2] === "todo" ? groups.todo : groups.visited));
  const fit = () => {
    dots.forEach((dot) => dot.setRadius(radius()));
    const isNear = map.getZoom() >= ALL_FROM;
    if (isNear !== map.hasLayer(groups.todo)) {
      if (isNear) groups.todo.addTo(map).eachLayer((dot) => dot.bringToBack());
      else groups.todo.remove();
    }
    box.dataset.todo = isNear ? groups.todo.getLayers().length : 0;
  };
  map.on("zoomend", fit);
  fit();
  if (found.is_cut) told.textContent = filled(text.partly, { count: number(found.houses.length) });
  box.survey = map;
  box.dataset.houses = dots.length;
}

try {
  begin(await getJson(config.features));
} catch (error) {
  if (!(error instanceof NetworkError || error instanceof Refused)) throw error;
  told.textContent = text.failed;
  box.hidden = true;
}
