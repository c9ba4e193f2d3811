// The two charts, drawn for the cards that the filters leave.

import { byId, drawing } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { zoneOf } from "../viewer/times.js";
import { band, stateWords } from "../viewer/values.js";
import { OUTCOMES } from "./cards.js";

const DAY = 24 * 3600 * 1000;
const MOST_BARS = 62;
const CHART = { height: 132, left: 34, bottom: 18, top: 8 };

/** Days as whole numbers since 1970, so that they can be put together. */
const dayNumber = (day) => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY);
const dayOf = (number) => new Date(number * DAY).toISOString().slice(0, 10);

/** Outcomes by days, or by as many days together as leave few enough bars. */
function timeBins(cards) {
  if (!cards.length) return { days: 1, bins: [] };
  let first = Infinity;
  let last = -Infinity;
  for (const card of cards) {
    const number = dayNumber(card.day);
    first = Math.min(first, number);
    last = Math.max(last, number);
  }
  const days = [1, 7, 28, 91, 364].find((size) => (last - first) / size < MOST_BARS) || 3640;
  const bins = Array.from({ length: Math.floor((last - first) / days) + 1 }, (_, index) => ({
    from: dayOf(first + index * days),
    until: dayOf(first + (index + 1) * days - 1),
    counts: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])),
    total: 0,
  }));
  for (const card of cards) {
    const bin = bins[Math.floor((dayNumber(card.day) - first) / days)];
    bin.counts[card.outcome] += 1;
    bin.total += 1;
  }
  return { days, bins };
}

export function drawTime(cards, choose) {
  const { days, bins } = timeBins(cards);
  const chart = emptyChart("time", Math.max(...bins.map((bin) => bin.total), 1));
  const step = chart.room / Math.max(bins.length, 12);
  bins.forEach((bin, index) => {
    const left = CHART.left + index * step;
    const title = drawing("title", {}, binWords(bin));
    const hit = drawing("rect", { class: "hit", x: left, y: 0, width: step, height: CHART.height });
    const bar = drawing("g", { class: "bar" }, title, hit);
    let top = chart.floor;
    for (const outcome of OUTCOMES.filter((name) => bin.counts[name])) {
      const height = chart.heightOf(bin.counts[outcome]);
      top -= height;
      bar.append(drawing("rect", { class: outcome, x: left + step * 0.14, y: top, width: step * 0.72, height }));
    }
    bar.addEventListener("click", () => choose(bin));
    chart.element.append(bar);
  });
  labelEnds(chart, bins, step);
  const unit = days === 1 ? words("chart.day") : words("chart.days", { days });
  byId("time-unit").textContent = bins.length ? words("chart.unit", { unit, zone: zoneOf(new Date()) }) : "";
  byId("time-words").textContent = bins.length
    ? words("chart.time", { unit, bins: bins.map(binWords).join(words("chart.semicolon")) })
    : words("chart.no_cards");
}

export function drawScores(cards, minimum) {
  const counts = new Array(20).fill(0);
  let total = 0;
  for (const card of cards) {
    for (const score of card.scores) {
      counts[Math.max(0, Math.min(19, Math.floor(score / 5)))] += 1;
      total += 1;
    }
  }
  const chart = emptyChart("scores", Math.max(...counts, 1));
  const step = chart.room / counts.length;
  counts.forEach((count, index) => {
    const range = words("chart.range", { from: index * 5, until: index === 19 ? 100 : index * 5 + 4 });
    const height = count ? Math.max(chart.heightOf(count), 2) : 0;
    const place = { x: CHART.left + index * step + 1, y: chart.floor - height, width: step - 2, height };
    const rect = drawing("rect", { class: `band-${band(index * 5, minimum)}`, ...place });
    rect.append(drawing("title", {}, words("chart.bin", { range, counts: number(count) })));
    chart.element.append(rect);
  });
  const limit = CHART.left + (chart.room * minimum) / 100;
  chart.element.append(
    drawing("line", { class: "limit", x1: limit, x2: limit, y1: 0, y2: chart.floor }),
    drawing("text", { x: limit - 5, y: 9, "text-anchor": "end" }, words("chart.minimum", { minimum })),
    ...[0, 50, 100].map((at) =>
      drawing(
        "text",
        { x: CHART.left + (chart.room * at) / 100, y: CHART.height, "text-anchor": anchor(at / 100) },
        at,
      ),
    ),
  );
  const some = counts
    .map((count, index) => count && words("chart.from", { score: index * 5, count: number(count) }))
    .filter(Boolean);
  byId("score-unit").textContent = words("chart.fields", { count: number(total) });
  byId("score-words").textContent = words("chart.scores", {
    count: number(total),
    bins: some.join(words("chart.semicolon")),
  });
}

/** A cleared chart with its scale; heights are for counts up to `most`. */
function emptyChart(id, most) {
  const element = byId(id);
  element.replaceChildren();
  const width = Math.max(element.clientWidth, 320);
  element.setAttribute("viewBox", `0 0 ${width} ${CHART.height}`);
  const floor = CHART.height - CHART.bottom;
  const tall = floor - CHART.top;
  const heightOf = (count) => (count / most) * tall;
  for (const count of new Set([most, Math.round(most / 2), 0])) {
    const y = floor - heightOf(count);
    element.append(
      drawing("line", { class: "grid", x1: CHART.left, x2: width, y1: y, y2: y }),
      drawing("text", { x: CHART.left - 6, y: y + 4, "text-anchor": "end" }, number(count)),
    );
  }
  return { element, floor, heightOf, room: width - CHART.left };
}

function labelEnds(chart, bins, step) {
  const ends = bins.length > 1 ? [0, bins.length - 1] : bins.length ? [0] : [];
  for (const index of ends) {
    const last = index > 0;
    const x = CHART.left + (last ? (index + 1) * step : 0);
    const day = last ? bins[index].until : bins[index].from;
    if (!last || x > CHART.left + 160) {
      chart.element.append(
        drawing("text", { x, y: CHART.height, "text-anchor": last ? "end" : "start" }, day),
      );
    }
  }
}

const anchor = (share) => (share === 0 ? "start" : share === 1 ? "end" : "middle");
export const number = (count) => count.toLocaleString("en");

function binWords(bin) {
  const range =
    bin.from === bin.until ? bin.from : words("chart.range", { from: bin.from, until: bin.until });
  const counts = OUTCOMES.filter((name) => bin.counts[name]).map((name) =>
    words("chart.count", { count: number(bin.counts[name]), outcome: stateWords(name, false) }),
  );
  return words("chart.bin", { range, counts: counts.join(words("chart.comma")) || words("chart.none") });
}
