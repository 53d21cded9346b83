// The people of a household: each is a field of its own, "members.<id>", so that two phones adding two people do not meet.
// Each unfolds to be filled in. Who was removed can be taken back, with the same id and everything that was written.
import { element, filled } from "../map/elements.js";
import { fieldOf, idOf } from "./fields.js";
import { sortableId } from "./sortable_ids.js";

// `part` is {language, words, values, changed(field, value)}; values are those of the whole draft.
export function rosterOf(roster, { language, words, values, changed, touched }) {
  const id = idOf(roster.key);
  const list = element("div", { class: "members" });
  const count = element("p", { class: "hint", role: "status" });
  const gone = element("div", { class: "notice", role: "status", hidden: true }); // a line each, the latest last
  const fault = element("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const add = element("button", { type: "button", class: "button quiet wide" }, filled(words.addOne, { one: roster.one[language].toLowerCase() }));
  const group = element("fieldset", { class: "question roster", id }, element("legend", {}, roster.label[language]), count, list, gone, fault, add);
  const members = new Map(); // field → {row, fields: Map(question key → field), value}

  const tell = () => {
    const isFull = members.size >= roster.most;
    const said = isFull ? words.peopleFull : words.people;
    count.textContent = members.size ? filled(said, { count: members.size }) : words.nobody;
    for (const button of [add, ...gone.querySelectorAll("button")]) button.disabled = isFull;
  };

  function insert(field, value, isOpen) {
    const summary = element("summary", {});
    const remove = element("button", { type: "button", class: "button danger" }, words.removePerson);
    const fields = new Map();
    const member = { value: { ...value }, fields, row: null };
    const title = () => {
      summary.textContent = titleOf(roster, member.value, language) || words.unnamed;
    };
    for (const question of roster.members) {
      const name = `${field}:${question.key}`;
      const made = fieldOf(question, {
        language, words, name, value: member.value[question.key],
        changed: (answer) => {
          member.value = { ...member.value, [question.key]: answer };
          title();
          changed(field, member.value);
        },
      });
      made.element.addEventListener("focusout", () => touched?.(name));
      fields.set(question.key, made);
    }
    title();
    member.row = element("details", { open: isOpen }, summary, ...[...fields.values()].map((one) => one.element), element("div", { class: "actions" }, remove));
    remove.addEventListener("click", () => takeAway(field, member));
    members.set(field, member);
    list.append(member.row);
    tell();
    return member;
  }

  function takeAway(field, member) {
    members.delete(field);
    member.row.remove();
    changed(field, null);
    const back = element("button", { type: "button", class: "link" }, words.takeBack);
    const line = element("p", {}, filled(words.removed, { who: titleOf(roster, member.value, language) || words.unnamed }), " ", back);
    back.addEventListener("click", () => {
      line.remove();
      gone.hidden = gone.childElementCount === 0;
      insert(field, member.value, true).row.querySelector("summary").focus();
      changed(field, member.value);
    });
    gone.append(line);
    gone.hidden = false;
    tell();
    back.focus();
  }

  add.addEventListener("click", () => {
    const field = `${roster.key}.${sortableId()}`;
    const member = insert(field, {}, true);
    changed(field, {});
    member.fields.values().next().value.focus();
  });

  const start = `${roster.key}.`;
  for (const field of Object.keys(values).filter((one) => one.startsWith(start) && values[one]).sort()) {
    insert(field, values[field], false);
  }
  tell();

  return {
    element: group,
    // `faults` are {field, sentence} of this roster; those of one person unfold that person.
    hasFaults(faults) {
      for (const { fields } of members.values()) for (const one of fields.values()) one.hasFault("");
      const whole = [];
      for (const { field, sentence } of faults) {
        const [head, inner] = field.split(":");
        const member = members.get(head);
        if (!member) {
          whole.push(sentence);
          continue;
        }
        if (inner) member.fields.get(inner).hasFault(sentence);
        else whole.push(sentence);
      }
      fault.textContent = whole.join(" ");
      fault.hidden = whole.length === 0;
    },
    focus(field) {
      const [head, inner] = field.split(":");
      const member = members.get(head);
      if (!member) return add.focus();
      member.row.open = true;
      return (member.fields.get(inner) ?? member.fields.values().next().value).focus();
    },
  };
}

// "Nguyễn Văn A, Chủ hộ, 1970"
function titleOf(roster, value, language) {
  const said = roster.members.slice(0, 4).map((question) => {
    const answer = value[question.key] ?? "";
    const option = question.options.find(([key]) => key === answer);
    return option ? option[language === "en" ? 2 : 1] : String(answer).trim();
  });
  return said.filter(Boolean).join(", ");
}
