// The page's requests to the local cloud. Every failure is an Error with a message for the user.

import { words } from "../viewer/language.js";

const LARGEST = 64_000_000;

export function upload(file, cardType) {
  if (file.size > LARGEST) {
    return Promise.reject(new Error(errorWords(413)));
  }
  return ask("/page/uploads", {
    method: "POST",
    body: file,
    headers: {
      "Content-Type": file.type || "application/octet-stream",
      "X-Card-Type": cardType,
      "X-File-Name": encodeURIComponent(file.name),
    },
  });
}

export function uploadSample(name) {
  return ask(`/page/samples/${name}`, { method: "POST" });
}

export function samples() {
  return ask("/page/samples");
}

export function documents(id, reveal) {
  return ask(`/page/cards/${id}${reveal ? "?reveal=yes" : ""}`);
}

export function photo(id) {
  return `/page/photos/${id}`;
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Error(words("error.none"));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(errorWords(response.status, answer.code));
  return answer;
}

function errorWords(status, code = "") {
  const values = { status, code, limit: LARGEST / 1_000_000 };
  return words(`error.${status}`, values) ?? words("error.other", values);
}
