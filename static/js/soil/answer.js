// What the server knows of the soil at a place, as parts of the page: value, nearest sample, soil unit, other properties.
import { element, filled } from "../map/elements.js";
import { classOf, depthOf } from "./choice.js";
import { ruler } from "./ruler.js";

const KILOMETRE = 1000;

export class Answer {
  // `page` has config, text and legend.
  constructor({ config, text, legend }) {
    Object.assign(this, { config, text, legend });
  }

  all(found, { layer, campaign }) {
    return [
      layer ? this.value(found, layer, campaign) : null,
      found.nearest ? this.nearest(found.nearest) : null,
      found.soil ? this.soil(found.soil) : null,
      found.others.length > 0 ? this.others(found.others, layer) : null,
    ].filter(Boolean);
  }

  value(found, layer, campaign) {
    const { text } = this;
    const { estimate, class: its } = found;
    const title = element("h3", {}, `${layer.property_name}, ${depthOf(layer).replace("-", "–")} cm`);
    const by = element("p", { class: "hint" }, `${campaign.name} · ${layer.method_name}`);
    const part = (...children) => element("section", { class: "here-value" }, title, ...children, by);
    if (!estimate) return part(element("p", { class: "notice" }, found.why_not || text.noSurface));
    const { value: shown, low, high } = estimate.figures; // with as many digits as tell their classes
    // "5,4 ± 0,6 mg/100 g": the server's words, the value of them large.
    const rest = estimate.text.startsWith(shown) ? estimate.text.slice(shown.length).trim() : estimate.unit;
    const isUnsure = layer.scheme && classOf(layer.scheme, estimate.low) !== classOf(layer.scheme, estimate.high);
    const said = filled(text.rulerLabel, { value: `${shown} ${estimate.unit}`.trim(), low, high, name: its?.label ?? "" });
    return part(
      element(
        "p",
        { class: "big-value" },
        element("strong", {}, shown),
        element("span", { class: "unit" }, rest),
        its ? this.classTag(its) : null,
      ),
      layer.scheme ? this.ruler(estimate, layer, said) : null,
      element("p", { class: "interval-words" }, filled(text.interval, { low, high, unit: estimate.unit })),
      isUnsure ? element("p", { class: "hint" }, text.classUnsure) : null,
      its ? this.source(its) : null,
    );
  }

  ruler({ value, low, high }, { scheme, decimals }, label) {
    return ruler({ scheme, value, low, high, decimals, language: this.config.language, label });
  }

  source({ scheme, citation, is_draft: isDraft }) {
    return element(
      "p",
      { class: "hint soil-source" },
      isDraft ? element("span", { class: "tag warn" }, this.text.draft) : null,
      ` ${filled(this.text.schemeIs, { name: scheme })} `,
      element("cite", {}, citation),
    );
  }

  classTag({ label, colour, is_draft: isDraft }) {
    const draft = isDraft ? element("small", {}, `(${this.text.draft})`) : null;
    return element("span", { class: "class-tag" }, this.legend.swatch(colour), element("span", {}, label, draft ? " " : "", draft));
  }

  nearest({ metres, text: value, sampled_on: day, url }) {
    const { text } = this;
    const distance = metres < KILOMETRE ? `${Math.round(metres)} m` : `${this.legend.number(metres / KILOMETRE, 1)} km`;
    const date = day ? ` (${new Date(day).toLocaleDateString(this.config.language, { timeZone: "UTC" })})` : "";
    const said = value ? filled(text.nearest, { distance, value }) : filled(text.nearestPrivate, { distance });
    return element("p", { class: "nearest" }, said, date, " ", url ? element("a", { href: url }, text.openSample) : "");
  }

  soil({ symbol, area_ha: area, components, map }) {
    const { text, legend } = this;
    const bar = element("div", { class: "parts-bar", "aria-hidden": "true" });
    const rows = components.map(({ name, percent, wrb }, index) => {
      const part = element("span", { class: `part-${index % 4}` });
      part.style.flexGrow = percent;
      bar.append(part);
      return element(
        "li",
        {},
        element("span", { class: `colour part-${index % 4}`, "aria-hidden": "true" }),
        element("span", {}, name, wrb ? element("small", {}, ` ${wrb}`) : null),
        element("span", { class: "class-area" }, `${legend.number(percent, 0)} %`),
      );
    });
    const source = [map.title, map.legend, map.edition].filter(Boolean).join(", ");
    return element(
      "section",
      {},
      element("h3", {}, text.soilUnit, " ", element("span", { class: "symbol" }, symbol)),
      bar,
      element("ul", { class: "classes parts" }, ...rows),
      element("p", { class: "hint soil-source" }, `${filled(text.unitArea, { area: legend.number(area, 1) })} · ${source}`),
    );
  }

  others(others, layer) {
    const rows = others.map(({ property_name: property, method_name: method, depth, text, class: found }) =>
      element(
        "li",
        {},
        element("strong", {}, property),
        element("span", { class: "class-area" }, text),
        element("small", {}, method, `${depth}` === `${layer.depth}` ? "" : `, ${depth.join("–")} cm`),
        found ? this.classTag(found) : null,
      ),
    );
    return element("section", {}, element("h3", {}, this.text.others), element("ul", { class: "classes here-others" }, ...rows));
  }
}
