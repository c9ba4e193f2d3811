"use strict";
// The two charts, drawn for the cards that the filters leave.

const SVG = "http://www.w3.org/2000/svg";
const DAY = 24 * 3600 * 1000;
const MOST_BARS = 62;
const CHART = { height: 132, left: 34, bottom: 18, top: 8 };

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

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

function drawTime(cards, choose) {
  const { days, bins } = timeBins(cards);
  const chart = emptyChart("time", Math.max(...bins.map((bin) => bin.total), 1));
  const step = chart.room / Math.max(bins.length, 12);
  bins.forEach((bin, index) => {
    const left = CHART.left + index * step;
    const title = svg("title", {}, `${span(bin)}: ${listed(bin.counts)}`);
    const hit = svg("rect", { class: "hit", x: left, y: 0, width: step, height: CHART.height });
    const bar = svg("g", { class: "bar" }, title, hit);
    let top = chart.floor;
    for (const outcome of OUTCOMES.filter((name) => bin.counts[name])) {
      const height = chart.heightOf(bin.counts[outcome]);
      top -= height;
      bar.append(svg("rect", { class: outcome, x: left + step * 0.14, y: top, width: step * 0.72, height }));
    }
    bar.addEventListener("click", () => choose(bin));
    chart.element.append(bar);
  });
  labelEnds(chart, bins, step);
  const unit = days === 1 ? "by day" : `by ${days} days`;
  document.getElementById("time-unit").textContent = bins.length ? `${unit}, UTC` : "";
  document.getElementById("time-words").textContent = bins.length
    ? `Outcomes ${unit}. ${bins.map((bin) => `${span(bin)}: ${listed(bin.counts)}`).join("; ")}.`
    : "No cards.";
}

function drawScores(cards, minimum) {
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
    const range = `${index * 5} to ${index === 19 ? 100 : index * 5 + 4}`;
    const height = count ? Math.max(chart.heightOf(count), 2) : 0;
    const place = { x: CHART.left + index * step + 1, y: chart.floor - height, width: step - 2, height };
    const rect = svg("rect", { class: `band-${band(index * 5, minimum)}`, ...place });
    rect.append(svg("title", {}, `${range}: ${number(count)}`));
    chart.element.append(rect);
  });
  const limit = CHART.left + (chart.room * minimum) / 100;
  chart.element.append(
    svg("line", { class: "limit", x1: limit, x2: limit, y1: 0, y2: chart.floor }),
    svg("text", { x: limit - 5, y: 9, "text-anchor": "end" }, `minimum ${minimum}`),
    ...[0, 50, 100].map((at) =>
      svg("text", { x: CHART.left + (chart.room * at) / 100, y: CHART.height, "text-anchor": anchor(at / 100) }, at),
    ),
  );
  document.getElementById("score-unit").textContent = `${number(total)} fields, 0 to 100`;
  document.getElementById("score-words").textContent =
    `Scores of ${number(total)} fields. ` +
    counts.map((count, index) => count && `${index * 5} and up: ${number(count)}`).filter(Boolean).join("; ");
}

/** A cleared chart with its scale; heights are for counts up to `most`. */
function emptyChart(id, most) {
  const element = document.getElementById(id);
  element.replaceChildren();
  const width = Math.max(element.clientWidth, 320);
  element.setAttribute("viewBox", `0 0 ${width} ${CHART.height}`);
  const floor = CHART.height - CHART.bottom;
  const tall = floor - CHART.top;
  const heightOf = (count) => (count / most) * tall;
  for (const count of new Set([most, Math.round(most / 2), 0])) {
    const y = floor - heightOf(count);
    element.append(
      svg("line", { class: "grid", x1: CHART.left, x2: width, y1: y, y2: y }),
      svg("text", { x: CHART.left - 6, y: y + 4, "text-anchor": "end" }, number(count)),
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
        svg("text", { x, y: CHART.height, "text-anchor": last ? "end" : "start" }, day),
      );
    }
  }
}

const anchor = (share) => (share === 0 ? "start" : share === 1 ? "end" : "middle");
const number = (count) => count.toLocaleString("en");
const span = (bin) => (bin.from === bin.until ? bin.from : `${bin.from} to ${bin.until}`);
const listed = (counts) =>
  OUTCOMES.filter((name) => counts[name])
    .map((name) => `${number(counts[name])} ${OUTCOME_WORDS[name].toLowerCase()}`)
    .join(", ") || "none";
