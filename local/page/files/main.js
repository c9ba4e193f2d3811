// The state of the page: the cards, which one is selected, and whether values are shown.

import { showCard, showNothing } from "./detail.js";
import { byId } from "./dom.js";
import { setUpIntake } from "./intake.js";
import { setUpList, showList } from "./list.js";
import { follow } from "./stream.js";
import { fileName, stateWords } from "./words.js";

const CONNECTION = { connecting: "connecting", live: "live", lost: "not connected" };

const NARROW = matchMedia("(max-width: 760px)"); // the card stands below the list then

const cards = new Map();
let selected = location.hash.slice(1) || null;
let reveal = false;
let drawn = null; // what the detail shows, to draw it again only where that has changed

const intake = setUpIntake({
  knownEtags: () => new Set([...cards.values()].map((card) => card.etag)),
  onUploaded: select,
});
setUpList(select);
setUpReveal();
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
  showList(newestFirst, { selected, onSelect: select, hidden });
  byId("reveal").hidden = newestFirst.every((card) => card.sample);
  const card = cards.get(selected) ?? null;
  const what = JSON.stringify([card, reveal]);
  if (what === drawn) return;
  drawn = what;
  if (card) showCard(card, { hidden: hidden(card), reveal });
  else showNothing(intake.trySample);
}

// Values of the repository's own specimens are nobody's.
function hidden(card) {
  return !reveal && !card.sample;
}

function age(card) {
  return card.steps.uploaded ?? 0;
}

function setUpReveal() {
  const button = byId("reveal");
  button.addEventListener("click", () => {
    reveal = !reveal;
    button.setAttribute("aria-pressed", String(reveal));
    button.textContent = reveal ? "Hide values" : "Show values";
    show();
  });
}

function showConnection(state) {
  const place = byId("connection");
  place.dataset.state = state;
  place.textContent = CONNECTION[state];
  byId("lost").hidden = state !== "lost";
}

function announce(card) {
  byId("announcements").textContent = `${fileName(card.key)}: ${stateWords(card)}`;
}
