// The legend: what the colours of a layer mean, how much land each covers, and where the limits come from.
import { byId, element, filled } from "../map/elements.js";

export class Legend {
  constructor(text, language) {
    this.text = text;
    this.number = (value, decimals) =>
      value.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    this.limit = (value) => value.toLocaleString(language, { maximumFractionDigits: 3 });
  }

  // A coloured square; the colour is the scheme's own and cannot stand in a stylesheet.
  swatch(colour) {
    const made = element("span", { class: "colour", "aria-hidden": "true" });
    made.style.backgroundColor = colour;
    return made;
  }

  // `other`: the layer of the campaign that this one is compared with, and that campaign; its land stands below.
  showLayer(layer, other = null) {
    const { text } = this;
    const short = byId("short-legend");
    const part = byId("class-legend");
    part.hidden = !layer?.scheme;
    short.hidden = !layer;
    byId("why-no-surface").hidden = !layer || Boolean(layer.surface);
    if (!layer) return;
    byId("why-no-surface").textContent = layer.refusal || text.noSurface;
    short.replaceChildren(...this.short(layer));
    if (!layer.scheme) return;
    const { scheme, surface } = layer;
    const about = [layer.unit, layer.method_name, `${layer.depth.join("–")} cm`].filter(Boolean).join(" · ");
    byId("legend-title").replaceChildren(layer.property_name, element("small", {}, about));
    const total = land(scheme.classes);
    const others = other?.layer.scheme?.id === scheme.id ? other.layer.scheme.classes : [];
    this.bar(byId("class-bar"), scheme.classes, total);
    byId("classes").replaceChildren(
      ...[...scheme.classes].reverse().map((each) =>
        this.row(this.swatch(each.colour), each.label, this.range(each), this.areas(each, total, others, other)),
      ),
    );
    byId("scheme").replaceChildren(
      scheme.is_draft ? element("span", { class: "tag warn" }, text.draft) : "",
      ` ${filled(text.schemeIs, { name: scheme.name })} `,
      element("cite", {}, scheme.citation),
    );
    byId("surface-facts").replaceChildren(...(surface ? this.facts(layer) : [filled(text.samplesOnly, { n: layer.samples })]));
  }

  row(swatch, label, range, area) {
    return element(
      "li",
      {},
      swatch,
      element("span", { class: "class-label" }, label),
      element("span", { class: "class-range" }, range),
      area ? element("span", { class: "class-area" }, ...[area].flat()) : null,
    );
  }

  // "≥ 6", "4,3 – 6", "< 1": the lower limit belongs to its class.
  range({ from, to }) {
    if (from === null && to === null) return "";
    if (from === null) return `< ${this.limit(to)}`;
    if (to === null) return `≥ ${this.limit(from)}`;
    return `${this.limit(from)} – ${this.limit(to)}`;
  }

  areas(each, total, others, other) {
    const now = this.area(each.area_ha, total);
    const then = this.area(others.find(({ rank }) => rank === each.rank)?.area_ha, land(others));
    return then ? [now, element("small", {}, `${other.campaign.started_on.slice(0, 4)}: ${then}`)] : now && [now];
  }

  area(area, total) {
    if (area === null || area === undefined || !total) return null;
    const share = (100 * area) / total;
    return `${this.number(area, 1)} ha · ${share > 0 && share < 1 ? "< 1" : this.number(share, 0)} %`;
  }

  // Colours that run into each other, with what their ends and middle mean.
  ramp(colours, ends) {
    const bar = element("span", { class: "ramp", "aria-hidden": "true" });
    bar.style.backgroundImage = `linear-gradient(to right, ${colours.join(", ")})`;
    return element("span", { class: "ramp-legend" }, bar, ...ends.map((end) => element("span", {}, end)));
  }

  // Each class as wide as its land; without a surface all alike.
  bar(place, classes, total) {
    const shown = total ? classes.filter((each) => each.area_ha) : classes;
    place.replaceChildren(
      ...shown.map((each) => {
        const part = element("span");
        part.style.backgroundColor = each.colour;
        part.style.flexGrow = total ? (each.area_ha ?? 0) : 1;
        return part;
      }),
    );
  }

  // One line for a phone whose sheet is folded: the bar, and the outermost classes by name.
  short(layer) {
    if (!layer.scheme) return [element("span", {}, `${layer.property_name} ${layer.unit ?? ""}`)];
    const { classes } = layer.scheme;
    const bar = element("span", { class: "class-bar" });
    this.bar(bar, classes, 0);
    return [element("span", {}, classes[0].label), bar, element("span", {}, classes.at(-1).label)];
  }

  facts({ surface, samples, unit, decimals }) {
    const { text } = this;
    const said = [filled(text.samples, { n: samples })];
    if (surface.rmse !== null && surface.rmse !== undefined) {
      said.push(filled(text.rmse, { value: `${this.number(surface.rmse, Math.max(decimals, 1))}${unit ? ` ${unit}` : ""}` }));
    }
    if (typeof surface.explained === "number") said.push(filled(text.explained, { percent: this.number(100 * surface.explained, 0) }));
    if (surface.is_stale) said.push(text.stale);
    if (surface.lacks_zones) said.push(text.lacksZones);
    return [`${said.join("; ")}. `, surface.page ? element("a", { href: surface.page }, text.surfacePage) : ""];
  }

  showMap(map) {
    byId("unit-legend").hidden = !map;
    if (!map) return;
    byId("map-source").textContent = [map.title, map.legend, map.edition].filter(Boolean).join(" · ");
    byId("symbols").replaceChildren(
      ...map.symbols.map(({ symbol, colour, soil, area_ha: area }) =>
        this.row(this.swatch(colour), symbol, soil, `${this.number(area, 1)} ha`),
      ),
    );
  }
}

// Hectares of all classes together.
function land(classes) {
  return classes.reduce((sum, { area_ha: area }) => sum + (area ?? 0), 0);
}
