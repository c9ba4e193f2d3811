"use strict";
// The page: filters in, list, charts and card out.

const report = JSON.parse(document.getElementById("facts").textContent);
const cards = JSON.parse(document.getElementById("cards-data").textContent).map(prepared);
const inOrder = ordering(cards);

const byId = (id) => document.getElementById(id);
const form = byId("filters");
const list = new CardList(byId("list"), byId("rows"), report.minimum, (card) => showCard(byId("card"), card, report.minimum));

function makeOutcomes() {
  for (const outcome of ["", ...OUTCOMES]) {
    const input = node("input", { type: "radio", name: "outcome", value: outcome });
    input.defaultChecked = outcome === "";
    const words = node("span", {}, node("i", { class: outcome || "all" }), OUTCOME_WORDS[outcome], node("b", {}, "0"));
    byId("outcomes").append(node("label", { class: "outcome" }, input, words));
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

let left = [];

function update() {
  const filters = readFilters();
  const found = filtered(inOrder(filters.order), filters);
  left = found.cards;
  for (const input of form.elements.outcome) {
    input.nextElementSibling.querySelector("b").textContent = number(found.counts[input.value]);
  }
  byId("count").textContent = `${number(left.length)} of ${number(cards.length)} cards`;
  list.setCards(left);
  drawCharts();
}

function drawCharts() {
  drawTime(left, (bin) => {
    byId("from").value = bin.from;
    byId("until").value = bin.until;
    update();
  });
  drawScores(left, report.minimum);
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

makeOutcomes();
makeTheme();
form.addEventListener("input", update);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(update));
document.addEventListener("keydown", shortcuts);
addEventListener("resize", drawCharts);
// Photos come last in the file: where the first card's wasn't there yet, it is now.
addEventListener("DOMContentLoaded", () => showCard(byId("card"), left[list.selected] || null, report.minimum));
update();
