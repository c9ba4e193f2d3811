// Times for people, in the zone of their browser; data has them in UTC, as RFC 3339.

const twoDigits = (number) => String(number).padStart(2, "0");

/** `UTC+08:00`, as it is at a moment. */
export function zoneOf(moment) {
  const minutes = -moment.getTimezoneOffset();
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(Math.abs(minutes) % 60)}`;
}

/** `2026-01-31`; what is no time stays as it is, up to ten characters. */
export function localDay(text) {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return text.slice(0, 10);
  const parts = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()];
  return parts.map(twoDigits).join("-");
}

/** `2026-01-31 16:15:00 UTC+08:00`; what is no time stays as it is. */
export function localTime(text) {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return text;
  const parts = [moment.getHours(), moment.getMinutes(), moment.getSeconds()];
  return `${localDay(text)} ${parts.map(twoDigits).join(":")} ${zoneOf(moment)}`;
}
