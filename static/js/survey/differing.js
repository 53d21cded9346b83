// In what two drafts of one house differ, in words. Pure.

import { isSame, tidiedAnswers } from "./drafts.js";
import { questionAt, understood } from "./rules.js";

// Lines [{label, mine, theirs}] by the rules of a pack, one for each answer that is not the same; a value is "" where there is none.
// `words` has yes and no.
export function differences(mine, theirs, table, { words, language }) {
  const rules = understood(table);
  const [here, there] = [tidiedAnswers(mine.answers), tidiedAnswers(theirs.answers)];
  const fields = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  const differing = fields.filter((field) => !isSame(here[field] ?? null, there[field] ?? null));
  return differing.flatMap((field) => {
    const question = questionAt(rules, field);
    if (!question) return [];
    const said = (value) => saidOf(question, value ?? null, { words, language });
    return [{ label: question.label[language], mine: said(here[field]), theirs: said(there[field]) }];
  });
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
