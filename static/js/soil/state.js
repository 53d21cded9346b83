// What the soil map shows, as the address of the page keeps it, so that it can be sent, kept and printed. Pure.
// Whatever is as it would be anyway stays out of the address.

// Layers from below to above: how dense each is drawn (percent) and whether it is there without being asked for.
export const LAYERS = {
  units: { opacity: 55, on: false },
  value: { opacity: 80, on: false },
  zones: { opacity: 75, on: true },
  deviation: { opacity: 70, on: false },
  points: { opacity: 100, on: true },
};
export const COMPARE = ["swipe", "difference"];
const MIDDLE = 50;

export function read(search) {
  const asked = new URLSearchParams(search);
  const text = (name) => asked.get(name) || null;
  const compare = text("compare");
  return {
    commune: text("commune"),
    map: text("map"),
    campaign: text("campaign"),
    method: text("method"),
    depth: text("depth"),
    layers: readLayers(text("show")),
    other: text("other"),
    compare: COMPARE.includes(compare) ? compare : COMPARE[0],
    split: within(asked.get("split"), 0, 100, MIDDLE),
    at: readPlace(text("at")),
    crop: text("crop"),
    target: within(asked.get("target"), 0, 100, null),
    zeroK: within(asked.get("zero_k"), 0, 100, null),
  };
}

export function write(state) {
  const said = new URLSearchParams();
  const say = (name, value) => value !== null && value !== undefined && value !== "" && said.set(name, value);
  say("commune", state.commune);
  say("map", state.map);
  say("campaign", state.campaign);
  say("method", state.method);
  say("depth", state.depth);
  const shown = writeLayers(state.layers);
  if (shown !== writeLayers(readLayers(null))) said.set("show", shown);
  if (state.other) {
    say("other", state.other);
    say("compare", state.compare === COMPARE[0] ? null : state.compare);
    say("split", state.compare === COMPARE[0] && state.split !== MIDDLE ? state.split : null);
  }
  if (state.at) said.set("at", `${state.at.lng.toFixed(5)},${state.at.lat.toFixed(5)}`);
  say("crop", state.crop);
  say("target", state.crop ? state.target : null);
  say("zero_k", state.crop ? state.zeroK : null);
  const query = said.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return query ? `?${query}` : "";
}

// "zones:60,points" → each layer with on and opacity; null gives what is shown without being asked for.
function readLayers(text) {
  const named = new Map((text ?? "").split(",").map((part) => part.split(":")));
  return Object.fromEntries(
    Object.entries(LAYERS).map(([name, usual]) => [
      name,
      {
        on: text === null ? usual.on : named.has(name),
        opacity: within(named.get(name), 5, 100, usual.opacity),
      },
    ]),
  );
}

function writeLayers(layers) {
  const shown = Object.entries(layers).filter(([, layer]) => layer.on);
  const said = shown.map(([name, { opacity }]) => (opacity === LAYERS[name].opacity ? name : `${name}:${opacity}`));
  return said.join(",") || "none";
}

function readPlace(text) {
  const match = /^(-?\d{1,3}(?:\.\d+)?),(-?\d{1,2}(?:\.\d+)?)$/.exec(text ?? "");
  if (!match) return null;
  const [lng, lat] = match.slice(1).map(Number);
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 85 ? { lng, lat } : null;
}

function within(text, least, most, otherwise) {
  if (text === null || text === undefined || text === "") return otherwise;
  const number = Number(text);
  return number >= least && number <= most ? number : otherwise;
}
