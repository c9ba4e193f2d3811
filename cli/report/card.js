"use strict";
// The selected card: where its text stands, what was read, its checks and its evidence.

function showCard(place, card, minimum) {
  place.scrollTop = 0;
  if (!card) {
    place.replaceChildren(node("p", { class: "nothing" }, "No card is selected."));
    return;
  }
  place.replaceChildren(
    node("h2", {}, card.key),
    tags(card),
    ...why(card),
    ...places(card, minimum),
    ...readings(card, minimum),
    ...checks(card),
    node("h3", {}, "Evidence"),
    facts(card),
  );
  lightTogether(place);
}

function tags(card) {
  const outcome = node("span", { class: "tag" }, node("i", { class: card.outcome }), OUTCOME_WORDS[card.outcome]);
  const words = [card.card_type || "unknown card type"];
  if (!card.current) words.push("another content lies at the key now, or none");
  return node("p", { class: "tags" },
    outcome,
    card.needs_review ? node("span", { class: "tag review" }, "needs review") : null,
    node("span", { class: "quiet" }, words.join(" · ")));
}

function why(card) {
  if (!card.error) return [];
  const message = card.error.message ? `: ${card.error.message}` : "";
  return [node("p", { class: "why" }, node("strong", {}, card.error.code), `${message} (${card.error.stage})`)];
}

/** The boxes, on the photo where the file holds it, else on an empty ground of their extent. */
function places(card, minimum) {
  const boxed = card.items.map((item, index) => ({ item, index })).filter(({ item }) => item.polygon.length > 2);
  const photo = document.getElementById(`photo-${card.position}`);
  if (!boxed.length && !photo) return [];
  const extent = photo ? photoExtent(photo) : boxesExtent(boxed);
  const picture = svg("svg", {
    class: photo ? "places has-photo" : "places",
    viewBox: `${extent.x} ${extent.y} ${extent.width} ${extent.height}`,
    role: "img",
    "aria-label": `The places of ${boxed.length} texts on the photo`,
  });
  if (photo) {
    const href = `data:image/jpeg;base64,${photo.textContent.trim()}`;
    picture.append(svg("image", { href, ...extent, preserveAspectRatio: "none" }));
  }
  const size = Math.max(extent.width, extent.height) / 52;
  for (const { item, index } of boxed) picture.append(boxOf(item, index, size, minimum));
  const legend = [["good", "high score"], ["fair", "lower"], ["low", `below ${minimum}`]];
  return [
    picture,
    node("p", { class: "legend" }, ...legend.map(([name, words]) => node("span", { class: name }, words))),
  ];
}

function boxOf(item, index, size, minimum) {
  const left = Math.min(...item.polygon.map(([x]) => x));
  const top = Math.min(...item.polygon.map(([, y]) => y));
  const score = item.score === null ? "" : ` ${Math.round(item.score)}`;
  const caption = svg("text", { x: left, y: top - size * 0.35, "font-size": size, "stroke-width": size / 5 },
    `${item.field ? words(item.field) : "other"}${score}`);
  caption.style.fontSize = `${size}px`;
  const points = item.polygon.map((point) => point.join(",")).join(" ");
  return svg("g", { class: `box ${band(item.score, minimum)}`, "data-item": index },
    svg("polygon", { class: "halo", points }), svg("polygon", { class: "edge", points }), caption);
}

function photoExtent(photo) {
  return { x: 0, y: 0, width: Number(photo.dataset.width), height: Number(photo.dataset.height) };
}

function boxesExtent(boxed) {
  const points = boxed.flatMap(({ item }) => item.polygon);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left || 1, Math.max(...ys) - top || 1];
  const margin = Math.max(width, height) * 0.06;
  return { x: left - margin, y: top - margin, width: width + 2 * margin, height: height + 2 * margin };
}

function readings(card, minimum) {
  const rows = Object.entries(card.fields).map(([field, value]) => {
    const index = card.items.findIndex((item) => item.field === field);
    return reading(words(field), card.items[index], index, value, minimum);
  });
  card.items.forEach((item, index) => {
    if (!item.field) rows.push(reading("other", item, index, item.text, minimum));
  });
  if (!rows.length) return [];
  const head = node("tr", {}, ...["Field", "Value", "Score"].map((name) => node("th", { scope: "col" }, name)));
  return [
    node("h3", {}, "What was read"),
    node("table", {}, node("thead", {}, head), node("tbody", {}, ...rows)),
  ];
}

function reading(name, item, index, value, minimum) {
  const label = item ? node("small", {}, item.label) : null;
  const row = node("tr", item && item.polygon.length > 2 ? { tabindex: 0, "data-item": index } : {},
    node("th", { scope: "row" }, name, label),
    node("td", {}, value === null ? "–" : value),
    node("td", { class: "score" }, item ? scoreChip(item.score, minimum, "score") : "–"));
  return row;
}

function checks(card) {
  if (!card.checks.length) return [];
  const rows = card.checks.map((check) =>
    node("tr", {},
      node("th", { scope: "row" }, check.name),
      node("td", { class: check.passed ? "passed" : "missed" }, check.passed ? "passed" : "failed"),
      node("td", {}, check.detail || "")));
  return [node("h3", {}, "Checks"), node("table", {}, node("tbody", {}, ...rows))];
}

function facts(card) {
  const { evidence, job } = card;
  const pairs = [
    ["In the log", card.log_key],
    ["Version", card.version],
    ["Photo", card.size === null ? "gone" : `${number(card.size)} bytes, ${card.last_modified || "no date"}`],
    ["Delivered by", `${evidence.delivered_by}, ${evidence.format}, ${evidence.verified ? "verified" : "not verified"}`],
    ["Received", evidence.received_at],
    ["Written", card.written_at],
  ];
  if (job) pairs.push(["Job", `${job.id}, ${job.state || "no state"}, attempt ${job.attempt}`]);
  return node("dl", {}, ...pairs.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, value)]));
}

/** A row and its box light up together, by mouse and by keyboard. */
function lightTogether(place) {
  const light = (event, on) => {
    const from = event.target.closest("[data-item]");
    if (!from) return;
    for (const one of place.querySelectorAll(`[data-item="${from.dataset.item}"]`)) one.classList.toggle("lit", on);
  };
  for (const row of place.querySelectorAll("[data-item]")) {
    for (const name of ["mouseenter", "focus"]) row.addEventListener(name, (event) => light(event, true));
    for (const name of ["mouseleave", "blur"]) row.addEventListener(name, (event) => light(event, false));
  }
}

const words = (field) => field.replaceAll("_", " ");
