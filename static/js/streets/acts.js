// What is sent to the server: each act is answered with what changed, and can be taken back, the last one first.
import { getJson, postJson } from "../core/http.js";
import { byId, filled } from "../map/elements.js";

export class Acts {
  constructor(page) {
    this.page = page;
    this.done = []; // { url, what }
    this.button = byId("undo-button");
    this.button.addEventListener("click", () => this.undo());
    this.busy = false;
  }

  async load() {
    const { config, network } = this.page;
    network.fill(await getJson(config.urls.features));
  }

  // Sends, takes the answer into the network and says what was done; null when it was refused and said so.
  async send(url, body, what) {
    const { network, notices, problem, text } = this.page;
    if (this.busy) return null;
    this.busy = true;
    problem.clear();
    notices.hideToast(); // what it says is of the act before
    try {
      const answer = await postJson(url, body);
      network.apply(answer);
      if (answer.undo) this.done.push({ url: this.undoUrl(answer.undo), what });
      this.showButton();
      const said = [filled(text.did, { what }), ...(answer.notes ?? [])].join(" ");
      notices.done(said, answer.undo ? { label: text.undo, run: () => this.undo() } : null);
      return answer;
    } catch (error) {
      problem.show(error);
      if (error.status === 409) await this.load().catch(() => {}); // what others have changed meanwhile
      return null;
    } finally {
      this.busy = false;
    }
  }

  // A change set's address, or its id alone.
  undoUrl(undo) {
    const { config } = this.page;
    return undo.startsWith("/") ? undo : config.urls.undo.replace(config.urls.idPlaceholder, undo);
  }

  async undo() {
    const { notices, text, problem } = this.page;
    const last = this.done[this.done.length - 1];
    if (!last || this.busy) return;
    this.busy = true;
    this.button.disabled = true;
    problem.clear();
    notices.hideToast();
    try {
      await postJson(last.url, {});
      this.done.pop();
      await this.load();
      notices.done(filled(text.undone, { what: last.what }));
    } catch (error) {
      notices.done(notices.sentence(error));
    } finally {
      this.busy = false;
      this.showButton();
    }
  }

  showButton() {
    const last = this.done[this.done.length - 1];
    this.button.hidden = !last;
    this.button.disabled = false;
    if (last) this.button.setAttribute("aria-label", filled(this.page.text.undoWhat, { what: last.what }));
  }

  url(name, id) {
    const { urls } = this.page.config;
    return urls[name].replace(urls.idPlaceholder, id);
  }
}
