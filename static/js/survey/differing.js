// In what two drafts of one house differ, in words. Pure.

import { filled } from "../map/elements.js";
import { isSame, tidiedAnswers } from "./drafts.js";
import { metresBetween } from "./position.js";
import { questionAt, understood } from "./rules.js";

// Lines [{label, mine, theirs}] by the rules of a pack, one for each answer that is not the same; a value is "" where there is none.
// `words` has yes, no and otherPhotos.
export function differences(mine, theirs, table, { words, language }) {
  const rules = understood(table);
  const [here, there] = [tidiedAnswers(mine.answers), tidiedAnswers(theirs.answers)];
  const fields = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  const differing = fields.filter((field) => !isSame(here[field] ?? null, there[field] ?? null));
  return differing.flatMap((field) => {
    const question = questionAt(rules, field);
    if (!question) return [];
    const [mine, theirs] = [here, there].map((answers) => saidOf(question, answers[field] ?? null, { words, language }));
    const areOthers = question.kind === "photos" && mine === theirs;
    return [{ label: question.label[language], mine, theirs: areOthers ? filled(words.otherPhotos, { count: theirs }) : theirs }];
  });
}

// The line of where two drafts put the house, {label, mine, theirs, apart: a sentence or ""}, or null where they say the same. No
// rules are needed for it. When each was measured no draft says.
export function placesOf({ position: mine = null }, { position: theirs = null }, { words, language }) {
  if (isSame(mine, theirs)) return null;
  const metres = (number) => number.toLocaleString(language, { maximumFractionDigits: number < 10 ? 1 : 0 });
  const said = (place) => (place === null ? "" : place.source === "map" ? words.besidePinned : `±${metres(place.accuracy_m ?? 0)} m`);
  const apart = mine && theirs ? filled(words.besideApart, { metres: metres(metresBetween(mine.lng, mine.lat, theirs.lng, theirs.lat)) }) : "";
  return { label: words.position, mine: said(mine), theirs: said(theirs), apart };
}

function saidOf(question, value, { words, language }) {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (question.kind === "photos") return String(value.length);
  if (question.kind === "roster") {
    const members = question.members.filter((one) => (value[one.key] ?? null) !== null);
    return members.map((one) => saidOf(one, value[one.key], { words, language })).join(", ");
  }
  const names = new Map(question.options.map(([key, vi, en]) => [key, language === "en" ? en : vi]));
  return [value].flat().map((one) => names.get(one) ?? String(one)).join(", ");
}
