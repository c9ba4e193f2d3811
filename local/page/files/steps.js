// The way of a card: uploaded → claimed → submitted → recognised → result.

import { element } from "./dom.js";
import { after, clockTime } from "./words.js";

const STEPS = [
  ["uploaded", "Uploaded", "the photo is in the bucket"],
  ["claimed", "Claimed", "its pending object was created, once"],
  ["submitted", "Submitted", "CI accepted one job"],
  ["recognised", "Recognised", "the job has ended"],
  ["result", "Result", "written, and never changed"],
];

export function stepList(card) {
  const last = Math.max(...STEPS.map(([name], place) => (name in card.steps ? place : -1)));
  return element(
    "ol",
    { class: "steps", "aria-label": "Steps" },
    STEPS.map((step, place) => stepItem(card, step, place, last)),
  );
}

function stepItem(card, [name, label, meaning], place, last) {
  const state = stateOf(card, name, place, last);
  const failed = name === "recognised" && card.job_state && card.job_state !== "Success";
  const words = failed && state === "done" ? "Not recognised" : label;
  return element(
    "li",
    {
      "data-step": name,
      "data-state": failed && state === "done" ? "failed" : state,
      title: meaning,
      "aria-current": state === "current" ? "step" : null,
    },
    element("span", { class: "label" }, words),
    element("span", { class: "time" }, timeWords(card, name, state)),
  );
}

function stateOf(card, name, place, last) {
  if (name in card.steps) return "done";
  if (place < last) return "skipped";
  return place === last + 1 && !card.ended ? "current" : "ahead";
}

function timeWords(card, name, state) {
  if (state === "skipped") return "not needed";
  const time = card.steps[name];
  if (time === undefined || time === null) return state === "current" ? "…" : "";
  const start = card.steps.uploaded;
  return name === "uploaded" || start === null ? clockTime(time) : after(time - start);
}
