// The photo with the boxes that CI gave, in the pixels of the picture as stored.

import { drawing, element } from "./dom.js";
import { words } from "./language.js";
import { band, litWith } from "./values.js";

const MARGIN = 0.06; // around boxes without a photo, of their extent
const LETTERS = 52; // as many as high as such a drawing is wide

/** A frame for a photo and its boxes; `photo` is null if there is none to be shown. */
export function photoFrame(photo) {
  const boxes = drawing("svg", { class: "boxes" });
  return element("div", { class: photo ? "frame has-photo" : "frame" }, photo, boxes);
}

/** Say how large the photo is, in pixels as they are stored, so that boxes lie where they belong. */
export function setExtent(frame, { x = 0, y = 0, width, height }) {
  frame.style.setProperty("--ratio", width / height);
  frame.querySelector(".boxes").setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
}

/** Draw the boxes of a result's items; without a photo each says what it is. */
export function drawBoxes(frame, items, minimum) {
  const boxed = items.map((item, place) => ({ item, place })).filter(({ item }) => item.polygon?.length > 2);
  const hasPhoto = frame.classList.contains("has-photo");
  const extent = hasPhoto ? null : extentOf(boxed.flatMap(({ item }) => item.polygon));
  if (extent) setExtent(frame, extent);
  const boxes = frame.querySelector(".boxes");
  boxes.setAttribute("role", "img");
  boxes.setAttribute("aria-label", words("boxes.label", { count: boxed.length }));
  boxes.replaceChildren(
    ...boxed.map(({ item, place }) =>
      drawing(
        "g",
        {
          class: `box ${band(item.score, minimum)}`,
          "data-item": litWith(items, item, place),
          "data-field": item.field,
        },
        drawing("polygon", { class: "halo", points: pointsOf(item) }),
        drawing("polygon", { class: "edge", points: pointsOf(item) }),
        extent ? caption(item, extent) : null,
      ),
    ),
  );
  return boxed.length;
}

export function bandLegend(minimum) {
  return element(
    "p",
    { class: "legend" },
    ["good", "fair", "low"].map((name) => element("span", { class: name }, words(`boxes.${name}`, { minimum }))),
  );
}

/** Let a value and its boxes light up together, by mouse and by keyboard. */
export function lightTogether(root) {
  for (const [type, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
    root.addEventListener(type, (event) => {
      const item = event.target.closest?.("[data-item]")?.dataset.item;
      for (const one of root.querySelectorAll("[data-item]")) {
        one.classList.toggle("lit", on && one.dataset.item === item);
      }
    });
  }
}

function extentOf(points) {
  if (!points.length) return { width: 1, height: 1 };
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left || 1, Math.max(...ys) - top || 1];
  const margin = Math.max(width, height) * MARGIN;
  return { x: left - margin, y: top - margin, width: width + 2 * margin, height: height + 2 * margin };
}

function caption(item, { width, height }) {
  const size = Math.max(width, height) / LETTERS;
  const [x, y] = [Math.min(...item.polygon.map(([at]) => at)), Math.min(...item.polygon.map(([, at]) => at))];
  const score = item.score === null ? "" : ` ${Math.round(item.score)}`;
  const text = `${item.field ?? words("values.other")}${score}`;
  return drawing("text", { x, y: y - size * 0.35, "font-size": size, "stroke-width": size / 5 }, text);
}

function pointsOf(item) {
  return item.polygon.map((point) => point.join(",")).join(" ");
}
