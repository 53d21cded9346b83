// Photos that do not go up by themselves: those that the server refused, those that no draft names, which their house's form
// takes in again, and those that are not here any more. Each is named by its house, and somebody can give it up.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { addressOf } from "./addresses.js";
import { keyOf } from "./keys.js";
import { unsentPhotos } from "./standing.js";

// Photos of keeping.js that are stuck. What a draft names and nobody has handed over yet is taken off in its form. Pure.
export function stuck({ photos, drafts, visits }) {
  const namesIn = (all) => new Set(all.flatMap(({ round, house, photos: own }) => (own ?? []).map((one) => nameOf({ ...one, round, house }))));
  const [drafted, given] = [namesIn(drafts), namesIn(visits)];
  return unsentPhotos(photos, visits).filter((photo) => {
    const name = nameOf(photo);
    const isGone = photo.isMissing && given.has(name);
    return photo.state === "refused" || isGone || !(drafted.has(name) || given.has(name));
  });
}

// Lines for a list. `asking` is a set that outlives a drawing, of photos of which somebody was asked whether they may go;
// `changed()` is called when another drawing is due.
export async function linesOf({ keeping, words, photos, asking, changed }) {
  return Promise.all(photos.map(async (photo) => {
    const { round, house, state, error } = photo;
    const name = nameOf(photo);
    const ask = (isAsked) => {
      if (isAsked) asking.add(name);
      else asking.delete(name);
      return changed();
    };
    const giveUp = async () => {
      await keeping.photos.giveUp(photo);
      return ask(false);
    };
    const elsewhere = photo.isMissing ? words.missingPhoto : words.loosePhoto;
    const why = state === "refused" ? filled(words.refusedPhoto, { why: error }) : elsewhere;
    const acts = asking.has(name)
      ? [actOf(words.givePhotoUpYes, giveUp), actOf(words.givePhotoUpNo, () => ask(false), "primary")]
      : [actOf(words.givePhotoUp, () => ask(true))];
    const asked = asking.has(name) ? element("p", {}, photo.isMissing ? words.missingPhotoAsk : words.givePhotoUpAsk) : "";
    const link = element("a", { href: addressOf("house", round, house) }, await houseOf(keeping, photo, words));
    return element("li", { "data-photo": name }, link, `: ${why}`, asked, element("p", { class: "actions" }, ...acts));
  }));
}

const nameOf = ({ round, house, sha256 }) => `${keyOf(round, house)}/${sha256}`;

async function houseOf(keeping, { round, house }, words) {
  const [known, visit] = await Promise.all([keeping.houses.get(round, house), keeping.visits.get(round, house)]);
  const { number, street } = { ...known, ...visit?.answers };
  return [number, street].filter(Boolean).join(", ") || known?.code || words.newHouse;
}
