// Times as people read and write them: 1:02:03.450.

/**
 * @param {number} ms
 * @param {number} [digits] of the second
 */
export function shown(ms, digits = 3) {
  const total = Math.max(0, Math.round(ms));
  const [hours, minutes] = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60];
  const seconds = ((total % 60_000) / 1000)
    .toFixed(3)
    .padStart(6, "0")
    .slice(0, digits ? 3 + digits : 2);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/**
 * Read a time: 83.4, 1:23.4, 0:01:23,400; NaN if it is none.
 *
 * @param {string} text
 * @returns {number} ms
 */
export function read(text) {
  const match = /^\s*(-)?(?:(?:(\d+):)?(\d+):)?(\d+)(?:[.,](\d{1,3}))?\s*$/.exec(text);
  if (!match) return Number.NaN;
  const [, minus, hours = "0", minutes = "0", seconds, rest = ""] = match;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number(rest.padEnd(3, "0"));
  return minus ? -ms : ms;
}
