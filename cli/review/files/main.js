// The page: what awaits a person, one card after the other, and what is decided of it.

import { lightTogether } from "../viewer/boxes.js";
import { byId, element } from "../viewer/dom.js";
import { setUpLanguage, words } from "../viewer/language.js";
import { CardList } from "../viewer/list.js";
import { stateWords, toneOf, typeWords } from "../viewer/values.js";
import { cards as awaiting, rerun, review } from "./api.js";
import { CardForm, refusalWords } from "./form.js";

const LOOK_AGAIN = 1000; // milliseconds, while cards are still being found

let all = []; // oldest first
let facts = {};
let shown = [];
let selected = null;
const decided = new Set();

history.replaceState(null, "", "/"); // the token is used up, and no bookmark's business
setUpLanguage(drawInLanguage);
const form = new CardForm(byId("card"), { onAccept: accept, onReject: reject, onRerun: runAgain, onSkip: skip, onBack: toList, onEdit: () => list.render() });
const list = new CardList(byId("list"), { draw: drawRow, onSelect: (one) => select(one.id) });
lightTogether(byId("card"));
byId("filters").addEventListener("input", update);
byId("filters").addEventListener("reset", () => setTimeout(update));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("list").addEventListener("keydown", decideByKey);
document.addEventListener("keydown", shortcuts);
addEventListener("beforeunload", (event) => {
  if (form.hasDrafts()) event.preventDefault();
});
look();

async function look() {
  try {
    facts = await awaiting();
    showLost(facts.fault);
  } catch (refusal) {
    showLost(refusal.answer);
    setTimeout(look, LOOK_AGAIN);
    return;
  }
  all = facts.cards.sort((one, other) => compare(one.written_at, other.written_at) || one.id - other.id);
  byId("place").textContent = `${facts.place} · ${words("review.by", facts)}`;
  update();
  if (!facts.is_complete) setTimeout(look, LOOK_AGAIN);
}

/** Show why cards are missing; null hides it. */
function showLost(answer) {
  byId("lost").textContent = answer ? refusalWords(answer) : "";
  byId("lost").hidden = !answer;
}

function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

/** Show what the filters leave, and keep the selected card while it is there. */
function update() {
  const read = new FormData(byId("filters"));
  const wanted = read.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  shown = all.filter(
    (one) =>
      !decided.has(one.id) &&
      [one.outcome, ""].includes(read.get("reason")) &&
      [one.card_type, ""].includes(read.get("type")) &&
      wanted.every((word) => searched(one).includes(word)),
  );
  showCount();
  const isThere = shown.some((one) => one.id === selected);
  select(isThere ? selected : (shown[0]?.id ?? null));
}

function searched(one) {
  return [one.key, one.version, one.code ?? "", ...one.failed_checks].join("\n").toLowerCase();
}

function showCount() {
  const left = all.filter((one) => !decided.has(one.id)).length;
  const looked = facts.is_complete ? "" : words("review.looking", { looked: facts.looked, total: facts.total ?? "…" });
  const unreadable = facts.unreadable ? words("review.unreadable", { count: facts.unreadable }) : "";
  const refused = facts.refused ? words("review.refused", { count: facts.refused }) : "";
  byId("count").textContent = words("filters.count", { shown: shown.length, all: left }) + looked + unreadable + refused;
  byId("none").hidden = shown.length > 0 || !facts.is_complete || Boolean(facts.fault);
  byId("none").textContent = words(left ? "filters.none" : "review.none");
}

function select(id) {
  const isOther = id !== selected;
  selected = id;
  list.show(shown, id);
  if (isOther) form.show(shown.find((one) => one.id === id) ?? null, facts.minimum);
}

function drawRow(row, one) {
  const why = one.code ?? one.failed_checks.join(", ");
  row.replaceChildren(
    element("span", { class: "name" }, one.key),
    element(
      "span",
      { class: "about" },
      element(
        "span",
        { class: "state", "data-tone": toneOf(one.outcome, one.needs_review) },
        stateWords(one.outcome, one.needs_review),
      ),
      ` · ${one.written_at.slice(0, 10)} · ${typeWords(one.card_type)}${why ? ` · ${why}` : ""}`,
    ),
    element("span", { class: "side quiet" }, form.isDraft(one.id) ? words("review.edited") : ""),
  );
}

async function accept(decision) {
  const { decision: kind } = await review({ ...decision, rejects: false });
  leave(decision.id, words(`review.decision.${kind}`));
}

async function reject(decision) {
  await review({ ...decision, fields: null, rejects: true });
  leave(decision.id, words("review.decision.rejected"));
}

async function runAgain({ id }) {
  await rerun(id);
  leave(id, words("review.rerun.done"));
}

function skip({ id }) {
  const place = shown.findIndex((one) => one.id === id);
  select(shown[(place + 1) % shown.length]?.id ?? null);
  toList();
}

/** Take a card out of the list, and go on with the next one if it is still the selected one. */
function leave(id, said) {
  const place = shown.findIndex((one) => one.id === id);
  const next = shown[place + 1] ?? shown[place - 1] ?? null;
  decided.add(id);
  form.forget(id);
  if (selected === id) select(next?.id ?? null);
  update();
  byId("announcements").textContent = `${said}. ${byId("count").textContent}`;
  toList();
}

function toList() {
  byId("list").focus();
}

/** Letters decide while the list has the focus, and nowhere else: nobody types there. */
function decideByKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const actions = { Enter: "focus", a: "accept", x: "reject", r: "rerun", s: "skip" };
  const action = actions[event.key];
  if (!action || selected === null) return;
  event.preventDefault();
  form[action]();
}

function shortcuts(event) {
  const isTyping = event.target.matches("input, select, textarea");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("text").focus();
  } else if (event.key === "Escape" && event.target === byId("text")) {
    byId("text").value = "";
    update();
    toList();
  }
}

function drawInLanguage() {
  if (facts.place) byId("place").textContent = `${facts.place} · ${words("review.by", facts)}`;
  showCount();
  list.render();
  form.draw();
}
