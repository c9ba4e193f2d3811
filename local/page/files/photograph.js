// The photograph with the boxes that CI gave, in the pixels of the picture as uploaded.

import { photograph } from "./api.js";
import { drawing, element } from "./dom.js";

export function photographOf(card) {
  const picture = element("img", {
    src: photograph(card.id),
    alt: `the photograph ${card.key}`,
    draggable: "false",
  });
  const boxes = drawing("svg", { class: "boxes", preserveAspectRatio: "none", "aria-hidden": "true" });
  const frame = element("div", { class: "frame" }, picture, boxes);
  const fit = () =>
    boxes.setAttribute("viewBox", `0 0 ${picture.naturalWidth} ${picture.naturalHeight}`);
  picture.addEventListener("load", fit);
  picture.addEventListener("error", () => {
    frame.replaceChildren(element("p", { class: "no-picture" }, missing(card)));
  });
  return { frame, boxes };
}

export function drawBoxes(boxes, items, minimum) {
  boxes.replaceChildren(
    ...items.filter((item) => item.polygon?.length).map((item) => box(item, minimum)),
  );
}

export function light(root, name) {
  for (const node of root.querySelectorAll("[data-field]")) {
    node.classList.toggle("lit", name !== null && node.dataset.field === name);
  }
}

function box(item, minimum) {
  return drawing("polygon", {
    points: item.polygon.map((point) => point.join(",")).join(" "),
    "data-field": item.field ?? item.label,
    "data-tone": item.score !== null && item.score < minimum ? "warning" : "good",
  });
}

function missing(card) {
  return card.present
    ? "No picture: a browser can’t draw this file."
    : "This version of the photograph is no longer in the bucket.";
}
