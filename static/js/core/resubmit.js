// A form marked data-count-on-change sends itself when a choice changes, so that the count beside it is true.
// Without this script its button does the same.
for (const form of document.querySelectorAll("form[data-count-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
