// Drafts of a backup that were left out, since another one of the same house lies on the phone: which houses, in what the two
// differ, and how the file's takes the place of the phone's.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { timeOf } from "./amounts.js";
import { differences, placesOf } from "./differing.js";
import { linkTo } from "./draft_links.js";
import { isSameWork } from "./drafts.js";
import { sentenceOf } from "./following.js";
import { holdHouse, lockOfHouse } from "./house_lock.js";
import { asFarAsSeen, seesSensitive } from "./rights.js";

// `kept` is what backup.js opened, `drafts` those of it that were left out. Returns a node, or "" where there are none.
export async function besidePart(app, kept, drafts) {
  if (drafts.length === 0) return "";
  const lines = await Promise.all(drafts.map((draft) => lineOf(app, kept, draft)));
  const told = element("p", { role: "alert" }, filled(app.words.backupBeside, { count: drafts.length }));
  return element("div", { class: "notice warn survey-beside" }, told, element("ul", {}, ...lines));
}

async function lineOf(app, kept, theirs) {
  const { words, language, keeping } = app;
  const { round, house } = theirs;
  const line = element("li");
  const mine = await keeping.drafts.get(round, house);
  if (mine === null || isSameWork(mine, theirs)) return line; // it has gone since
  const times = { here: timeOf(mine.changed_at, language), file: timeOf(theirs.changed_at, language) };
  const acts = element("p", { class: "actions" });
  const ask = (isAsked) => acts.replaceChildren(...(isAsked ? [yes, no] : [take]));
  const take = actOf(words.takeFromFile, () => ask(true));
  const no = actOf(words.keepDraftHere, () => ask(false), "primary");
  const said = element("p", { role: "alert" });
  const yes = actOf(words.takeFromFileYes, async () => {
    said.textContent = "";
    try {
      const isTaken = await chosen(app, kept, theirs);
      if (isTaken === null) return void (said.textContent = words.besideOtherTab);
      line.replaceChildren(linkTo(theirs, words), `: ${isTaken ? words.takenFromFile : words.fileIsOver}`);
      app.sync.run();
    } catch (error) {
      said.textContent = sentenceOf(error, words); // it may be tried again
    }
  });
  ask(false);
  const differing = await differencesOf(app, mine, theirs);
  line.replaceChildren(linkTo(mine, words), `: ${filled(words.besideTimes, times)}`, element("ul", {}, ...differing), said, acts);
  return line;
}

// Each answer that differs, and the place; nothing of the answers where the village, and with it the rules, does not lie here.
async function differencesOf(app, mine, theirs) {
  const { words, language, keeping } = app;
  const pack = await keeping.packs.get(mine.round, mine.village);
  const place = placesOf(mine, theirs, { words, language });
  const lines = place ? [place] : [];
  if (pack !== null) {
    const [one, other] = [mine, theirs].map((draft) => asFarAsSeen(draft, pack.rules, seesSensitive(app, pack)));
    lines.push(...differences(one, other, pack.rules, { words, language }));
  }
  return lines.map(({ label, mine: here, theirs: file, apart = "" }) => {
    const told = filled(words.besideAnswer, { label, here: here || words.besideNothing, file: file || words.besideNothing });
    return element("li", {}, apart ? `${told}. ${apart}` : told);
  });
}

// The file's draft takes the place of the phone's; false where something newer was handed over meanwhile, and null where another
// tab has the house open and does not let go of it.
async function chosen({ keeping, person }, kept, draft) {
  const release = await holdHouse(lockOfHouse(person, draft.round, draft.house), { takesOver: true, asked: () => {} });
  if (release === null) return null;
  try {
    return await keeping.choose(kept, draft);
  } finally {
    release();
  }
}
