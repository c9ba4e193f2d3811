// Photos in: dropped, chosen, pasted, or one of the samples.

import { samples, upload, uploadSample } from "./api.js";
import { byId, element } from "./dom.js";
import { typeWords } from "./words.js";

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
  });
  return { trySample };
}

function sampleItem(sample, onUploaded) {
  const click = () => sendSample(sample.name, onUploaded);
  const name = sample.name.replace(/^.*\/|\.jpg$/g, "").replaceAll("-", " ");
  return element(
    "li",
    {},
    element("button", { type: "button", class: "link", click }, `${typeWords(sample.card_type)}, ${name}`),
  );
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

// A line of its own while an upload is on its way; it stays, with the reason, where it failed.
async function shown(name, sending, onUploaded) {
  const state = element("span", { class: "state" }, "uploading…");
  const line = element("li", {}, element("span", { class: "name" }, name), state);
  byId("uploads").append(line);
  try {
    const { id } = await sending;
    line.remove();
    onUploaded(id);
  } catch (error) {
    line.className = "refused";
    state.textContent = `not uploaded: ${error.message}`;
    const click = () => line.remove();
    line.append(element("button", { type: "button", class: "link", click }, "dismiss"));
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
