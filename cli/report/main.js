// The page: filters in, list, charts and card out.

import { lightTogether } from "../viewer/boxes.js";
import { byId, element } from "../viewer/dom.js";
import { setUpLanguage, words } from "../viewer/language.js";
import { CardList } from "../viewer/list.js";
import { localTime } from "../viewer/times.js";
import { scoreChip, stateWords, toneOf } from "../viewer/values.js";
import { showCard } from "./card.js";
import { OUTCOMES, filtered, ordering, prepared } from "./cards.js";
import { drawScores, drawTime, number } from "./charts.js";

const { minimum } = JSON.parse(byId("facts").textContent);
const cards = JSON.parse(byId("cards-data").textContent).map(prepared);
const inOrder = ordering(cards);
const form = byId("filters");
const list = new CardList(byId("list"), { draw: drawRow, onSelect: select });

let left = []; // the cards that the filters leave
let selected = null;

function makeOutcomes() {
  for (const outcome of ["", ...OUTCOMES]) {
    const input = element("input", { type: "radio", name: "outcome", value: outcome });
    input.defaultChecked = outcome === "";
    const said = element("span", { "data-words": outcome ? `state.${outcome}` : "filters.all" });
    const dot = element("i", { class: outcome || "all" });
    const face = element("span", { class: "face" }, dot, said, " ", element("b", {}, "0"));
    byId("outcomes").append(element("label", { class: "outcome" }, input, face));
  }
}

function readFilters() {
  const read = new FormData(form);
  return {
    outcome: read.get("outcome") || "",
    review: read.get("review"),
    from: read.get("from"),
    until: read.get("until"),
    order: read.get("order"),
    words: read.get("text").toLowerCase().split(/\s+/).filter(Boolean),
  };
}

function update() {
  const filters = readFilters();
  const found = filtered(inOrder(filters.order), filters);
  left = found.cards;
  for (const input of form.elements.outcome) {
    input.nextElementSibling.querySelector("b").textContent = number(found.counts[input.value]);
  }
  byId("none").hidden = left.length > 0;
  showCount();
  byId("list").scrollTop = 0;
  select(left.includes(selected) ? selected : (left[0] ?? null));
  list.reveal();
  drawCharts();
}

function showCount() {
  const counts = { shown: number(left.length), all: number(cards.length) };
  byId("count").textContent = words("filters.count", counts);
}

function select(card) {
  const isOther = card !== selected;
  selected = card;
  list.show(left, card?.id ?? null);
  if (isOther) showSelected();
}

function showSelected() {
  byId("card").scrollTop = 0;
  showCard(byId("card"), selected, minimum);
}

function drawRow(row, card) {
  row.replaceChildren(
    element("span", { class: "name" }, card.key),
    element(
      "span",
      { class: "about" },
      element(
        "span",
        { class: "state", "data-tone": toneOf(card.outcome, card.needs_review) },
        stateWords(card.outcome, card.needs_review),
      ),
      ` · ${localTime(card.written_at).slice(0, 16)}`,
    ),
    element("span", { class: "side" }, scoreChip(card.lowest, minimum, "score.lowest")),
  );
}

function drawCharts() {
  drawTime(left, (bin) => {
    byId("from").value = bin.from;
    byId("until").value = bin.until;
    update();
  });
  drawScores(left, minimum);
}

function shortcuts(event) {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("text").focus();
  } else if (event.key === "Escape" && event.target === byId("text")) {
    byId("text").value = "";
    update();
    byId("list").focus();
  } else if (event.key === "Escape" && byId("card").contains(event.target)) {
    byId("list").focus();
  } else if (event.key === "Enter" && event.target === byId("list")) {
    byId("card").focus();
  } else if (event.key === "ArrowDown" && event.target === byId("text")) {
    event.preventDefault();
    byId("list").focus();
  }
}

function makeTheme() {
  const button = byId("theme");
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  button.setAttribute("aria-pressed", dark());
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    button.setAttribute("aria-pressed", dark());
  });
}

function drawInLanguage() {
  showCount();
  list.render();
  showSelected();
  drawCharts();
}

byId("written").textContent = localTime(byId("written").dateTime);
makeOutcomes();
makeTheme();
setUpLanguage(drawInLanguage);
lightTogether(byId("card"));
form.addEventListener("input", update);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(update));
document.addEventListener("keydown", shortcuts);
addEventListener("resize", drawCharts);
// Photos come last in the file: if the first card's wasn't there yet, it is now.
addEventListener("DOMContentLoaded", showSelected);
update();
if (selected === null) showSelected(); // there is no card at all
