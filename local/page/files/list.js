// The list of what is in the bucket, the newest first. Arrow keys move along it.

import { photo } from "./api.js";
import { byId, element } from "./dom.js";
import { fileName, stateWords, tone, typeWords } from "./words.js";

export function setUpList(onSelect) {
  byId("cards").addEventListener("keydown", (event) => {
    const buttons = [...byId("cards").querySelectorAll("button")];
    const next = neighbour(buttons, buttons.indexOf(document.activeElement), event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    onSelect(next.dataset.id);
  });
}

export function showList(cards, { selected, onSelect, hidden }) {
  const list = byId("cards");
  const lines = new Map([...list.children].map((line) => [line.dataset.id, line]));
  const wanted = cards.map((card) => {
    const line = lines.get(card.id) ?? newLine(card, onSelect);
    update(line, card, card.id === selected, hidden(card));
    return line;
  });
  for (const line of list.children) if (!wanted.includes(line)) line.remove();
  wanted.forEach((line, place) => {
    if (list.children[place] !== line) list.insertBefore(line, list.children[place] ?? null);
  });
  byId("count").textContent = String(cards.length);
  byId("nothing").hidden = cards.length > 0;
}

function neighbour(buttons, place, key) {
  const places = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: buttons.length - 1 };
  return place < 0 ? undefined : buttons[places[key]];
}

function newLine(card, onSelect) {
  const picture = card.present
    ? element("img", { src: photo(card.id), alt: "", loading: "lazy" })
    : null;
  picture?.addEventListener("error", () => picture.remove());
  return element(
    "li",
    { "data-id": card.id },
    element(
      "button",
      { type: "button", "data-id": card.id, click: () => onSelect(card.id) },
      element("span", { class: "thumbnail" }, picture),
      element("span", { class: "name" }),
      element(
        "span",
        { class: "below" },
        element("span", { class: "state" }),
        element("span", { class: "about" }),
      ),
    ),
  );
}

function update(line, card, isSelected, isHidden) {
  const button = line.firstChild;
  button.setAttribute("aria-current", String(isSelected));
  line.dataset.state = card.state;
  line.classList.toggle("hide-picture", isHidden);
  write(button.querySelector(".name"), fileName(card.key));
  const about = card.present ? typeWords(card.card_type) : "photo gone or replaced";
  write(button.querySelector(".about"), about);
  const state = button.querySelector(".state");
  state.dataset.tone = tone(card);
  write(state, stateWords(card));
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
