// The photo of a card from the local bucket, in a frame for its boxes.

import { photoFrame, setExtent } from "../viewer/boxes.js";
import { element } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { photo } from "./api.js";

export function photoOf(card) {
  if (!card.present) return noPicture("card.photo_gone");
  const picture = element("img", { alt: words("card.photo", { key: card.key }), draggable: "false" });
  const frame = photoFrame(picture);
  picture.addEventListener("load", () => setExtent(frame, sizeAsStored(picture)));
  picture.addEventListener("error", () => frame.replaceWith(noPicture("card.no_picture")));
  picture.src = photo(card.id);
  return frame;
}

function noPicture(why) {
  return element("p", { class: "no-picture" }, words(why));
}

// The style sheet shows the pixels as they are stored, and CI's boxes count them so too. But the
// natural size is that of the picture after EXIF has turned it. The client size tells whether it did.
function sizeAsStored({ naturalWidth, naturalHeight, clientWidth, clientHeight }) {
  const isTurned = naturalWidth > naturalHeight !== clientWidth > clientHeight;
  return isTurned
    ? { width: naturalHeight, height: naturalWidth }
    : { width: naturalWidth, height: naturalHeight };
}
