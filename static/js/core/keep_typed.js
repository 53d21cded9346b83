// Forms marked data-keep-typed="<key>" stand beside each other on one page: what is typed in the others outlives the
// sending of one, until this tab is closed. What was sent is forgotten; the server shows it again if it was refused.
const prefix = "typed:";

for (const form of document.querySelectorAll("form[data-keep-typed]")) {
  const key = prefix + form.dataset.keepTyped;
  const field = form.querySelector("textarea");
  const kept = sessionStorage.getItem(key);
  if (kept && !field.value) field.value = kept;
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
}
