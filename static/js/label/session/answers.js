// What an answer does to the other answers.

import { applies, CANNOT_JUDGE, NOT_APPLICABLE } from "./conditions.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Answer} Answer */
/** @typedef {import("../types.js").Question} Question */

/**
 * Answer one question. Links at a changed end lose their value and are asked again; links that no longer apply say so.
 *
 * @param {Question[]} questions
 * @param {Answers} answers are left as they are
 * @param {Question} question
 * @param {string | number} value a choice, a link's value, or `cannot_judge`
 * @returns {Answers}
 */
export function answer(questions, answers, question, value) {
  const next = { ...answers, [question.slug]: valueAfter(question, answers[question.slug], value) };
  if (question.many && !(/** @type {string[]} */ (next[question.slug]).length)) delete next[question.slug];
  if (isSame(next[question.slug], answers[question.slug])) return answers;
  for (const { slug, link } of questions) {
    if (link && (link.from === question.slug || link.to === question.slug)) delete next[slug];
  }
  return settled(questions, next);
}

/**
 * @param {Question[]} questions
 * @param {Answers} answers
 * @returns {Answers} with every link between judged ends that is not asked set to `not_applicable`
 */
export function settled(questions, answers) {
  const next = { ...answers };
  for (const { slug, link } of questions) {
    if (!link) continue;
    if (!isWaiting(link, answers) && !applies(link, answers)) next[slug] = NOT_APPLICABLE;
    else if (next[slug] === NOT_APPLICABLE) delete next[slug];
  }
  return next;
}

/**
 * @param {Question[]} questions
 * @param {Answers} answers
 * @returns {Question[]} those still to be answered, in order
 */
export function openQuestions(questions, answers) {
  return questions.filter(({ slug }) => answers[slug] === undefined);
}

/**
 * @param {Question} question
 * @param {Answers} answers
 * @returns {"asked" | "waiting" | "not_applicable"} waiting: an end of the link is not judged yet
 */
export function standing(question, answers) {
  if (!question.link) return "asked";
  if (isWaiting(question.link, answers)) return "waiting";
  return applies(question.link, answers) ? "asked" : "not_applicable";
}

/**
 * @param {Answers | null | undefined} one
 * @param {Answers | null | undefined} other
 * @returns {boolean}
 */
export function sameAnswers(one, other) {
  if (!one || !other) return !one && !other;
  const slugs = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...slugs].every((slug) => isSame(one[slug], other[slug]));
}

/**
 * @param {{from: string, to: string}} link
 * @param {Answers} answers
 */
function isWaiting({ from, to }, answers) {
  const ends = [answers[from], answers[to]];
  return ends.includes(undefined) && !ends.includes(CANNOT_JUDGE);
}

/**
 * @param {Question} question
 * @param {Answer | undefined} before
 * @param {string | number} value
 * @returns {Answer}
 */
function valueAfter(question, before, value) {
  if (!question.many || value === CANNOT_JUDGE) return value;
  const chosen = new Set(Array.isArray(before) ? before : []);
  if (!chosen.delete(String(value))) chosen.add(String(value));
  // one order only, so that equal answers are equal values
  return question.options.map((option) => String(option.value)).filter((slug) => chosen.has(slug));
}

/**
 * @param {Answer | undefined} one
 * @param {Answer | undefined} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
