// The codebook's document converted to the questions and the policy of the page.

import { NOT_APPLICABLE } from "./conditions.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {{name: string, help: string, anchor: string, low?: string, high?: string}} Text */

/** @type {import("../types.js").Shortcut[]} */
const SHORTCUTS = ["all_default", "same_as_previous"];

/**
 * Return the questions of a codebook, with texts in the reader's language.
 *
 * @param {Record<string, any>} document as the server stores it
 * @param {string} language of the page: `en`, `zh-hans`
 * @returns {Question[]} tasks, then links
 */
export function questionsOf(document, language) {
  const text = textsIn(document.texts, language);
  const allowsCannotJudge = document.policy.cannot_judge === "per-task";
  const tasks = document.tasks.map((/** @type {any} */ task) => ({
    ...text(task.slug),
    slug: task.slug,
    kind: "task",
    many: task.many,
    allowsCannotJudge,
    defaultAnswer: task.default,
    link: null,
    options: task.choices.map((/** @type {any} */ { slug, key, code }) => ({
      ...withNumber(text(`${task.slug}.${slug}`), slug),
      value: slug,
      key,
      code,
    })),
  }));
  const links = document.links.map((/** @type {any} */ link) => ({
    ...text(link.slug),
    slug: link.slug,
    kind: "link",
    many: false,
    allowsCannotJudge: false,
    defaultAnswer: NOT_APPLICABLE,
    link: { from: link.from, to: link.to, condition: link.condition },
    options: link.values.map((/** @type {any} */ { value, key, code }) => ({
      ...text(`${link.slug}.${value}`),
      value,
      key,
      code,
    })),
  }));
  return [...tasks, ...links];
}

/**
 * Return the text of a choice; one that is a number is shown with it: `−2`, `−2 calm`.
 *
 * @param {Text} text
 * @param {string} slug
 * @returns {Text}
 */
function withNumber(text, slug) {
  if (!/^-?\d+$/.test(slug)) return text;
  const number = slug.replace("-", "−");
  return { ...text, name: text.name === slug ? number : `${number} ${text.name}` };
}

/**
 * Return the policy of a codebook.
 *
 * @param {Record<string, any>} document as the server stores it; older documents use other values for `shortcuts`
 * @returns {import("../types.js").Policy}
 */
export function policyOf({ policy }) {
  const allowed = { off: [], both: SHORTCUTS, true: SHORTCUTS }[String(policy.shortcuts)];
  const context = policy.context === "all" ? "all" : "past";
  return {
    context,
    watchFirst: policy.watch_first && context === "all",
    shortcuts: allowed ?? SHORTCUTS.filter((each) => each === policy.shortcuts),
  };
}

/**
 * Return a function that looks up the texts of one language.
 *
 * @param {Record<string, Record<string, Text>>} texts language -> path -> text
 * @param {string} language
 * @returns {(path: string) => Text} a missing name is replaced by the slug
 */
function textsIn(texts, language) {
  const own = texts[language] ?? texts[language.split("-")[0]] ?? {};
  return (path) => own[path] ?? { name: path.slice(path.lastIndexOf(".") + 1), help: "", anchor: "" };
}
