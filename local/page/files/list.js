// A row in the list of the bucket's cards.

import { element } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { stateWords, toneOf, typeWords } from "../viewer/values.js";
import { photo } from "./api.js";
import { fileName } from "./formats.js";

/** Fill a row, or change only what differs, so that its picture stays. */
export function drawRow(row, card, isHidden) {
  if (!row.children.length) fillRow(row, card);
  row.dataset.state = card.state;
  row.classList.toggle("hide-picture", isHidden);
  write(row.querySelector(".name"), fileName(card.key));
  const state = row.querySelector(".state");
  state.dataset.tone = cardTone(card);
  write(state, cardState(card));
  write(row.querySelector(".more"), ` · ${card.present ? typeWords(card.card_type) : words("cards.gone")}`);
}

export function cardState(card) {
  return stateWords(card.state, needsReview(card));
}

export function cardTone(card) {
  return toneOf(card.state, needsReview(card));
}

function needsReview(card) {
  return card.ended && card.needs_review;
}

function fillRow(row, card) {
  const picture = card.present ? element("img", { src: photo(card.id), alt: "", loading: "lazy" }) : null;
  picture?.addEventListener("error", () => picture.remove());
  row.append(
    element("span", { class: "thumbnail" }, picture),
    element("span", { class: "name" }),
    element("span", { class: "about" }, element("span", { class: "state" }), element("span", { class: "more" })),
  );
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
