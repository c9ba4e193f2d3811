// Takes photos: dropped, chosen, pasted, or one of the samples.

import { byId, element } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { typeWords } from "../viewer/values.js";
import { samples, upload, uploadSample } from "./api.js";

export function setUpIntake({ knownEtags, onUploaded }) {
  const offered = samples().catch(() => []);
  const send = (files) => uploadAll(files, onUploaded);

  byId("choose").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", (event) => {
    send([...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("paste", (event) => send([...event.clipboardData.files]));
  setUpDrop(send);

  async function trySample() {
    const all = await offered;
    const known = knownEtags();
    const next = all.find((sample) => !known.has(sample.etag)) ?? all[0];
    if (next) sendSample(next.name, onUploaded);
  }

  byId("sample").addEventListener("click", trySample);
  offered.then((all) => {
    byId("samples").append(...all.map((sample) => sampleItem(sample, onUploaded)));
    nameSamples();
  });
  return { trySample };
}

function sampleItem(sample, onUploaded) {
  const click = () => sendSample(sample.name, onUploaded);
  return element(
    "li",
    {},
    element("button", {
      type: "button",
      class: "link",
      "data-type": sample.card_type,
      "data-name": sample.name,
      click,
    }),
  );
}

/** Write the name of every sample, in the language of the page. */
export function nameSamples() {
  for (const button of byId("samples").querySelectorAll("button")) {
    const name = button.dataset.name.replace(/^.*\/|\.jpg$/g, "").replaceAll("-", " ");
    button.textContent = `${typeWords(button.dataset.type)} · ${name}`;
  }
}

function sendSample(name, onUploaded) {
  return shown(name, uploadSample(name), onUploaded);
}

function uploadAll(files, onUploaded) {
  const cardType = document.querySelector("input[name=card-type]:checked").value;
  let first = true;
  for (const file of files) {
    shown(file.name, upload(file, cardType), first ? onUploaded : () => {});
    first = false;
  }
}

// Shows a line for each upload that runs. If the upload fails, the line stays and says why.
async function shown(name, sending, onUploaded) {
  const state = element("span", { class: "state" }, words("upload.running"));
  const line = element("li", {}, element("span", { class: "name" }, name), state);
  byId("uploads").append(line);
  try {
    const { id } = await sending;
    line.remove();
    onUploaded(id);
  } catch (error) {
    line.className = "refused";
    state.textContent = words("upload.refused", { reason: error.message });
    const click = () => line.remove();
    line.append(element("button", { type: "button", class: "link", click }, words("upload.dismiss")));
  }
}

function setUpDrop(send) {
  const over = byId("over");
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, change === 0 ? 0 : depth + change);
    over.hidden = depth === 0;
  };
  document.addEventListener("dragenter", (event) => holdsFiles(event) && show(1));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && show(-1));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    show(0);
    send([...event.dataTransfer.files]);
  });
}
