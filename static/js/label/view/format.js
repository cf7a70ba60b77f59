// Names, times and values in the form in which the page shows them.

/** @typedef {import("../types.js").Question} Question */

/**
 * Return a time of the episode.
 *
 * @param {number} ms
 * @returns {string} `1:02:03` or `2:03`
 */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i ? String(part).padStart(2, "0") : part)).join(":");
}

/**
 * Return a time of the episode with hundredths of a second, in which one step of a cut (40 ms) can be seen.
 *
 * @param {number} ms
 * @returns {string} `1:02:03.04` or `2:03.04`
 */
export function exactClock(ms) {
  return `${clock(ms)}.${String(Math.floor((ms % 1000) / 10)).padStart(2, "0")}`;
}

/**
 * Return the class that colours a link: the directions differ in lightness and weight, not only in hue.
 *
 * @param {number} value of the link
 * @returns {string}
 */
export function linkClass(value) {
  return value > 0 ? "link-positive" : value < 0 ? "link-negative" : "link-none";
}

/**
 * Return a number with its sign: `+2`, `0`, `−2`.
 *
 * @param {number} value
 */
export function signed(value) {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}

/**
 * Return the names of the chosen options.
 *
 * @param {Question} question
 * @param {import("../types.js").Answer | undefined} value
 */
export function namesOf(question, value) {
  const chosen = Array.isArray(value) ? value : [value];
  const options = question.options.filter((option) => chosen.includes(/** @type {any} */ (option.value)));
  return options.map(({ name }) => name).join(" · ");
}

/**
 * Return the most informative name: of the answer, of the question if its answers are yes and no, or both if the answer
 * is a number.
 *
 * @param {Question} question
 * @param {import("../types.js").Answer | undefined} value
 * @returns {string}
 */
export function shortNameOf(question, value) {
  if (isYesNo(question)) return question.name;
  return isNumeric(question) ? fullNameOf(question, value) : namesOf(question, value);
}

/**
 * Return the name of a question, and of its answer if there is one.
 *
 * @param {Question} question
 * @param {import("../types.js").Answer | undefined} value
 * @returns {string}
 */
export function fullNameOf(question, value) {
  return [question.name, namesOf(question, value)].filter(Boolean).join(" ");
}

/**
 * Return whether the choices of a task are numbers, which mean nothing without the question.
 *
 * @param {Question} question
 */
export function isNumeric({ kind, options }) {
  return kind === "task" && options.every(({ value }) => /^-?\d+$/.test(String(value)));
}

/**
 * Return whether a question has two choices, whose names ("yes") mean nothing without the question.
 *
 * @param {Question} question
 */
export function isYesNo({ kind, options }) {
  return kind === "task" && options.length === 2;
}
