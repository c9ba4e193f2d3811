// One card: its way, its photo with boxes, its values, and the objects as they are.

import { documents } from "./api.js";
import { byId, element } from "./dom.js";
import { checkList, fieldTable } from "./fields.js";
import { drawBoxes, light, photoOf } from "./photo.js";
import { stepList } from "./steps.js";
import { fileName, sizeWords, stateWords, tone, typeWords } from "./words.js";

let shown = null; // { id, parts }: kept while the card stays selected, so that nothing flickers
let asked = 0;

export function showNothing(trySample) {
  shown = null;
  byId("card").replaceChildren(
    element(
      "div",
      { class: "empty" },
      element("h2", {}, "Drop a photo of a card here"),
      element(
        "p",
        {},
        "It is uploaded to the local bucket, becomes one job, and its JSON result appears beside ",
        "it. Nothing leaves this machine, and nothing is kept once ",
        element("code", {}, "make up"),
        " ends.",
      ),
      element("button", { type: "button", class: "primary", click: trySample }, "Try a sample card"),
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
  const { frame, boxes } = photoOf(card);
  const parts = {
    frame,
    boxes,
    heading: element("div", { class: "heading" }),
    steps: element("div"),
    reason: element("div", { class: "reasons", "aria-live": "polite" }),
    values: element("div", { class: "values" }),
    objects: element("section", { class: "objects", "aria-label": "Objects in the bucket" }),
    opened: new Set(),
  };
  const both = element("div", { class: "both" }, element("div", { class: "photo" }, frame), parts.values);
  for (const [type, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
    both.addEventListener(type, (event) => {
      const field = event.target.closest?.("[data-field]")?.dataset.field;
      light(both, on ? (field ?? null) : null);
    });
  }
  byId("card").replaceChildren(parts.heading, parts.steps, parts.reason, both, parts.objects);
  return parts;
}

function update(parts, card, hidden) {
  parts.frame.classList.toggle("hide-picture", hidden);
  parts.heading.replaceChildren(
    element("h2", {}, fileName(card.key)),
    element("span", { class: "state", "data-tone": tone(card), id: "state" }, stateWords(card)),
    element(
      "p",
      { class: "about" },
      [typeWords(card.card_type), sizeWords(card.size), card.sample ? "specimen" : null, card.key]
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
      { class: "reason", "data-tone": tone(card) },
      element("strong", {}, card.error.code),
      ` ${card.error.message ?? ""}`,
    ),
  ];
}

function fill(parts, card, found, hidden) {
  const result = card.ended ? found.results[0]?.body : null;
  drawBoxes(parts.boxes, result?.items ?? [], found.minimum_score);
  parts.values.replaceChildren(...values(card, result, found.minimum_score, hidden));
  parts.objects.replaceChildren(
    ...found.pending.map((object) => objectDetails(parts.opened, "pending", object)),
    ...found.results.map((object) => objectDetails(parts.opened, "result", object)),
  );
}

function values(card, result, minimum, hidden) {
  if (!result) return card.ended ? [] : [element("p", { class: "hint" }, "Values appear here.")];
  if (card.state === "nothing_found") {
    return [element("p", { class: "hint" }, `CI found no ${typeWords(result.card_type)} in this picture.`)];
  }
  if (card.state !== "recognised") return [element("p", { class: "hint" }, "No values were read.")];
  const all = [fieldTable(result, minimum), checkList(result.checks), hidden ? why() : null];
  return all.filter(Boolean);
}

function why() {
  return element(
    "p",
    { class: "hint" },
    "Photo and values are hidden, since others may see this screen: “Show values” shows them.",
  );
}

function objectDetails(opened, kind, object) {
  const text = object.body === null ? "This object is no JSON." : JSON.stringify(object.body, null, 2);
  const details = element(
    "details",
    { "data-kind": kind, open: opened.has(object.name) },
    element("summary", {}, element("span", { class: "kind" }, kind), ` ${object.name}`),
    element("pre", { tabindex: "0" }, text),
  );
  details.addEventListener("toggle", () => {
    if (details.open) opened.add(object.name);
    else opened.delete(object.name);
  });
  return details;
}
