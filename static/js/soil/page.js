// The soil map: brings its parts together once django-leaflet has made the map. All that is chosen is one state, which
// the address keeps; whatever changes it calls `change`, and everything is shown from it.
/* global L */
import { byId } from "../map/elements.js";
import { Notices } from "../map/notices.js";
import { formatHash, parseHash } from "../map/place.js";
import { offerPosition } from "../map/standing.js";
import { lookAtTheStart, setUpControls } from "../map/view.js";
import { choose } from "./choice.js";
import { Compare } from "./compare.js";
import { Controls } from "./controls.js";
import { Here } from "./here.js";
import { Legend } from "./legend.js";
import { SoilLayers } from "./map_layers.js";
import { read, write } from "./state.js";

const config = JSON.parse(byId("map-config").textContent);
const catalogue = JSON.parse(byId("soil-catalogue").textContent);
const { text } = config;

const panel = byId("panel");
const handle = byId("panel-handle");

function setOpen(open) {
  panel.classList.toggle("open", open);
  handle.setAttribute("aria-expanded", String(open));
  handle.textContent = open ? text.lessPanel : text.morePanel;
}

// What is here, or (null) what can be chosen.
function showOnly(part) {
  for (const each of document.querySelectorAll("#panel [data-part]")) {
    each.hidden = part ? each !== part : each.dataset.part !== "start";
  }
  panel.classList.toggle("answers", Boolean(part));
  if (part) setOpen(true);
  panel.scrollTop = 0;
}

// Pixels of the map that the sheet of a phone lies on; none at a desk.
function covered() {
  if (getComputedStyle(panel).position !== "absolute") return 0;
  return Math.max(0, panel.parentElement.getBoundingClientRect().bottom - panel.getBoundingClientRect().top);
}

function start(map) {
  let state = read(location.search);
  if (catalogue.commune) state.commune = catalogue.commune.code;
  const notices = new Notices(text);
  const legend = new Legend(text, config.language);

  setUpControls(map, text);
  lookAtTheStart(map, config.bounds, 20);
  if (!parseHash(location.hash)) map.fitBounds(config.bounds, { padding: [12, 12], paddingBottomRight: [12, covered() + 12] });
  const layers = new SoilLayers(map, config, (what, value) => {
    if (what === "loading") {
      notices.loading(value);
      document.documentElement.dataset.map = value ? "loading" : "drawn";
    } else {
      notices.show("failed", notices.sentence(value), { label: text.again, run: again });
    }
  });
  const page = { map, config, catalogue, text, notices, legend, layers, change, showOnly, bringInView };
  const controls = new Controls(page);
  const compare = new Compare(page);
  const here = new Here(page);

  // `patch.layers` names layers with what is different about them.
  function change(patch) {
    const parts = { ...state.layers };
    for (const [name, part] of Object.entries(patch.layers ?? {})) parts[name] = { ...parts[name], ...part };
    state = { ...state, ...patch, layers: parts };
    show();
  }

  function show() {
    const chosen = choose(catalogue, state);
    here.show(chosen, state);
    legend.showLayer(chosen.layer, chosen.other);
    legend.showMap(state.layers.units.on ? chosen.map : null);
    controls.show(chosen, state);
    compare.show(chosen, state);
    layers.show(chosen, compare.isDifference ? withoutSurface(state.layers) : state.layers, compare.isSwiped);
    keep();
  }

  // Without a new entry in the history: going back should leave the map, not retrace it.
  function keep() {
    history.replaceState(null, "", location.pathname + write(state) + formatHash(map.getZoom(), map.getCenter()));
    for (const field of document.querySelectorAll("input[name=next]")) field.value = location.pathname + location.search;
  }

  // Moves a place that the sheet of a phone would cover, or that lies at the edge, to the middle of what is left free.
  function bringInView(latlng) {
    const below = covered();
    const free = map.getSize().subtract([0, below]);
    const at = map.latLngToContainerPoint(latlng);
    const margin = Math.min(free.x, free.y) / 6;
    const isSeen = at.x > margin && at.x < free.x - margin && at.y > margin && at.y < free.y - margin;
    if (!isSeen) map.panBy(at.subtract(free.divideBy(2)));
  }

  function again() {
    notices.clear("failed");
    layers.repaint();
    show(); // what was asked for in vain is asked for again
  }

  map.on("click", ({ latlng }) => here.open(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.target !== map.getContainer()) return;
    if (event.key === "Enter") here.open(map.getCenter());
    else if (event.key === "Escape" && here.at) here.close();
  });
  map.on("moveend", keep);
  handle.addEventListener("click", () => {
    const before = covered();
    setOpen(!panel.classList.contains("open"));
    map.panBy([0, Math.round((covered() - before) / 2)]); // what was in the middle stays in the middle of what is free
  });
  offerPosition({ map, notices, text, found: (latlng, accuracy) => here.open(latlng, { accuracy }) });
  addEventListener("offline", () => notices.show("failed", text.offline));
  addEventListener("online", again);
  addEventListener("hashchange", () => {
    const place = parseHash(location.hash);
    if (place) map.setView([place.lat, place.lng], place.zoom);
  });

  if (state.at) here.open(L.latLng(state.at.lat, state.at.lng), { focus: false });
  else show();
}

// Over a picture of differences the classes of one campaign, and points in their colours, would be read as changes.
function withoutSurface(layers) {
  const off = (layer) => ({ ...layer, on: false });
  return { ...layers, value: off(layers.value), zones: off(layers.zones), deviation: off(layers.deviation), points: off(layers.points) };
}

addEventListener("map:init", (event) => start(event.detail.map), { once: true });
