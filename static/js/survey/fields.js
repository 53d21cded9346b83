// One question of the table as something to fill in. Each maker returns {element, show(value), hasFault(sentence)};
// `changed(value)` is called with every keystroke. Nobody's words are put in as markup.
import { element } from "../map/elements.js";

const MOST_AS_BUTTONS = 7; // longer lists become a menu

// A question with its label, hint and the place for its fault. `part` is {language, words, name, value, changed}; `name`
// is the field's, and the start of every id.
export function fieldOf(question, part) {
  const makers = { yes_no: choices, one_of: question.options.length > MOST_AS_BUTTONS ? menu : choices, some_of: choices };
  return (makers[question.kind] ?? line)(question, part);
}

export function idOf(name) {
  return `q-${name.replace(/[.:]/g, "_")}`;
}

function line(question, { language, words, name, value, changed }) {
  const id = idOf(name);
  const isNumber = question.kind === "integer" || question.kind === "year";
  const input = element(question.lines ? "textarea" : "input", {
    id,
    type: question.lines ? null : question.kind === "phone" ? "tel" : "text",
    rows: question.lines,
    inputmode: isNumber ? "numeric" : null,
    autocomplete: "off",
    autocapitalize: question.kind === "name" ? "words" : null,
    "aria-describedby": `${id}-fault`,
    "aria-required": question.required ? "true" : null,
    enterkeyhint: question.lines ? null : "next",
    class: isNumber ? "short" : null,
  });
  const show = (shown) => {
    input.value = shown ?? "";
  };
  show(value);
  input.addEventListener("input", () => changed(isNumber ? numberOf(input.value) : input.value));
  const label = element("label", { for: id }, question.label[language], needed(question, words));
  return framed(question, language, id, [label], input, input, show);
}

// Whole numbers as numbers; anything else as it was typed, which the check then says something about.
export function numberOf(text) {
  const bare = text.trim();
  if (bare === "") return null;
  return /^-?\d{1,9}$/.test(bare) ? Number(bare) : bare;
}

function menu(question, { language, words, name, value, changed }) {
  const id = idOf(name);
  const options = question.options.map(([key, vi, en]) => element("option", { value: key }, language === "en" ? en : vi));
  const select = element("select", { id, "aria-describedby": `${id}-fault` }, element("option", { value: "" }), ...options);
  const show = (shown) => {
    select.value = shown ?? "";
  };
  show(value);
  select.addEventListener("change", () => changed(select.value || null));
  const label = element("label", { for: id }, question.label[language], needed(question, words));
  return framed(question, language, id, [label], select, select, show);
}

// Yes or no, one of a few, or some of many: large buttons with a mark, in one column on a narrow screen.
function choices(question, { language, words, name, value, changed }) {
  const id = idOf(name);
  const isSeveral = question.kind === "some_of";
  const options =
    question.kind === "yes_no"
      ? [[true, words.yes], [false, words.no]]
      : question.options.map(([key, vi, en]) => [key, language === "en" ? en : vi]);
  const boxes = options.map(([key, label], index) => {
    const box = element("input", { type: isSeveral ? "checkbox" : "radio", id: `${id}-${index}`, name: id });
    return { key, box, label: element("label", { class: "choice", for: `${id}-${index}` }, box, element("span", {}, label)) };
  });
  const clear = isSeveral || question.required ? null : element("button", { type: "button", class: "clear" }, words.clear);
  const answer = () => {
    const ticked = boxes.filter(({ box }) => box.checked).map(({ key }) => key);
    return isSeveral ? ticked : (ticked[0] ?? null);
  };
  const show = (shown) => {
    for (const { key, box } of boxes) box.checked = isSeveral ? (shown ?? []).includes(key) : key === (shown ?? null);
    if (clear) clear.hidden = answer() === null;
  };
  show(value);
  for (const { box } of boxes) {
    box.addEventListener("change", () => {
      if (clear) clear.hidden = false;
      changed(answer());
    });
  }
  clear?.addEventListener("click", () => {
    show(null);
    boxes[0].box.focus();
    changed(null);
  });
  const legend = element("legend", {}, question.label[language], needed(question, words));
  const grid = element("div", { class: "choices" }, ...boxes.map((one) => one.label));
  const group = element("fieldset", { class: "question", id, "aria-describedby": `${id}-fault` }, legend, hintOf(question, language), grid, clear);
  return withFault(group, group, boxes[0].box, id, show);
}

function framed(question, language, id, labels, control, focused, show) {
  const frame = element("div", { class: "question" }, ...labels, hintOf(question, language), control);
  return withFault(frame, control, focused, id, show);
}

// `marked` is told to be wrong, `focused` is where the person goes to mend it.
export function withFault(frame, marked, focused, id, show) {
  const fault = element("p", { class: "fault", id: `${id}-fault`, hidden: true });
  frame.append(fault);
  const hasFault = (sentence) => {
    fault.textContent = sentence;
    fault.hidden = sentence === "";
    frame.classList.toggle("wrong", sentence !== "");
    if (sentence) focused.setAttribute("aria-invalid", "true");
    else focused.removeAttribute("aria-invalid");
    if (focused !== marked) focused.setAttribute("aria-describedby", fault.id);
  };
  return { element: frame, show, hasFault, focus: () => focused.focus() };
}

function hintOf(question, language) {
  return question.hint ? element("p", { class: "hint" }, question.hint[language]) : null;
}

function needed(question, words) {
  return question.required ? element("span", { class: "needed" }, ` · ${words.needed}`) : null;
}
