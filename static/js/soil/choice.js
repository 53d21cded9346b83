// What of the catalogue is meant by a state: the campaign, its layer, the soil map, what can be compared. Pure.

export const depthOf = (layer) => layer.depth.join("-");

// Where the state names what is not there, the next best is taken: an old address still shows something.
export function choose(catalogue, state) {
  const campaign =
    catalogue.campaigns.find(({ id }) => id === state.campaign) ??
    catalogue.campaigns.find(({ layers }) => layers.some((layer) => layer.surface)) ??
    catalogue.campaigns.find(({ layers }) => layers.length > 0) ??
    catalogue.campaigns[0] ??
    null;
  const layers = campaign?.layers ?? [];
  const ofMethod = layers.filter(({ method }) => method === state.method);
  const layer =
    ofMethod.find((each) => depthOf(each) === state.depth) ??
    ofMethod[0] ??
    layers.find((each) => each.surface) ??
    layers[0] ??
    null;
  const map = catalogue.maps.find(({ id }) => id === state.map) ?? catalogue.maps[0] ?? null;
  const others = layer ? comparable(catalogue, campaign, layer) : [];
  const other = others.find((each) => each.campaign.id === state.other) ?? null;
  return { campaign, layer, map, others, other };
}

// Other campaigns that measured the same by the same method at the same depth; of anything else no difference means much.
function comparable(catalogue, campaign, layer) {
  const found = [];
  for (const each of catalogue.campaigns) {
    if (each.id === campaign.id) continue;
    const same = each.layers.find(({ method, depth }) => method === layer.method && `${depth}` === `${layer.depth}`);
    if (same) found.push({ campaign: each, layer: same });
  }
  return found;
}

// One entry for each method of a campaign; the depth is chosen beside it.
export function methodsOf(campaign) {
  const found = new Map();
  for (const layer of campaign?.layers ?? []) if (!found.has(layer.method)) found.set(layer.method, layer);
  const properties = [...found.values()].map(({ property }) => property);
  return [...found.values()].map((layer) => ({
    key: layer.method,
    name: layer.property_name,
    method: layer.method_name,
    isAlone: properties.filter((property) => property === layer.property).length === 1,
  }));
}

export function depthsOf(campaign, method) {
  return (campaign?.layers ?? []).filter((layer) => layer.method === method).map(depthOf);
}

// The class of a value: the last whose lower limit it reaches.
export function classOf(scheme, value) {
  if (!scheme || value === null || value === undefined) return null;
  let found = null;
  for (const each of scheme.classes) if (each.from === null || value >= each.from) found = each;
  return found;
}

// The older campaign first: the difference is what has changed since.
export function inTime({ campaign, layer, other }) {
  const pair = [{ campaign, layer }, other];
  return pair.sort((a, b) => (a.campaign.started_on < b.campaign.started_on ? -1 : 1));
}
