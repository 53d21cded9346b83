// The page of a proposal: its map beside its lists, and the editor that opens under a house's row.
import { byId } from "../map/elements.js";
import { Notices } from "../map/notices.js";
import { ProposalMap } from "./map.js";
import { Rows } from "./rows.js";

const config = JSON.parse(byId("map-config").textContent);
const notices = new Notices(config.text);
const rows = new Rows({ config, notices, changed: (houses) => map.update(houses), ring: (place) => map.show(place) });
const map = new ProposalMap({ config, notices, choose: (code) => rows.goTo(code) });

// Every link that names a place moves the map instead of leaving the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-lng]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { lng, lat, house, street } = link.dataset;
  const sentence = link.closest("li")?.querySelector("[data-sentence]").textContent;
  map.show([Number(lng), Number(lat)], { isStreet: Boolean(street), finding: sentence ? { sentence, house } : null });
});

for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("change", () => form.requestSubmit());
}
