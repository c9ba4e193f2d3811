// The reader's language: the browser's, until the switch says otherwise.

import { CHINESE } from "./chinese.js";
import { byId, element } from "./dom.js";
import { ENGLISH } from "./english.js";

const TABLES = { en: ENGLISH, "zh-Hans": CHINESE };
const OTHER = { en: "zh-Hans", "zh-Hans": "en" };
const REMEMBERED_AS = "card-ocr.language";

let language = rememberedLanguage() ?? browserLanguage();

/** The words of a key, with {name} replaced by `values`; undefined if there is no such key. */
export function words(key, values = {}) {
  return TABLES[language][key]?.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The same for an element: what stands between backticks becomes code. */
export function phrase(key, values) {
  return words(key, values)
    .split("`")
    .map((part, place) => (place % 2 ? element("code", {}, part) : part));
}

/** Write the page's own words, and let #language switch; `onSwitch` draws what else has words. */
export function setUpLanguage(onSwitch) {
  byId("language").addEventListener("click", () => {
    language = OTHER[language];
    rememberLanguage();
    writeWords();
    onSwitch();
  });
  writeWords();
}

function writeWords() {
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll("[data-words]")) {
    one.replaceChildren(...phrase(one.dataset.words));
  }
  for (const one of document.querySelectorAll("[data-label]")) {
    one.setAttribute("aria-label", words(one.dataset.label));
  }
  for (const one of document.querySelectorAll("[data-hint]")) {
    one.placeholder = words(one.dataset.hint);
  }
  byId("language").lang = OTHER[language]; // its words are in the language that it switches to
}

/** Chinese or English, whichever the browser names first; English if it names neither. */
function browserLanguage() {
  const known = navigator.languages.find((tag) => /^(en|zh)(-|$)/i.test(tag)) ?? "en";
  return known.toLowerCase().startsWith("zh") ? "zh-Hans" : "en";
}

// A browser may refuse to store anything, for a file above all.
function rememberedLanguage() {
  try {
    const found = localStorage.getItem(REMEMBERED_AS);
    return found in TABLES ? found : null;
  } catch {
    return null;
  }
}

function rememberLanguage() {
  try {
    localStorage.setItem(REMEMBERED_AS, language);
  } catch {
    // It is switched for this time.
  }
}
