// Stands before a form that wants its page's script: a press before that has come is kept for it, and the form goes as it is where
// the script does not come. The script sets data-ready, and asks for data-pressed.
addEventListener("submit", (event) => {
  const { dataset } = event.target;
  if (dataset.held === undefined || dataset.ready) return;
  event.preventDefault();
  dataset.pressed = "yes";
});
addEventListener("load", () => {
  for (const form of document.querySelectorAll("form[data-held][data-pressed]:not([data-ready])")) form.submit();
});
