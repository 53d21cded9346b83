// The questions of the survey and what may be answered, by the table that the server sends. Pure.
// households/survey/rules.py says what each thing means and does the same at the server; tests/data/survey_rules.json
// holds both to the same faults.

const ROSTER_MARK = ".";
const PHONE = String.raw`0[0-9]{8,10}|\+[1-9][0-9]{7,13}`; // of version 1; later ones say in the question what they take
const SPACES_IN_PHONES = /[\s.\-()]/g;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const LETTER = /\p{L}/u;

// {version, sections, questions: Map(key → question)}; a question has its section's condition and sensitivity folded in.
export function understood(table) {
  const questions = new Map();
  for (const section of table.sections) {
    for (const row of section.questions) {
      questions.set(row.key, questionOf(table, row, section.relevant, Boolean(section.sensitive)));
    }
  }
  return { version: table.version, table, questions };
}

function questionOf(table, row, above, isSensitive) {
  return {
    ...row,
    isSensitive,
    conditions: [above, row.relevant].filter(Boolean),
    options: row.choices ? table.choices[row.choices] : [],
    allowed: new Set(row.choices ? table.choices[row.choices].map(([key]) => key) : []),
    members: (row.questions ?? []).map((one) => questionOf(table, one, null, isSensitive)),
  };
}

// The question of a field: "phone", or "members.<id>" of a roster.
export function questionAt(rules, field) {
  const mark = field.indexOf(ROSTER_MARK);
  const question = rules.questions.get(mark < 0 ? field : field.slice(0, mark));
  return question && mark >= 0 === (question.kind === "roster") ? question : null;
}

export function isRelevant(question, answers) {
  return question.conditions.every((condition) => holds(condition, answers[condition.question] ?? null));
}

function holds(condition, value) {
  if ("is" in condition) return value === condition.is;
  if ("in" in condition) return condition.in.includes(value);
  return Array.isArray(value) && value.includes(condition.has);
}

// Faults {field, code, figures} in the order of the questions, unknown fields last. `isWhole` asks for what is required.
export function check(rules, answers, { year, seesSensitive = false, isWhole = true }) {
  const faults = [];
  for (const question of rules.questions.values()) {
    if (question.isSensitive && !seesSensitive) {
      for (const field of fieldsOf(question, answers)) faults.push({ field, code: "not_yours", figures: {} });
      continue;
    }
    if (!isRelevant(question, answers)) continue;
    if (question.kind === "roster") {
      faults.push(...rosterFaults(question, answers, year));
      continue;
    }
    const value = answers[question.key] ?? null;
    if (isEmpty(value)) {
      if (isWhole && question.required) faults.push({ field: question.key, code: "required", figures: {} });
      continue;
    }
    const fault = faultOf(question, question.key, value, year);
    if (fault) faults.push(fault);
  }
  for (const field of Object.keys(answers)) {
    if (!questionAt(rules, field)) faults.push({ field, code: "unknown", figures: {} });
  }
  return faults;
}

const TYPES = { text: "string", name: "string", phone: "string", one_of: "string", yes_no: "boolean" };

// Whether a value is at all what a question takes, right or wrong: text, a number, a list of keys, …
export function isOfKind(question, value) {
  if (value === null) return true;
  if (question.kind === "roster") return isObject(value) && Object.keys(value).every((key) => isMembersOfKind(question, value, key));
  if (question.kind === "integer" || question.kind === "year") return Number.isInteger(value);
  if (question.kind in TYPES) return typeof value === TYPES[question.kind];
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isMembersOfKind(roster, member, key) {
  const question = roster.members.find((one) => one.key === key);
  return question !== undefined && isOfKind(question, member[key]);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// Answers as they may be sent. One that nobody asks for now and that is not even what its question takes, as "4-5" where a number
// is meant, was left behind by a slip and can be mended by nobody who does not see it: in its place stands what was `held`,
// {field: value}; of a roster's member only what is amiss goes.
export function withoutSlips(rules, answers, held) {
  const kept = { ...answers };
  for (const [field, value] of Object.entries(answers)) {
    const question = questionAt(rules, field);
    if (!question || isRelevant(question, answers) || isOfKind(question, value)) continue;
    const before = held[field] ?? null;
    kept[field] = question.kind === "roster" && isObject(value) ? memberWithoutSlips(question, value, before ?? {}) : before;
  }
  return kept;
}

function memberWithoutSlips(roster, member, before) {
  const kept = Object.entries(member).map(([key, value]) => [key, isMembersOfKind(roster, member, key) ? value : (before[key] ?? null)]);
  return Object.fromEntries(kept.filter(([, value]) => value !== null));
}

function isEmpty(value) {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function fieldsOf(question, answers) {
  return Object.keys(answers).filter(
    (field) => field.split(ROSTER_MARK, 1)[0] === question.key && answers[field] !== null,
  );
}

function rosterFaults(roster, answers, year) {
  const faults = [];
  const fields = fieldsOf(roster, answers);
  if (fields.length > roster.most) {
    faults.push({ field: `${roster.key}.`, code: "too_many", figures: { count: fields.length, most: roster.most } });
  }
  const known = new Set(roster.members.map((one) => one.key));
  for (const field of fields) {
    const member = answers[field];
    if (!UUID.test(field.slice(roster.key.length + 1))) {
      faults.push({ field, code: "member_id", figures: {} });
    } else if (typeof member !== "object" || Array.isArray(member) || !Object.keys(member).every((key) => known.has(key))) {
      faults.push({ field, code: "kind", figures: {} });
    } else {
      for (const question of roster.members) {
        const value = member[question.key] ?? null;
        const name = `${field}:${question.key}`;
        if (value === null || value === "") {
          if (question.required) faults.push({ field: name, code: "required", figures: {} });
        } else {
          const fault = faultOf(question, name, value, year);
          if (fault) faults.push(fault);
        }
      }
    }
  }
  return faults;
}

function faultOf(question, field, value, year) {
  switch (question.kind) {
    case "text":
    case "name":
      return textFault(question, field, value);
    case "phone":
      if (typeof value !== "string" || [...value].length > 20) return { field, code: "kind", figures: {} };
      return isPhone(question, value) ? null : { field, code: "phone", figures: { value } };
    case "integer":
    case "year":
      return numberFault(question, field, value, year);
    case "yes_no":
      return typeof value === "boolean" ? null : { field, code: "kind", figures: {} };
    case "one_of":
      return question.allowed.has(value) ? null : { field, code: "choice", figures: {} };
    default:
      return listFault(question, field, value);
  }
}

function isPhone({ pattern = PHONE }, value) {
  return new RegExp(`^(?:${pattern})$`).test(value.replace(SPACES_IN_PHONES, ""));
}

function textFault(question, field, value) {
  if (typeof value !== "string") return { field, code: "kind", figures: {} };
  const count = [...value].length;
  if (count > question.longest) return { field, code: "too_long", figures: { count, most: question.longest } };
  if (CONTROL.test(value.replace(/[\n\t]/g, ""))) return { field, code: "signs", figures: {} };
  if (question.kind === "name" && !LETTER.test(value)) return { field, code: "no_letter", figures: {} };
  return null;
}

function numberFault(question, field, value, year) {
  if (!Number.isInteger(value)) return { field, code: "number", figures: {} };
  const { least } = question;
  const most = question.kind === "integer" ? question.most : year;
  if (value >= least && value <= most) return null;
  if (question.kind === "year") return { field, code: "year", figures: { value, least, most } };
  return { field, code: value < least ? "low" : "high", figures: { value, least, most } };
}

// Of several choices, or of photos by their hashes.
function listFault(question, field, value) {
  const isList = Array.isArray(value) && value.every((one) => typeof one === "string");
  if (!isList || new Set(value).size !== value.length) return { field, code: "kind", figures: {} };
  if (question.kind === "some_of") {
    return value.every((one) => question.allowed.has(one)) ? null : { field, code: "choice", figures: {} };
  }
  if (value.length > question.most) {
    return { field, code: "too_many", figures: { count: value.length, most: question.most } };
  }
  return value.every((one) => HASH.test(one)) ? null : { field, code: "kind", figures: {} };
}

// What a fault says, in "vi" or "en".
export function sentence(rules, fault, language) {
  const [head, inner] = fault.field.split(":");
  const question = questionAt(rules, head);
  let label = question ? question.label[language] : fault.field;
  if (question && inner) label = `${label}: ${question.members.find((one) => one.key === inner).label[language]}`;
  const figures = { label, field: fault.field, version: rules.version, ...fault.figures };
  return rules.table.sentences[fault.code][language].replace(/\{(\w+)\}/g, (_whole, name) => String(figures[name]));
}
