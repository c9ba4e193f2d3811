// How things are called on the page.

const STATES = {
  uploaded: "uploaded",
  claimed: "claimed",
  submitted: "submitted",
  recognised_by_ci: "writing the result",
  waiting: "waiting",
  unknown: "no answer from CI",
  recognised: "recognised",
  nothing_found: "nothing found",
  failed: "failed",
  rejected: "rejected",
};

const TONES = {
  recognised: "good",
  nothing_found: "warning",
  waiting: "warning",
  unknown: "warning",
  failed: "bad",
  rejected: "bad",
  unreadable: "bad",
};

const TYPES = { IDCard: "ID card", DriverLicense: "driving licence" };

export function stateWords(card) {
  const words = STATES[card.state] ?? card.state;
  return card.needs_review && card.ended && card.state === "recognised"
    ? `${words}, needs review`
    : words;
}

export function tone(card) {
  if (card.ended && card.needs_review && card.state === "recognised") return "warning";
  return TONES[card.state] ?? "busy";
}

export function typeWords(cardType) {
  return TYPES[cardType] ?? "card";
}

export function fileName(key) {
  return key.slice(key.lastIndexOf("/") + 1);
}

export function fieldWords(name) {
  return name.replaceAll("_", " ");
}

export function sizeWords(bytes) {
  if (bytes === null) return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

export function after(seconds) {
  return `+${Math.max(0, seconds).toFixed(2)} s`;
}
