// Answers of one utterance, and the effect of one answer on the others.

import { applies, CANNOT_JUDGE, NOT_APPLICABLE } from "./conditions.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Answer} Answer */
/** @typedef {import("../types.js").Question} Question */

/**
 * Return the answers after one question was answered. Links of this question lose their answer and are asked again;
 * links that no longer apply become `not_applicable`.
 *
 * @param {Question[]} questions
 * @param {Answers} answers not modified
 * @param {Question} question
 * @param {string | number} value a choice, a value of a link, or `cannot_judge`
 * @returns {Answers}
 */
export function answer(questions, answers, question, value) {
  return withValue(questions, answers, question, answerAfter(question, answers[question.slug], value));
}

/**
 * Return the answers after one question got a whole answer, which of several choices is all of them. Links lose their
 * answers as in `answer`.
 *
 * @param {Question[]} questions
 * @param {Answers} answers not modified
 * @param {Question} question
 * @param {Answer} value
 * @returns {Answers} the same object if nothing changes
 */
export function withValue(questions, answers, question, value) {
  const next = { ...answers, [question.slug]: value };
  if (question.many && !(/** @type {string[]} */ (value).length)) delete next[question.slug];
  if (isSame(next[question.slug], answers[question.slug])) return answers;
  for (const { slug, link } of questions) {
    if (link && (link.from === question.slug || link.to === question.slug)) delete next[slug];
  }
  return withInapplicableLinks(questions, next);
}

/**
 * Return the answers with `not_applicable` for every link between judged ends that is not asked.
 *
 * @param {Question[]} questions
 * @param {Answers} answers
 * @returns {Answers}
 */
export function withInapplicableLinks(questions, answers) {
  const next = { ...answers };
  for (const { slug, link } of questions) {
    if (!link) continue;
    if (!isWaiting(link, answers) && !applies(link, answers)) next[slug] = NOT_APPLICABLE;
    else if (next[slug] === NOT_APPLICABLE) delete next[slug];
  }
  return next;
}

/**
 * Return the answers of a draft that the questions offer. A draft may be older than a change of the codebook.
 *
 * @param {Question[]} questions
 * @param {Answers} draft
 * @returns {Answers}
 */
export function offeredAnswers(questions, draft) {
  const bySlug = new Map(questions.map((question) => [question.slug, question]));
  return Object.fromEntries(
    Object.entries(draft).filter(([slug, given]) => {
      if (slug.startsWith("~")) return true; // a mark of the draft itself
      const question = bySlug.get(slug);
      if (!question) return false;
      if (given === NOT_APPLICABLE) return question.link !== null;
      if (given === CANNOT_JUDGE) return question.allowsCannotJudge;
      if (question.many !== Array.isArray(given)) return false;
      const values = new Set(question.options.map(({ value }) => value));
      return [given].flat().every((each) => each !== undefined && values.has(each));
    }),
  );
}

/**
 * Return the questions without an answer, in order.
 *
 * @param {Question[]} questions
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function openQuestions(questions, answers) {
  return questions.filter(({ slug }) => answers[slug] === undefined);
}

/**
 * Return the state of a question.
 *
 * @param {Question} question
 * @param {Answers} answers
 * @returns {"asked" | "waiting" | "not_applicable"} waiting: an end of the link is not answered yet
 */
export function questionState(question, answers) {
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
function answerAfter(question, before, value) {
  if (!question.many || value === CANNOT_JUDGE) return value;
  const chosen = new Set(Array.isArray(before) ? before : []);
  if (!chosen.delete(String(value))) chosen.add(String(value));
  // in the codebook's order, so that equal answers compare equal
  return question.options.map((option) => String(option.value)).filter((slug) => chosen.has(slug));
}

/**
 * @param {Answer | undefined} one
 * @param {Answer | undefined} other
 */
export function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
