// The page that orders plates: counts what is chosen as it changes, shows the sheet, and lets an area be drawn.
import { postJson } from "../core/http.js";
import { offerPolygon } from "./polygon.js";

const form = document.getElementById("order");
const told = document.getElementById("told");
const problems = document.getElementById("problems");
const sheet = document.getElementById("sheet");
const send = document.getElementById("send");
const WAIT_MS = 250; // while somebody goes on choosing, nothing is asked

let timer = null;
let asked = 0;

function chosen() {
  const values = new URLSearchParams(new FormData(form));
  values.delete("csrfmiddlewaretoken");
  return values;
}

async function count() {
  const mine = ++asked;
  told.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await postJson(form.dataset.countUrl, { form: chosen().toString() });
  } catch (error) {
    answer = { ready: true, sentence: error.message && error.status ? error.message : told.dataset.failed, problems: [] };
  }
  if (mine !== asked) return;
  told.textContent = answer.sentence;
  problems.replaceChildren(...answer.problems.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  send.disabled = !answer.ready;
  told.removeAttribute("aria-busy");
}

function picture(values, more = {}) {
  const query = new URLSearchParams({ design: values.get("design") ?? "", profile: values.get("profile") ?? "", ...more });
  return `${form.dataset.pictureUrl}&${query}`;
}

function show() {
  const values = chosen();
  const address = picture(values);
  if (sheet.getAttribute("src") !== address) sheet.src = address;
  document.getElementById("states").hidden = values.get("want") !== "states";
  for (const told of form.querySelectorAll("[data-chosen]")) {
    const names = [...form.querySelectorAll(`input[name=${told.dataset.chosen}]:checked`)].map((box) => box.parentElement.textContent.trim());
    told.textContent = names.length ? names.slice(0, 3).join(", ") + (names.length > 3 ? ", …" : "") : "";
  }
}

function changed() {
  show();
  clearTimeout(timer);
  timer = setTimeout(count, WAIT_MS);
}

sheet.addEventListener("error", () => (sheet.hidden = true));
sheet.addEventListener("load", () => (sheet.hidden = false));
document.getElementById("look").hidden = true;
form.addEventListener("input", changed);
offerPolygon(JSON.parse(document.getElementById("order-config").textContent), changed);
// What was chosen before this script was there, or comes back with the page, is counted too.
addEventListener("pageshow", changed);
