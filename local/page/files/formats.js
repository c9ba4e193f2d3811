// How names, sizes and times are written.

export function fileName(key) {
  return key.slice(key.lastIndexOf("/") + 1);
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
