// The strip over the map while something is drawn or chosen there: what to do now, and the buttons for it.
import { byId, element } from "../map/elements.js";

export class Bar {
  constructor() {
    this.strip = byId("sketch-bar");
    this.hint = byId("sketch-hint");
    this.row = byId("sketch-buttons");
  }

  // `buttons`: { id, label, run, disabled, primary }. Buttons that were there already stay, and keep the focus.
  show(hint, buttons) {
    if (this.hint.textContent !== hint) this.hint.textContent = hint;
    const made = buttons.map((wanted) => {
      const button = byId(wanted.id) ?? element("button", { type: "button", id: wanted.id });
      button.className = wanted.primary ? "button" : "button quiet";
      button.textContent = wanted.label;
      button.disabled = Boolean(wanted.disabled);
      button.onclick = wanted.run;
      return button;
    });
    const old = [...this.row.children];
    for (const button of old) if (!made.includes(button)) button.remove();
    made.forEach((button, i) => {
      if (this.row.children[i] !== button) this.row.insertBefore(button, this.row.children[i] ?? null);
    });
    this.strip.hidden = false;
    document.documentElement.classList.add("sketching");
  }

  clear() {
    this.strip.hidden = true;
    this.row.replaceChildren();
    document.documentElement.classList.remove("sketching");
  }
}
