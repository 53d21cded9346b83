// The map page: brings its parts together once django-leaflet has made the map.
import { Adding } from "./adding.js";
import { byId, filled } from "./elements.js";
import { House } from "./house.js";
import { MapLayers } from "./layers.js";
import { Notices } from "./notices.js";
import { formatHash, houseOf, keep, parseHash } from "./place.js";
import { Search } from "./search.js";
import { offerPosition } from "./standing.js";
import { lookAtTheStart, setUpControls } from "./view.js";

const config = JSON.parse(byId("map-config").textContent);
const { text } = config;

const panel = byId("panel");
const handle = byId("panel-handle");

function setOpen(open) {
  panel.classList.toggle("open", open);
  handle.setAttribute("aria-expanded", String(open));
  handle.textContent = open ? text.lessPanel : text.morePanel;
}

// One part at a time under the search box: the house, the form, or (null) the start.
function showOnly(part) {
  for (const each of document.querySelectorAll("#panel [data-part]")) {
    each.hidden = part ? each !== part : each.dataset.part !== "start";
  }
  if (part) setOpen(true);
  panel.scrollTop = 0;
}

function start(map) {
  const notices = new Notices(text);
  let layers = null;
  const page = { map, config, text, notices, showOnly, bringInView, collapse: () => setOpen(false) };

  setUpControls(map, text);
  lookAtTheStart(map, config.bounds, 20);
  layers = page.layers = new MapLayers(map, config, (what, value) => {
    if (what === "loading") {
      notices.loading(value);
      document.documentElement.dataset.map = value ? "loading" : "drawn";
      if (value === 0) tellOfHidden();
    } else {
      notices.show("failed", notices.sentence(value), { label: text.again, run: again });
    }
  });
  const house = new House(page);
  const adding = new Adding(page, house);
  new Search({
    url: config.urls.search, text, notices, expand: () => setOpen(true),
    choose: (code) => house.open(code, { fly: true }),
  });
  offerPosition(page);

  // Moves the map so that a place lies in the middle of what the sheet of a phone leaves free.
  function bringInView(latlng, closest = 0) {
    const zoom = Math.max(map.getZoom(), closest);
    const covered = Math.max(0, map.getContainer().getBoundingClientRect().bottom - panel.getBoundingClientRect().top);
    const isSheet = getComputedStyle(panel).position === "absolute";
    const point = map.project(latlng, zoom).add([0, isSheet ? covered / 2 : 0]);
    const inView = map.getBounds().pad(-0.1).contains(latlng) && zoom === map.getZoom();
    if (!inView || isSheet) map.setView(map.unproject(point, zoom), zoom);
  }

  function again() {
    notices.clear("failed");
    layers.refresh();
  }

  function tellOfHidden() {
    const hidden = layers?.hidden() ?? 0;
    if (hidden) notices.show("hidden", filled(text.partly, { count: hidden.toLocaleString(config.language) }));
    else notices.clear("hidden");
  }

  function take(latlng) {
    if (adding.active) {
      adding.choose(latlng);
      return;
    }
    const found = layers.at(latlng);
    if (found?.code) house.open(found.code);
    else if (found?.grid) map.setView(latlng, map.getZoom() + 2);
    else if (house.summary && !house.pin) house.close();
  }

  map.on("click", ({ latlng }) => take(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (adding.active) adding.stop();
      else if (house.pin) house.stopMoving();
    } else if (event.key === "Enter" && event.target === map.getContainer()) {
      take(map.getCenter());
    }
  });
  map.on("moveend", () => {
    keep({ hash: formatHash(map.getZoom(), map.getCenter()) });
    tellOfHidden();
  });
  handle.addEventListener("click", () => setOpen(!panel.classList.contains("open")));
  addEventListener("offline", () => notices.show("failed", text.offline));
  addEventListener("online", again);
  addEventListener("hashchange", () => {
    const place = parseHash(location.hash);
    if (place) map.setView([place.lat, place.lng], place.zoom);
  });

  const code = houseOf(location.search);
  if (code) house.open(code, { fly: !parseHash(location.hash), focus: false });
}

addEventListener("map:init", (event) => start(event.detail.map), { once: true });
