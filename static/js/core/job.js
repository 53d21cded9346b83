// Follows one job: moves the bar, and loads the page again when the work is over.
import { getJson } from "./http.js";

const root = document.getElementById("job");
const bar = document.getElementById("job-progress");
const count = document.getElementById("job-count");
const state = document.getElementById("job-state");

async function follow() {
  try {
    const job = await getJson(root.dataset.stateUrl);
    if (job.over) {
      location.reload();
      return;
    }
    bar.value = job.percent;
    count.textContent = job.total ? `${job.done} / ${job.total}` : "";
    state.textContent = job.label;
  } catch {
    // The next round asks again; the work does not depend on this page.
  }
  setTimeout(follow, 1000);
}

if (root.dataset.over === "no") setTimeout(follow, 500);
