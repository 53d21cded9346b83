// The plates of a batch that are ticked: all of the page at one tap, and how many they are.

const all = document.getElementById("tick-page");
const told = document.getElementById("ticked");
const ticks = [...document.querySelectorAll('#hand-out input[name="token"]')];

function tell() {
  const ticked = ticks.filter((tick) => tick.checked).length;
  all.checked = ticked === ticks.length;
  all.indeterminate = ticked > 0 && !all.checked;
  told.textContent = (ticked ? told.dataset.some : told.dataset.none).replace("{n}", ticked);
}

all.addEventListener("change", () => {
  for (const tick of ticks) tick.checked = all.checked;
  tell();
});
for (const tick of ticks) tick.addEventListener("change", tell);
// A page that is come back to has its ticks again, after this script has run.
window.addEventListener("pageshow", tell);
document.getElementById("tick-page-box").hidden = false;
tell();
