// The state of the page: the cards, which one is selected, and whether values are shown.

import { byId } from "../viewer/dom.js";
import { setUpLanguage, words } from "../viewer/language.js";
import { CardList } from "../viewer/list.js";
import { showCard, showNothing } from "./detail.js";
import { fileName } from "./formats.js";
import { nameSamples, setUpIntake } from "./intake.js";
import { cardState, drawRow } from "./list.js";
import { follow } from "./stream.js";

const NARROW = matchMedia("(max-width: 760px)"); // then the card is below the list

const cards = new Map();
let selected = location.hash.slice(1) || null;
let reveal = false;
let connection = "connecting";
let drawn = null; // what the detail shows, so that it is drawn again only after a change

setUpLanguage(drawInLanguage);
const intake = setUpIntake({
  knownEtags: () => new Set([...cards.values()].map((card) => card.etag)),
  onUploaded: select,
});
const list = new CardList(byId("cards"), {
  draw: (row, card) => drawRow(row, card, hidden(card)),
  onSelect: (card) => select(card.id),
});
byId("reveal").addEventListener("click", () => {
  reveal = !reveal;
  nameReveal();
  show();
});
nameReveal();
showConnection("connecting");
follow({
  onAll: (all) => {
    cards.clear();
    keep(all);
  },
  onChanged: (changed, removed) => {
    for (const id of removed) cards.delete(id);
    keep(changed);
  },
  onState: showConnection,
});

function keep(changed) {
  for (const card of changed) {
    const before = cards.get(card.id);
    cards.set(card.id, card);
    if (before && before.state !== card.state) announce(card);
  }
  show();
}

function select(id) {
  selected = id;
  history.replaceState(null, "", `#${id}`);
  show();
  if (NARROW.matches) byId("card").scrollIntoView();
}

function show() {
  const newestFirst = [...cards.values()].sort((one, other) => age(other) - age(one));
  byId("cards").hidden = newestFirst.length === 0;
  byId("nothing").hidden = newestFirst.length > 0;
  byId("count").textContent = String(newestFirst.length);
  byId("reveal").hidden = newestFirst.every((card) => card.sample);
  list.show(newestFirst, selected);
  const card = cards.get(selected) ?? null;
  const what = JSON.stringify([card, reveal]);
  if (what === drawn) return;
  drawn = what;
  if (card) showCard(card, { hidden: hidden(card), reveal });
  else showNothing(intake.trySample);
}

function drawInLanguage() {
  nameReveal();
  nameSamples();
  showConnection(connection);
  showNothing(intake.trySample); // so that the card is drawn anew, without words of the old language
  drawn = null;
  show();
}

// The repository's own specimens show invented people, so their values need no mask.
function hidden(card) {
  return !reveal && !card.sample;
}

function age(card) {
  return card.steps.uploaded ?? 0;
}

function nameReveal() {
  byId("reveal").setAttribute("aria-pressed", String(reveal));
  byId("reveal").textContent = words(reveal ? "reveal.hide" : "reveal.show");
}

function showConnection(state) {
  connection = state;
  byId("connection").dataset.state = state;
  byId("connection").textContent = words(`connection.${state}`);
  byId("lost").hidden = state !== "lost";
}

function announce(card) {
  byId("announcements").textContent = `${fileName(card.key)}: ${cardState(card)}`;
}
