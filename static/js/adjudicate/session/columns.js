// The answers of several raters side by side: what they share, how they differ, and what follows for a decision.

import { isSame, questionState, sameAnswers, withInapplicableLinks, withValue } from "../../label/session/answers.js";
import { NOT_APPLICABLE } from "../../label/session/conditions.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Column} Column */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").RawColumn} RawColumn */

/**
 * Return the columns with `not_applicable` for each link that was not asked.
 *
 * @param {Question[]} questions
 * @param {RawColumn[]} columns
 * @returns {Column[]}
 */
export function columnsOf(questions, columns) {
  return columns.map(({ letter, answers, not_applicable = [] }) => ({
    letter,
    answers: withInapplicableLinks(questions, {
      ...answers,
      ...Object.fromEntries(not_applicable.map((slug) => [slug, NOT_APPLICABLE])),
    }),
  }));
}

/**
 * Return the questions to which the columns have different answers.
 *
 * @param {Question[]} questions
 * @param {Column[]} columns
 * @returns {Question[]}
 */
export function differingQuestions(questions, columns) {
  return questions.filter(({ slug }) =>
    columns.some(({ answers }) => !isSame(answers[slug], columns[0].answers[slug])),
  );
}

/**
 * Return the answers that all columns share, as the start of a decision. A link is shared only between shared ends.
 *
 * @param {Question[]} questions
 * @param {Column[]} columns
 * @returns {Answers}
 */
export function sharedAnswers(questions, columns) {
  if (columns.length === 0) return {};
  const differing = new Set(differingQuestions(questions, columns).map(({ slug }) => slug));
  /** @type {Answers} */
  const shared = {};
  for (const { slug, link } of questions) {
    const isOpen = [slug, ...(link ? [link.from, link.to] : [])].some((each) => differing.has(each));
    if (!isOpen && columns[0].answers[slug] !== undefined) shared[slug] = columns[0].answers[slug];
  }
  return withInapplicableLinks(questions, shared);
}

/**
 * Answer each open link with the value of the raters whose answers to both its ends are the decided ones, if these
 * raters agree. The other links stay open and are asked.
 *
 * @param {Question[]} questions
 * @param {Column[]} columns
 * @param {Answers} answers not modified
 * @returns {Answers}
 */
export function withSharedLinks(questions, columns, answers) {
  let next = answers;
  for (const question of questions) {
    const { slug, link } = question;
    if (!link || next[slug] !== undefined || questionState(question, next) !== "asked") continue;
    const values = columns
      .filter((column) => [link.from, link.to].every((end) => isSame(column.answers[end], next[end])))
      .map((column) => column.answers[slug])
      .filter((value) => value !== undefined && value !== NOT_APPLICABLE);
    if (values.length && values.every((value) => isSame(value, values[0]))) next = { ...next, [slug]: values[0] };
  }
  return next;
}

/**
 * Return the answers after one question got the answer of a column.
 *
 * @param {Question[]} questions
 * @param {Answers} answers not modified
 * @param {Question} question
 * @param {Column} column
 * @returns {Answers} the same object if the column has no answer to it, or the question is not asked
 */
export function withColumnAnswer(questions, answers, question, column) {
  const value = column.answers[question.slug];
  if (value === undefined || value === NOT_APPLICABLE || questionState(question, answers) !== "asked") return answers;
  return withValue(questions, answers, question, value);
}

/**
 * Return the letter of the column whose answers are exactly these.
 *
 * @param {Column[]} columns
 * @param {Answers} answers
 * @param {string | null} preferred letter that is returned if several columns are equal
 * @returns {string | null} null: nobody gave these answers
 */
export function columnWith(columns, answers, preferred) {
  const equal = columns.filter((column) => sameAnswers(column.answers, answers)).map(({ letter }) => letter);
  return equal.find((letter) => letter === preferred) ?? equal[0] ?? null;
}

/**
 * Return for each column a number that it shares with the columns of the same answer.
 *
 * @param {Column[]} columns
 * @param {string} slug of the question
 * @returns {number[]} 0 for the answer of most columns, then 1, 2, …
 */
export function groupsOf(columns, slug) {
  const keys = columns.map(({ answers }) => JSON.stringify(answers[slug] ?? null));
  const count = (/** @type {string} */ key) => keys.filter((each) => each === key).length;
  const order = [...new Set(keys)].sort((one, other) => count(other) - count(one));
  return keys.map((key) => order.indexOf(key));
}
