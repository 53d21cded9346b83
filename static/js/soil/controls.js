// What can be chosen beside the map: property, campaign, depth, layers and how dense they are.
import { byId, element, filled } from "../map/elements.js";
import { depthOf, depthsOf, methodsOf } from "./choice.js";
import { LAYERS } from "./state.js";

export class Controls {
  // `change(patch)` takes what of the state is now different.
  constructor({ catalogue, text, legend, change }) {
    Object.assign(this, { catalogue, text, legend, change });
    byId("campaign").append(...catalogue.campaigns.map(({ id, name }) => element("option", { value: id }, name)));
    byId("campaign").addEventListener("change", ({ target }) => change({ campaign: target.value, other: null }));
    byId("depth").addEventListener("change", ({ target }) => change({ depth: target.value }));
    byId("commune")?.addEventListener("change", ({ target }) => target.form.requestSubmit());
  }

  show(chosen, state) {
    const { campaign, layer, map } = chosen;
    byId("choices").hidden = !campaign;
    byId("map-keys").hidden = !campaign && !map;
    if (!campaign && !map) byId("tap-hint").hidden = true;
    this.properties(campaign, layer);
    if (campaign) {
      byId("campaign").value = campaign.id;
      byId("invented").hidden = !campaign.is_invented;
      byId("unpublished").hidden = campaign.is_published;
      const depths = layer ? depthsOf(campaign, layer.method) : [];
      byId("depth").replaceChildren(...depths.map((depth) => element("option", { value: depth }, `${depth.replace("-", "–")} cm`)));
      byId("depth").value = layer ? depthOf(layer) : "";
      byId("depth-field").hidden = depths.length < 2;
    } else if (map) {
      byId("invented").hidden = !map.is_invented;
    }
    this.layerRows(chosen, state.layers);
  }

  properties(campaign, layer) {
    const place = byId("properties");
    const methods = methodsOf(campaign);
    place.hidden = methods.length === 0;
    const key = JSON.stringify(methods);
    if (key !== this.drawn) {
      this.drawn = key;
      place.replaceChildren(...methods.map((each) => this.chip(each)));
    }
    for (const input of place.querySelectorAll("input")) {
      input.checked = input.value === layer?.method;
      if (input.checked && input !== document.activeElement) input.parentElement.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    }
  }

  chip({ key, name, method, isAlone }) {
    const input = element("input", { type: "radio", name: "method", value: key });
    input.addEventListener("change", () => this.change({ method: key }));
    return element("label", { class: "chip" }, input, element("span", {}, name, isAlone ? null : element("small", {}, ` ${method}`)));
  }

  layerRows({ layer, map }, layers) {
    const able = {
      zones: Boolean(layer?.surface && layer.scheme),
      points: Boolean(layer),
      value: Boolean(layer?.surface?.value_url),
      deviation: Boolean(layer?.surface?.deviation_url),
      units: Boolean(map),
    };
    byId("layers").hidden = !Object.values(able).includes(true);
    this.rows ??= this.makeRows();
    for (const [name, row] of Object.entries(this.rows)) {
      const { on, opacity } = layers[name];
      row.whole.hidden = !able[name];
      row.box.checked = on;
      row.opacity.value = opacity;
      row.opacity.hidden = !on;
    }
    this.valueKey(layer);
  }

  // What the colours of the interpolated values mean; they run from the lowest to the highest of this layer.
  valueKey(layer) {
    const { ramp, low, high } = layer?.surface ?? {};
    const isKnown = ramp && typeof low === "number" && typeof high === "number";
    const ends = isKnown ? [low, high].map((value) => this.legend.number(value, layer.decimals)) : [];
    this.rows.value.key.replaceChildren(...(isKnown ? [this.legend.ramp(ramp, [ends[0], `${ends[1]} ${layer.unit}`.trim()])] : []));
  }

  makeRows() {
    const { text } = this;
    const rows = {};
    for (const name of ["zones", "points", "value", "deviation", "units"]) {
      const box = element("input", { type: "checkbox" });
      const label = text.layers[name];
      const said = filled(text.opacityOf, { layer: label });
      const opacity = element("input", { type: "range", min: 5, max: 100, step: 5, value: LAYERS[name].opacity, "aria-label": said });
      const key = element("span", { class: "layer-key" }, text.layerKeys[name]);
      box.addEventListener("change", () => this.change({ layers: { [name]: { on: box.checked } } }));
      opacity.addEventListener("input", () => this.change({ layers: { [name]: { opacity: Number(opacity.value) } } }));
      const named = element("label", { class: "choice" }, box, element("span", {}, label, key));
      const whole = element("div", { class: "layer-row" }, named, opacity);
      rows[name] = { whole, box, opacity, key };
    }
    byId("layer-rows").replaceChildren(...Object.values(rows).map(({ whole }) => whole));
    return rows;
  }
}
