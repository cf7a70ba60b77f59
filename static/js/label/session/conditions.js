// Evaluation of conditions, the counterpart of corpus/rules/conditions.py: the server parses, both evaluate.
// Both are tested with tests/conditions.json.

/** @typedef {string | number | string[]} Answer */
/** @typedef {Record<string, Answer | undefined>} Answers question slug -> answer */
/** @typedef {[string, ...any[]]} Tree */

export const CANNOT_JUDGE = "cannot_judge";
export const NOT_APPLICABLE = "not_applicable";
const JOINS = new Set(["not", "and", "or"]);

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
 * Return the value of a condition, without recursion: a chain of n comparisons is a tree of depth n.
 *
 * @param {Tree} tree
 * @param {Answers} answers
 * @returns {boolean | null} null: unknown
 */
function truth(tree, answers) {
  /** @type {(boolean | null)[]} */
  const values = [];
  /** @type {{node: Tree, hasValues: boolean}[]} */
  const waiting = [{ node: tree, hasValues: false }];
  while (waiting.length > 0) {
    const { node, hasValues } = /** @type {{node: Tree, hasValues: boolean}} */ (waiting.pop());
    const [operator, ...operands] = node;
    if (!JOINS.has(operator)) values.push(truthOfLeaf(node, answers));
    else if (hasValues) values.push(joined(operator, values.splice(values.length - operands.length)));
    else {
      waiting.push({ node, hasValues: true });
      for (const operand of operands.reverse()) waiting.push({ node: operand, hasValues: false });
    }
  }
  return values[0];
}

/**
 * @param {Tree} leaf `always` or a comparison
 * @param {Answers} answers
 * @returns {boolean | null}
 */
function truthOfLeaf([operator, question, value], answers) {
  if (operator === "always") return true;
  if (operator === "==") return isEqual(answers[question], value);
  if (operator === "!=") return negated(isEqual(answers[question], value));
  throw new Error(`unknown operator ${operator}`);
}

/**
 * @param {string} operator
 * @param {(boolean | null)[]} truths of its operands
 * @returns {boolean | null}
 */
function joined(operator, truths) {
  if (operator === "not") return negated(truths[0]);
  const decisive = operator === "or";
  if (truths.includes(decisive)) return decisive;
  return truths.includes(null) ? null : !decisive;
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
