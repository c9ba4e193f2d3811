// The steps of a card: uploaded → claimed → submitted → recognised → result.

import { element } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { after, clockTime } from "./formats.js";

const STEPS = ["uploaded", "claimed", "submitted", "recognised", "result"];

export function stepList(card) {
  const last = Math.max(...STEPS.map((name, place) => (name in card.steps ? place : -1)));
  return element(
    "ol",
    { class: "steps", "aria-label": words("steps.label") },
    STEPS.map((name, place) => stepItem(card, name, place, last)),
  );
}

function stepItem(card, name, place, last) {
  const state = stateOf(card, name, place, last);
  const failed = name === "recognised" && state === "done" && card.job_state && card.job_state !== "Success";
  return element(
    "li",
    {
      "data-step": name,
      "data-state": failed ? "failed" : state,
      title: words(`step.${name}.meaning`),
      "aria-current": state === "current" ? "step" : null,
    },
    element("span", { class: "label" }, words(failed ? "step.recognised.failed" : `step.${name}`)),
    element("span", { class: "time" }, timeWords(card, name, state)),
  );
}

function stateOf(card, name, place, last) {
  if (name in card.steps) return "done";
  if (place < last) return "skipped";
  return place === last + 1 && !card.ended ? "current" : "ahead";
}

function timeWords(card, name, state) {
  if (state === "skipped") return words("steps.skipped");
  const time = card.steps[name];
  if (time === undefined || time === null) return state === "current" ? "…" : "";
  const start = card.steps.uploaded;
  return name === "uploaded" || start === null ? clockTime(time) : after(time - start);
}
