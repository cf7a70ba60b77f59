// Evaluation of conditions, the counterpart of corpus/rules/conditions.py: the server parses, both evaluate.
// Both are tested with tests/conditions.json.

/** @typedef {string | number | string[]} Answer */
/** @typedef {Record<string, Answer | undefined>} Answers question slug -> answer */
/** @typedef {[string, ...any[]]} Tree */

export const CANNOT_JUDGE = "cannot_judge";
export const NOT_APPLICABLE = "not_applicable";

/**
 * Return whether a condition is known to hold. Open questions and "cannot judge" are unknown (Kleene's three values).
 *
 * @param {Tree} tree as the codebook's document carries it
 * @param {Answers} answers
 * @returns {boolean}
 */
export function holds(tree, answers) {
  return truth(tree, answers) === true;
}

/**
 * Return whether a link is asked: both its ends are judged, and its condition holds.
 *
 * @param {{from: string, to: string, condition: Tree}} link
 * @param {Answers} answers
 * @returns {boolean}
 */
export function applies(link, answers) {
  return isJudged(answers[link.from]) && isJudged(answers[link.to]) && holds(link.condition, answers);
}

/**
 * @param {Answer | undefined} answer
 * @returns {answer is Answer}
 */
function isJudged(answer) {
  return answer !== undefined && answer !== null && answer !== CANNOT_JUDGE && answer !== NOT_APPLICABLE;
}

/**
 * @param {Tree} tree
 * @param {Answers} answers
 * @returns {boolean | null} null: unknown
 */
function truth([operator, ...operands], answers) {
  switch (operator) {
    case "always":
      return true;
    case "==":
      return isEqual(answers[operands[0]], operands[1]);
    case "!=":
      return negated(isEqual(answers[operands[0]], operands[1]));
    case "not":
      return negated(truth(operands[0], answers));
    case "and":
    case "or": {
      const decisive = operator === "or";
      const truths = operands.map((operand) => truth(operand, answers));
      if (truths.includes(decisive)) return decisive;
      return truths.includes(null) ? null : !decisive;
    }
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

/**
 * @param {Answer | undefined} answer
 * @param {string} value
 * @returns {boolean | null}
 */
function isEqual(answer, value) {
  if (!isJudged(answer)) return null;
  return Array.isArray(answer) ? answer.includes(value) : String(answer) === value;
}

/**
 * @param {boolean | null} value
 * @returns {boolean | null}
 */
function negated(value) {
  return value === null ? null : !value;
}
