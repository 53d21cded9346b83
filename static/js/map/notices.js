// What the page says beside the map: one line over it for states that last, one at its foot for what was done.
import { NetworkError } from "../core/http.js";
import { byId, element } from "./elements.js";

const LOADING_AFTER = 400; // milliseconds: what is quicker needs no word
const TOAST_FOR = 12000;

export class Notices {
  constructor(text) {
    this.text = text;
    this.state = byId("map-state");
    this.toast = byId("map-toast");
  }

  // The sentence for an error of http.js: what the server said, or that it could not be reached.
  sentence(error) {
    if (error instanceof NetworkError) return navigator.onLine ? this.text.unreachable : this.text.offline;
    return error.message || this.text.failed;
  }

  show(key, sentence, action = null) {
    this.shown = key;
    this.state.replaceChildren(element("span", {}, sentence), ...(action ? [this.button(action)] : []));
    this.state.hidden = false;
  }

  // Takes the line away if it still says `key`; without one, whatever it says.
  clear(key = this.shown) {
    if (key !== this.shown) return;
    this.state.hidden = true;
    this.shown = null;
  }

  loading(count) {
    if (count === 0) {
      clearTimeout(this.timer);
      this.timer = null;
      this.clear("loading");
    } else if (!this.timer && !this.shown) {
      this.timer = setTimeout(() => this.show("loading", this.text.loading), LOADING_AFTER);
    }
  }

  done(sentence, action = null) {
    clearTimeout(this.toastTimer);
    this.toast.replaceChildren(element("span", {}, sentence), ...(action ? [this.button(action)] : []));
    this.toast.hidden = false;
    this.toastTimer = setTimeout(() => (this.toast.hidden = true), TOAST_FOR);
  }

  hideToast() {
    clearTimeout(this.toastTimer);
    this.toast.hidden = true;
    this.toast.replaceChildren();
  }

  button({ label, run }) {
    const button = element("button", { type: "button", class: "button quiet" }, label);
    button.addEventListener("click", () => {
      button.disabled = true;
      run();
    });
    return button;
  }
}
