// One key that answers everything: what it answers, and from when on it may.

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Question} Question */

const READING = { wide: 120, narrow: 40, least: 600, most: 6_000 }; // milliseconds, the first two a character

/**
 * @param {Question[]} questions
 * @returns {Answers} every task at its default; links are left to their conditions
 */
export function usualAnswers(questions) {
  const tasks = questions.filter(({ link }) => !link);
  return Object.fromEntries(tasks.map(({ slug, usual, many }) => [slug, many ? [usual] : usual]));
}

/**
 * @param {string} text
 * @returns {number} milliseconds that somebody needs at least to read it
 */
export function readingTime(text) {
  let time = 0;
  for (const sign of text)
    time += /[\u3040-\u9fff\uac00-\ud7af\u{20000}-\u{3ffff}]/u.test(sign) ? READING.wide : READING.narrow;
  return Math.max(READING.least, Math.min(time, READING.most));
}
