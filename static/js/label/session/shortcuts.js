// Shortcut keys that answer every question: their answers, and the delay before they are available.

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Question} Question */

const READING = { wide: 120, narrow: 40, least: 600, most: 6_000 }; // milliseconds; wide and narrow: per character

/**
 * Return the default answer of every task; links follow from their conditions.
 *
 * @param {Question[]} questions
 * @returns {Answers}
 */
export function defaultAnswers(questions) {
  const tasks = questions.filter(({ link }) => !link);
  return Object.fromEntries(
    tasks.map(({ slug, defaultAnswer, many }) => [slug, many ? [defaultAnswer] : defaultAnswer]),
  );
}

/**
 * Return the least time that a person needs to read a text.
 *
 * @param {string} text
 * @returns {number} milliseconds
 */
export function readingTime(text) {
  let time = 0;
  for (const character of text) {
    time += /[\u3040-\u9fff\uac00-\ud7af\u{20000}-\u{3ffff}]/u.test(character) ? READING.wide : READING.narrow;
  }
  return Math.max(READING.least, Math.min(time, READING.most));
}
