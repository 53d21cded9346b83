// The table of a scheme's classes: says while one types whether the limits rise, before anything is sent.

const told = document.getElementById("limits-told");
const rows = [...document.querySelectorAll("table.limits tbody tr")];

function numberOf(text) {
  return /^-?[0-9]+([.,][0-9]+)?$/.test(text) ? Number(text.replace(",", ".")) : NaN;
}

/** What is wrong first, and in which row; null where the classes follow one another. */
export function fault(typed) {
  let before = null;
  for (const [place, { lower, name }] of typed.entries()) {
    if (place === 0) {
      if (lower) return { place, code: "first", name };
      continue;
    }
    if (!lower) return { place, code: "missing", name };
    const limit = numberOf(lower);
    if (Number.isNaN(limit)) return { place, code: "number", name };
    if (before !== null && limit <= before) return { place, code: "overlap", name };
    before = limit;
  }
  return null;
}

function look() {
  const typed = [];
  for (const row of rows) {
    row.classList.remove("wrong");
    const [lower, label, english] = [...row.querySelectorAll("input")].map((input) => input.value.trim());
    if (lower || label || english) typed.push({ row, lower, name: label || String(typed.length + 1) });
  }
  const found = fault(typed);
  if (found) typed[found.place].row.classList.add("wrong");
  told.textContent = (told.dataset[found ? found.code : "right"] ?? "").replace("{name}", found?.name ?? "");
}

if (told) {
  for (const row of rows) row.addEventListener("input", look);
  look();
}
