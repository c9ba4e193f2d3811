// The cards, and which of them the filters leave. Nothing here touches the page.

import { localDay } from "../viewer/times.js";

export const OUTCOMES = ["recognised", "nothing_found", "failed", "rejected"];

/** What a card brings for filters and lists, worked out once. */
export function prepared(card, position) {
  const scores = card.items
    .filter((item) => item.field && item.score !== null)
    .map((item) => item.score);
  return {
    ...card,
    id: position,
    day: localDay(card.written_at),
    scores,
    lowest: scores.length ? Math.min(...scores) : null,
    searched: searchedText(card).join("\n").toLowerCase(),
  };
}

function searchedText(card) {
  const error = card.error || {};
  const missed = card.checks.filter((check) => !check.passed).map((check) => check.name);
  return [
    ...[card.key, card.log_key, card.version, card.card_type || "", card.job ? card.job.id : ""],
    ...[error.code || "", error.message || "", error.stage || ""],
    ...card.items.flatMap((item) => [item.label, item.text]),
    ...Object.values(card.fields).filter((value) => value !== null),
    ...missed,
    ...(card.review ? [card.review.reviewer, card.review.note ?? ""] : []),
  ];
}

const reviewState = (card) => (card.review ? "reviewed" : card.needs_review ? "needed" : "not-needed");

/** Whether a card passes every filter but the outcome's, which each outcome counts for itself. */
function passes(card, filters) {
  return (
    (!filters.review || filters.review === reviewState(card)) &&
    (!filters.from || card.day >= filters.from) &&
    (!filters.until || card.day <= filters.until) &&
    filters.words.every((word) => card.searched.includes(word))
  );
}

/** The cards that the filters leave, in the order of `cards`, and how many of each outcome there would be. */
export function filtered(cards, filters) {
  const others = cards.filter((card) => passes(card, filters));
  const counts = { "": others.length };
  for (const outcome of OUTCOMES) counts[outcome] = 0;
  for (const card of others) counts[card.outcome] += 1;
  const left = filters.outcome
    ? others.filter((card) => card.outcome === filters.outcome)
    : others;
  return { cards: left, counts };
}

/** Every card in each order, sorted when it is first asked for. */
export function ordering(cards) {
  const sorted = new Map();
  return (order) => {
    if (!sorted.has(order)) sorted.set(order, [...cards].sort(ORDERS[order]));
    return sorted.get(order);
  };
}

const byText = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const ORDERS = {
  newest: (one, other) => byText(other.written_at, one.written_at) || one.id - other.id,
  oldest: (one, other) => byText(one.written_at, other.written_at) || one.id - other.id,
  lowest: (one, other) => (one.lowest ?? 101) - (other.lowest ?? 101) || one.id - other.id,
  key: (one, other) => byText(one.key, other.key) || one.id - other.id,
};
