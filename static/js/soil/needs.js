// What a crop needs at a place: which crop, what yield is aimed at, and the doses or what is missing for them.
import { element } from "../map/elements.js";

// `found` is the answer's own part, or null as long as no crop is chosen; `page` has catalogue, text and change(patch).
export function needs(found, state, page) {
  const { catalogue, text, change } = page;
  if (catalogue.crops.length === 0) return [];
  const options = catalogue.crops.map(({ key, name }) => element("option", { value: key }, name));
  const crop = element("select", { id: "crop" }, element("option", { value: "" }, text.chooseCrop), ...options);
  crop.value = state.crop ?? "";
  crop.addEventListener("change", () =>
    change({ crop: crop.value || null, target: usualTarget(catalogue, crop.value), zeroK: null }),
  );
  const yields = [tonnes("target", text.target, state, change), tonnes("zeroK", text.zeroK, state, change)];
  const wantsYield = usualTarget(catalogue, state.crop) !== null;
  const lines = found?.text ?? [];
  return [
    element(
      "section",
      { class: "here-needs" },
      element("h3", {}, text.needs),
      element("div", {}, element("label", { for: "crop" }, text.crop), crop),
      wantsYield ? element("div", { class: "field-row" }, ...yields) : null,
      lines.length ? element("ul", { class: "needs-lines" }, ...lines.map((line) => element("li", {}, line))) : null,
      found?.refusal ? element("p", { class: "notice warn" }, found.refusal) : null,
    ),
  ];
}

// Whether somebody types a yield in `body` just now: then its children become `parts`, but that the fields stay as they are, of
// which only the one that has the focus keeps what is typed. A field that is taken out and put back tells of no change any more.
export function keptTyping(body, parts) {
  const [kept, made] = [body.querySelector(".here-needs"), parts.find((one) => one.matches(".here-needs"))];
  const [fields, fresh] = [kept, made].map((section) => section?.querySelector(".field-row") ?? null);
  if (!fields?.contains(document.activeElement) || !fresh) return false;
  for (const input of fields.querySelectorAll("input")) {
    if (input !== document.activeElement) input.value = fresh.querySelector(`#${input.id}`).value;
  }
  replaceAround(kept, [...made.childNodes], fresh, fields);
  replaceAround(body, parts, made, kept);
  return true;
}

// The children of `parent` become `nodes`, with `kept`, which is one of them already, in the place of `fresh`.
function replaceAround(parent, nodes, fresh, kept) {
  for (const child of [...parent.childNodes]) if (child !== kept) child.remove();
  const at = nodes.indexOf(fresh);
  kept.before(...nodes.slice(0, at));
  kept.after(...nodes.slice(at + 1));
}

function tonnes(name, label, state, change) {
  const input = element("input", { id: name, type: "number", min: 0, max: 100, step: "any", inputmode: "decimal" });
  input.value = state[name] ?? "";
  input.addEventListener("change", () => change({ [name]: input.value === "" ? null : Number(input.value) }));
  return element("div", {}, element("label", { for: name }, label), input);
}

// Tonnes a hectare that a rule of the crop would be asked for; null where no rule asks.
function usualTarget(catalogue, key) {
  return catalogue.crops.find((crop) => crop.key === key)?.target ?? null;
}
