// The selected card: where its text stands, what was read, its checks and its evidence.

import { bandLegend, drawBoxes, photoFrame, setExtent } from "../viewer/boxes.js";
import { byId, element } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { localTime } from "../viewer/times.js";
import { checkList, fieldList, reviewBlock, stateWords, toneOf, typeWords } from "../viewer/values.js";
import { number } from "./charts.js";

export function showCard(place, card, minimum) {
  if (!card) {
    place.replaceChildren(element("p", { class: "nothing" }, words("selected.none")));
    return;
  }
  place.replaceChildren(
    element("h2", {}, card.key),
    tags(card),
    ...why(card),
    ...(card.review ? [reviewBlock(card.review)] : []),
    ...places(card, minimum),
    ...section("values.label", hasText(card) ? fieldList(card.fields, card.items, minimum) : null),
    ...section("checks.label", checkList(card.checks)),
    ...section("selected.evidence", facts(card)),
  );
}

function tags(card) {
  const quiet = [card.card_type ? typeWords(card.card_type) : words("selected.unknown_type")];
  if (!card.current) quiet.push(words("selected.replaced"));
  const tone = toneOf(card.outcome, card.needs_review);
  return element(
    "p",
    { class: "tags" },
    element("span", { class: "state", "data-tone": tone }, stateWords(card.outcome, card.needs_review)),
    element("span", { class: "quiet" }, quiet.join(" · ")),
  );
}

function why(card) {
  if (!card.error) return [];
  const message = card.error.message ? `: ${card.error.message}` : "";
  return [element("p", { class: "why" }, element("strong", {}, card.error.code), `${message} (${card.error.stage})`)];
}

function section(title, content) {
  return content ? [element("h3", {}, words(title)), content] : [];
}

/** The boxes, on the photo where the file holds it, else on an empty ground of their extent. */
function places(card, minimum) {
  const photo = byId(`photo-${card.id}`);
  const frame = photoFrame(photo && picture(photo, card));
  if (photo) setExtent(frame, { width: Number(photo.dataset.width), height: Number(photo.dataset.height) });
  const count = drawBoxes(frame, card.items, minimum);
  return count || photo ? [frame, bandLegend(minimum)] : [];
}

function picture(photo, card) {
  const src = `data:image/jpeg;base64,${photo.textContent.trim()}`;
  return element("img", { src, alt: words("card.photo", { key: card.key }) });
}

function hasText(card) {
  return card.items.length > 0 || Object.keys(card.fields).length > 0;
}

function facts(card) {
  const { evidence, job } = card;
  const size = { size: number(card.size ?? 0), date: card.last_modified ? localTime(card.last_modified) : words("fact.photo.no_date") };
  const verified = words(evidence.verified ? "fact.verified" : "fact.not_verified");
  const pairs = [
    ["fact.log", card.log_key],
    ["fact.version", card.version],
    ["fact.photo", card.size === null ? words("fact.photo.gone") : words("fact.photo.size", size)],
    ["fact.delivered", [evidence.delivered_by, evidence.format, verified].join(words("chart.comma"))],
    ["fact.received", localTime(evidence.received_at)],
    ["fact.written", localTime(card.written_at)],
  ];
  if (job) {
    const state = job.state || words("fact.job.no_state");
    pairs.push(["fact.job", words("fact.job.text", { id: job.id, state, attempt: job.attempt })]);
  }
  return element(
    "dl",
    { class: "facts" },
    pairs.map(([name, value]) => [element("dt", {}, words(name)), element("dd", {}, value)]).flat(),
  );
}
