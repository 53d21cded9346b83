// The rows old → new: found from the map, and mended in an editor that opens under them.
import { getJson, postJson } from "../core/http.js";
import { byId, element, filled } from "../map/elements.js";

export class Rows {
  // `changed(houses)` and `ring([lng, lat])` tell the map.
  constructor({ config, notices, changed, ring }) {
    Object.assign(this, { config, notices, changed, ring, version: config.version });
    this.table = document.querySelector("table.rows");
    this.table?.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-edit]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.edit(link);
    });
    this.table?.addEventListener("keydown", (event) => this.move(event));
    if (config.focus) this.row(config.focus)?.scrollIntoView({ block: "center" });
  }

  row(code) {
    return byId(`nha-${code}`);
  }

  // The house's row, here or on the page of the table that has it.
  goTo(code) {
    const row = this.row(code);
    if (!row) {
      location.assign(`${this.config.urls.page}?at=${code}#nha-${code}`);
      return;
    }
    this.table.querySelectorAll("tr.found").forEach((other) => other.classList.remove("found"));
    row.classList.add("found");
    row.scrollIntoView({ block: "center" });
    (row.querySelector("a[data-edit]") ?? row.querySelector("a")).focus({ preventScroll: true });
  }

  // Up and down between the rows' buttons.
  move(event) {
    const link = event.target.closest("a[data-edit]");
    if (!link || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const links = [...this.table.querySelectorAll("a[data-edit]")];
    const next = links[links.indexOf(link) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  url(code) {
    return this.config.urls.house.replace(this.config.urls.codePlaceholder, code);
  }

  async edit(link) {
    const row = link.closest("tr");
    const wasOpen = row.classList.contains("open");
    this.close();
    if (wasOpen) return;
    link.setAttribute("aria-disabled", "true");
    try {
      const asked = await getJson(this.url(row.dataset.house));
      this.version = asked.version;
      this.open(row, link, asked);
    } catch (error) {
      this.notices.done(this.notices.sentence(error));
    } finally {
      link.removeAttribute("aria-disabled");
    }
  }

  open(row, link, { house, near }) {
    const { text } = this.config;
    this.link = link;
    this.error = element("p", { class: "notice error", role: "alert", hidden: true });
    const insides = [this.error];
    if (house.outcome === "left_out") {
      insides.push(this.form({ do: "take_back" }, [], text.takeBack, "button"));
    } else {
      if (house.street) insides.push(this.numberForm(house));
      if (near.length) insides.push(this.streetForm(near));
      insides.push(this.form({ do: "leave_out" }, [], text.leaveOut, "button danger"));
    }
    const close = element("button", { type: "button", class: "button quiet" }, text.close);
    close.addEventListener("click", () => this.close());
    insides.at(-1).append(close);
    const cell = element("td", { colspan: 6 }, ...insides);
    this.editor = element("tr", { class: "editor" }, cell);
    cell.setAttribute("role", "group");
    cell.setAttribute("aria-label", filled(text.editorOf, { code: row.querySelector(".code").textContent }));
    this.editor.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    row.classList.add("open");
    row.after(this.editor);
    this.openRow = row;
    this.ring(house.at);
    this.editor.querySelector("input[type=text], select, button").focus();
  }

  numberForm(house) {
    const { text } = this.config;
    const id = "edit-number";
    const field = element("input", { type: "text", id, name: "number", maxlength: 20, value: house.new, autocomplete: "off" });
    this.anyway = element("label", { class: "choice", hidden: true }, element("input", { type: "checkbox", name: "against_rule" }), text.againstRule);
    const form = this.form({ do: "number" }, [element("div", {}, element("label", { for: id }, text.newNumber), field)], text.saveNumber, "button");
    form.append(this.anyway);
    return form;
  }

  streetForm(near) {
    const { text } = this.config;
    const id = "edit-street";
    const options = near.map((street) =>
      element("option", { value: street.id, selected: street.chosen }, `${street.name}, ${filled(text.metres, { distance: street.distance })}`),
    );
    const field = element("select", { id, name: "street" }, ...options);
    return this.form({ do: "street" }, [element("div", {}, element("label", { for: id }, text.street), field)], text.saveStreet, "button quiet");
  }

  form(fixed, fields, label, look) {
    const form = element("form", {}, ...fields, element("button", { class: look }, label));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = Object.fromEntries(new FormData(form));
      this.save({ ...fixed, ...data });
    });
    return form;
  }

  async save(asked) {
    const { text } = this.config;
    const code = this.openRow.dataset.house;
    const buttons = this.editor.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      const { rows, version, counts, notes } = await postJson(this.url(code), { ...asked, version: this.version });
      this.version = version;
      for (const house of rows) this.fill(house);
      this.count(counts);
      this.changed(rows);
      const own = rows.find((house) => house.code === code);
      const said = own?.outcome === "left_out" ? text.leftOut : filled(text.saved, { address: `${own?.new ?? ""} ${own?.street ?? ""}`.trim() });
      const also = rows.length > 1 ? ` ${filled(text.alsoChanged, { count: rows.length - 1 })}` : "";
      this.close();
      this.notices.done([said + also, ...notes].join(" "));
    } catch (error) {
      this.error.textContent = this.notices.sentence(error);
      this.error.hidden = false;
      if (this.anyway) this.anyway.hidden = error.code !== "side";
      for (const button of buttons) button.disabled = false;
      this.editor.querySelector("input[type=text], select")?.focus();
    }
  }

  // A row as the house stands now in the proposal; it stays where it is until the page is loaded again.
  fill(house) {
    const { text } = this.config;
    const row = this.row(house.code);
    if (!row) return;
    const heading = row.closest("tbody").dataset.street;
    const stays = house.outcome === "left_out";
    row.querySelector("[data-cell=new]").replaceChildren(
      stays ? element("span", { class: "hint" }, text.stays) : element("strong", {}, house.new || "–"),
      !stays && house.street && house.street !== heading ? element("span", { class: "hint" }, ` ${house.street}`) : "",
    );
    const parts = [element("span", { class: `tag outcome-${house.outcome}` }, this.config.outcomes[house.outcome])];
    if (house.byHand) parts.push(" ", element("span", { class: "tag" }, text.byHand));
    if (house.doubt) parts.push(element("br"), element("span", { class: "why" }, house.doubt));
    if (house.settled) parts.push(element("br"), element("span", { class: "hint" }, house.settled));
    row.querySelector("[data-cell=outcome]").replaceChildren(...parts);
  }

  count(counts) {
    for (const place of document.querySelectorAll("#proposal-counts dd[data-of]")) {
      const sum = place.dataset.of.split(" ").reduce((whole, name) => whole + (counts[name] ?? 0), 0);
      (place.querySelector("a") ?? place).textContent = sum.toLocaleString(this.config.language);
    }
  }

  close() {
    this.editor?.remove();
    this.openRow?.classList.remove("open");
    this.link?.focus();
    this.editor = this.openRow = this.link = this.anyway = null;
  }
}
