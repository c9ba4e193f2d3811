// The values of a card, each with its score.

import { element } from "./dom.js";
import { fieldWords } from "./words.js";

export function fieldTable(result, minimum) {
  const rows = [
    ...Object.entries(result.fields ?? {}).map(([name, value]) =>
      fieldRow(name, fieldWords(name), value, itemOf(result, name), minimum),
    ),
    ...(result.items ?? [])
      .filter((item) => item.field === null)
      .map((item) => fieldRow(item.label, item.label, item.text, item, minimum)),
  ];
  return element("dl", { class: "fields" }, rows);
}

export function checkList(checks) {
  if (!checks?.length) return null;
  return element(
    "ul",
    { class: "checks", "aria-label": "Checks" },
    checks.map((check) =>
      element(
        "li",
        { "data-passed": String(check.passed) },
        element("span", { class: "mark" }, check.passed ? "✓" : "✗"),
        element("span", { class: "unseen" }, check.passed ? "passed: " : "failed: "),
        check.name,
        check.detail ? element("span", { class: "detail" }, ` ${check.detail}`) : null,
      ),
    ),
  );
}

function itemOf(result, name) {
  const read = name === "valid_until" ? "valid_from" : name;
  return (result.items ?? []).find((item) => item.field === read);
}

function fieldRow(key, label, value, item, minimum) {
  const low = item && item.score !== null && item.score < minimum;
  return element(
    "div",
    { "data-field": item?.field ?? key, tabindex: item ? "0" : null },
    element("dt", {}, label),
    element("dd", { class: value === null ? "absent" : "value" }, value ?? "absent"),
    item && item.score !== null
      ? element("dd", { class: "score", "data-tone": low ? "warning" : "good" }, `${item.score}`)
      : null,
  );
}
