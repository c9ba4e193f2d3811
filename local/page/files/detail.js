// One card: its steps, its photo with boxes, its values, and its objects as JSON.

import { drawBoxes, lightTogether } from "../viewer/boxes.js";
import { byId, element } from "../viewer/dom.js";
import { phrase, words } from "../viewer/language.js";
import { checkList, fieldList, typeWords } from "../viewer/values.js";
import { documents } from "./api.js";
import { fileName, sizeWords } from "./formats.js";
import { cardState, cardTone } from "./list.js";
import { photoOf } from "./photo.js";
import { stepList } from "./steps.js";

let shown = null; // { id, parts }: kept as long as the card is selected, so that nothing flickers
let asked = 0;

export function showNothing(trySample) {
  shown = null;
  byId("card").replaceChildren(
    element(
      "div",
      { class: "empty" },
      element("h2", {}, words("empty.title")),
      element("p", {}, phrase("empty.text")),
      element("button", { type: "button", class: "primary", click: trySample }, words("intake.sample")),
    ),
  );
}

export async function showCard(card, { hidden, reveal }) {
  if (shown?.id !== card.id) shown = { id: card.id, ...skeleton(card) };
  const parts = shown;
  update(parts, card, hidden);
  const turn = ++asked;
  let found;
  try {
    found = await documents(card.id, reveal);
  } catch (error) {
    if (turn === asked) parts.objects.replaceChildren(element("p", { class: "hint" }, error.message));
    return;
  }
  if (turn === asked) fill(parts, card, found, hidden);
}

function skeleton(card) {
  const parts = {
    heading: element("div", { class: "heading" }),
    steps: element("div"),
    reason: element("div", { class: "reasons", "aria-live": "polite" }),
    photo: element("div", { class: "photo" }, photoOf(card)),
    values: element("div", { class: "read" }),
    objects: element("section", { class: "objects", "aria-label": words("objects.label") }),
    opened: new Set(),
  };
  const both = element("div", { class: "both" }, parts.photo, parts.values);
  lightTogether(both);
  byId("card").replaceChildren(parts.heading, parts.steps, parts.reason, both, parts.objects);
  return parts;
}

function update(parts, card, hidden) {
  parts.photo.classList.toggle("hide-picture", hidden);
  parts.heading.replaceChildren(
    element("h2", {}, fileName(card.key)),
    element("span", { class: "state", "data-tone": cardTone(card), id: "state" }, cardState(card)),
    element(
      "p",
      { class: "about" },
      [typeWords(card.card_type), sizeWords(card.size), card.sample ? words("card.specimen") : null, card.key]
        .filter(Boolean)
        .join(" · "),
    ),
  );
  parts.steps.replaceChildren(stepList(card));
  parts.reason.replaceChildren(...reason(card));
}

function reason(card) {
  if (!card.error) return [];
  return [
    element(
      "p",
      { class: "reason", "data-tone": cardTone(card) },
      element("strong", {}, card.error.code),
      ` ${card.error.message ?? ""}`,
    ),
  ];
}

function fill(parts, card, found, hidden) {
  const result = card.ended ? found.results[0]?.body : null;
  const frame = parts.photo.querySelector(".frame");
  if (frame) drawBoxes(frame, result?.items ?? [], found.minimum_score);
  parts.values.replaceChildren(...values(card, result, found.minimum_score, hidden));
  parts.objects.replaceChildren(
    ...found.pending.map((object) => objectDetails(parts.opened, "pending", object)),
    ...found.results.map((object) => objectDetails(parts.opened, "result", object)),
  );
}

function values(card, result, minimum, hidden) {
  if (!result) return card.ended ? [] : [hint("card.values_later")];
  if (card.state === "nothing_found") return [hint("card.nothing_found", { type: typeWords(result.card_type) })];
  if (card.state !== "recognised") return [hint("card.no_values")];
  const all = [
    fieldList(result.fields ?? {}, result.items ?? [], minimum),
    checkList(result.checks),
    hidden ? hint("card.hidden") : null,
  ];
  return all.filter(Boolean);
}

function hint(key, values) {
  return element("p", { class: "hint" }, words(key, values));
}

function objectDetails(opened, kind, object) {
  const text = object.body === null ? words("objects.no_json") : JSON.stringify(object.body, null, 2);
  const details = element(
    "details",
    { "data-kind": kind, open: opened.has(object.name) },
    element("summary", {}, element("span", { class: "kind" }, words(`objects.${kind}`)), ` ${object.name}`),
    element("pre", { tabindex: "0" }, text),
  );
  details.addEventListener("toggle", () => {
    if (details.open) opened.add(object.name);
    else opened.delete(object.name);
  });
  return details;
}
