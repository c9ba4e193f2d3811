// The photo with the boxes that CI gave, in the pixels of the picture as uploaded.

import { photo } from "./api.js";
import { drawing, element } from "./dom.js";

export function photoOf(card) {
  const boxes = drawing("svg", { class: "boxes", preserveAspectRatio: "none", "aria-hidden": "true" });
  const frame = element("div", { class: "frame" });
  const none = (words) => frame.replaceChildren(element("p", { class: "no-picture" }, words));
  if (!card.present) {
    none("This version of the photo is no longer in the bucket.");
    return { frame, boxes };
  }
  const picture = element("img", { alt: `the photo ${card.key}`, draggable: "false" });
  picture.addEventListener("load", () => {
    boxes.setAttribute("viewBox", `0 0 ${sizeAsStored(picture).join(" ")}`);
  });
  picture.addEventListener("error", () => none("No picture: a browser can’t draw this file."));
  picture.src = photo(card.id);
  frame.append(picture, boxes);
  return { frame, boxes };
}

// The style sheet shows pixels as they are stored, and as CI's boxes count them; the natural size is
// still that of the picture turned as its EXIF data wants it. How it is shown tells which is which.
function sizeAsStored({ naturalWidth, naturalHeight, clientWidth, clientHeight }) {
  const isTurned = naturalWidth > naturalHeight !== clientWidth > clientHeight;
  return isTurned ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
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
