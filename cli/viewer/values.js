// What was read from a card: its state, its fields with their scores, its checks.

import { element } from "./dom.js";
import { words } from "./language.js";

// Each field as the cards print it, in both languages of the page, beside the field's name.
const PRINTED = {
  name: "姓名",
  gender: "性别",
  ethnicity: "民族",
  nationality: "国籍",
  birth_date: "出生日期",
  address: "住址",
  id_number: "公民身份号码",
  license_number: "证号",
  first_issue_date: "初次领证日期",
  vehicle_class: "准驾车型",
  valid_from: "有效期起",
  valid_until: "有效期止",
  issuing_authority: "发证机关",
};

const NUMBERS = ["id_number", "license_number"];
const NUMBER_LENGTH = 18;

const TONES = {
  recognised: "good",
  nothing_found: "warning",
  waiting: "warning",
  unknown: "warning",
  failed: "bad",
  rejected: "bad",
  unreadable: "bad",
};

/** The words of a card's state; a result's state is its outcome. */
export function stateWords(state, needsReview) {
  const said = words(`state.${state}`) ?? state;
  return needsReview && state === "recognised" ? words("state.review", { state: said }) : said;
}

export function toneOf(state, needsReview) {
  return needsReview && state === "recognised" ? "warning" : (TONES[state] ?? "busy");
}

export function typeWords(cardType) {
  return words(`type.${cardType}`) ?? words("type.unknown");
}

/** The band of a score; cli/terminal/formats.py has the same rule. */
export function band(score, minimum) {
  if (score === null) return "none";
  if (score < minimum) return "low";
  return score < (minimum + 100) / 2 ? "fair" : "good";
}

/** A score with its name for screen readers; `meaning` is "score.label" or "score.lowest". */
export function scoreChip(score, minimum, meaning = "score.label") {
  const found = band(score, minimum);
  const below = found === "low" ? words("score.below", { minimum }) : "";
  const text = score === null ? words("score.none") : String(Math.round(score * 10) / 10);
  return element(
    "span",
    { class: `chip ${found}`, title: score === null ? text : words(meaning) + below },
    score === null
      ? [element("span", { class: "unseen" }, text), element("span", { "aria-hidden": "true" }, "–")]
      : [element("span", { class: "unseen" }, `${words(meaning)} `), text, element("span", { class: "unseen" }, below)],
  );
}

/** Every field of a result, and every text that fills none. */
export function fieldList(fields, items, minimum) {
  const others = items.map((item, place) => ({ item, place })).filter(({ item }) => !item.field);
  return element(
    "dl",
    { class: "values", "aria-label": words("values.label") },
    Object.entries(fields).map(([name, value]) => {
      const place = placeOf(items, name);
      return fieldRow(fieldLabel(name), value, { name, item: items[place], place, minimum });
    }),
    others.map(({ item, place }) => fieldRow(item.label || words("values.other"), item.text, { item, place, minimum })),
  );
}

/** Which item a box or a row lights up with: the first one of its field. */
export function litWith(items, item, place) {
  return item.field ? items.findIndex((other) => other.field === item.field) : place;
}

export function checkList(checks) {
  if (!checks?.length) return null;
  return element(
    "ul",
    { class: "checks", "aria-label": words("checks.label") },
    checks.map((check) =>
      element(
        "li",
        { "data-passed": String(check.passed) },
        element("span", { class: "mark", "aria-hidden": "true" }, check.passed ? "✓" : "✗"),
        element("span", { class: "unseen" }, `${words(check.passed ? "checks.passed" : "checks.failed")} `),
        checkLabel(check.name),
        check.detail ? element("span", { class: "detail" }, ` ${check.detail}`) : null,
      ),
    ),
  );
}

/** What a person decided of a result. */
export function reviewBlock(review) {
  const values = { decision: words(`review.decision.${review.decision}`), by: review.reviewer, at: review.reviewed_at };
  const changed = review.decision === "corrected" ? review.changed : [];
  return element(
    "div",
    { class: "review" },
    element("p", {}, words("review.there", values)),
    element(
      "ul",
      {},
      changed.map((name) => element("li", {}, fieldLabel(name), " ", review.fields[name] ?? words("values.absent"))),
    ),
    review.note ? element("p", { class: "said" }, review.note) : null,
  );
}

export function fieldLabel(name) {
  return [printed(name), " ", element("code", {}, name)];
}

// A check of one field is named after it: id_number.form.
function checkLabel(name) {
  const [field, kind] = name.split(".");
  const whole = words(`check.${name}`);
  const meaning = whole ? [whole] : [printed(field), " ", words(`check.${kind}`) ?? ""];
  return element("span", {}, ...meaning, " ", element("code", {}, name));
}

function printed(field) {
  const text = PRINTED[field];
  return text ? element("span", { lang: "zh-Hans" }, text) : null;
}

// The end of a validity is often read together with its start.
export function placeOf(items, name) {
  const own = items.findIndex((item) => item.field === name);
  return own < 0 && name === "valid_until" ? items.findIndex((item) => item.field === "valid_from") : own;
}

function fieldRow(label, value, { name = null, item, place, minimum }) {
  const isWhole = NUMBERS.includes(name) && value?.length <= NUMBER_LENGTH;
  return element(
    "div",
    { "data-field": name, "data-item": item ? place : null, tabindex: item?.polygon?.length ? "0" : null },
    element("dt", {}, label),
    value === null
      ? element("dd", { class: "absent" }, words("values.absent"))
      : element("dd", { class: isWhole ? "value whole" : "value" }, value),
    item ? element("dd", { class: "score" }, scoreChip(item.score, minimum)) : null,
  );
}
