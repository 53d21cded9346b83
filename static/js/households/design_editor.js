// A design as text: line numbers beside it, the page that it prints under it or next to it, drawn anew a moment after
// each change. What is wrong stands there by line; a press on it puts the cursor where it is.
import { NetworkError, postForPicture, postJson, Refused } from "../core/http.js";

const PAUSE_MS = 500; // after the last letter
const MOST_NUMBERS = 5000;

const config = JSON.parse(document.getElementById("config").textContent);
const form = document.getElementById("design");
const source = document.getElementById("source");
const profile = document.getElementById("profile");
const numbers = document.getElementById("numbers");
const state = document.getElementById("state");
const refusal = document.getElementById("refusal");
const list = document.getElementById("problems");
const picture = document.getElementById("picture");
const notes = document.getElementById("notes");

let waiting = null;
let asked = null; // the AbortController of the preview that is on its way
let wrong = new Set();

function layOut() {
  const lines = source.value.split("\n");
  source.rows = lines.length;
  source.cols = Math.min(Math.max(...lines.map((line) => line.length)) + 2, 400);
  while (numbers.childElementCount > lines.length) numbers.lastElementChild.remove();
  while (numbers.childElementCount < Math.min(lines.length, MOST_NUMBERS)) {
    const number = document.createElement("span");
    number.textContent = numbers.childElementCount + 1;
    numbers.append(number);
  }
  [...numbers.children].forEach((number, index) => number.classList.toggle("wrong", wrong.has(index + 1)));
}

// Where a place of the text is, counted in UTF-16 units; columns are counted in whole characters.
function offsetOf(line, column) {
  const lines = source.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const within = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  return Math.min(before + within, source.value.length);
}

function goTo(line, column) {
  const offset = offsetOf(line, column);
  source.focus({ preventScroll: true });
  source.setSelectionRange(offset, offset);
  numbers.children[line - 1]?.scrollIntoView({ block: "center" });
}

function showProblems(problems) {
  wrong = new Set(problems.map((one) => one.line));
  list.replaceChildren(
    ...problems.map(({ line, column, said }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = said;
      button.addEventListener("click", () => goTo(line, column));
      item.append(button);
      return item;
    }),
  );
  layOut();
}

function say({ good = "", bad = "" }) {
  state.textContent = good;
  refusal.textContent = bad;
  refusal.hidden = !bad;
}

// Texts of the commune that the design cannot hold.
function showNotes(sentences) {
  notes.hidden = sentences.length === 0;
  notes.querySelector("ul").replaceChildren(
    ...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }),
  );
}

// The content policy lets pictures come as data: and not as blob:.
function asDataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}

async function preview() {
  clearTimeout(waiting);
  asked?.abort();
  const mine = new AbortController();
  asked = mine;
  say({ good: config.text.busy });
  const data = { source: source.value, profile: profile.value, commune: form.elements.commune.value };
  try {
    const blob = await postForPicture(config.preview, data, { signal: mine.signal });
    const address = await asDataAddress(blob);
    if (asked !== mine) return;
    picture.src = address;
    picture.hidden = false;
    picture.classList.remove("stale");
    showProblems([]);
    say({ good: config.text.good });
    const tried = await postJson(config.tries, data, { signal: mine.signal });
    if (asked === mine) showNotes(tried.notes);
  } catch (error) {
    if (asked !== mine || error.name === "AbortError") return;
    picture.classList.add("stale");
    showNotes([]);
    if (error instanceof Refused) {
      showProblems(error.problems);
      say({ bad: error.problems.length ? "" : error.message });
    } else if (error instanceof NetworkError) {
      say({ bad: config.text.offline });
    } else {
      throw error;
    }
  }
}

source.addEventListener("input", () => {
  layOut();
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE_MS);
});
profile.addEventListener("change", preview);
form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "preview") return;
  event.preventDefault();
  preview();
});

showProblems(
  [...list.children].map((item) => ({
    line: Number(item.dataset.line),
    column: Number(item.dataset.column),
    said: item.textContent,
  })),
);

// What was typed or chosen before this script came.
if (source.value !== source.defaultValue || [...profile.options].some((one) => one.selected !== one.defaultSelected)) {
  layOut();
  preview();
}
