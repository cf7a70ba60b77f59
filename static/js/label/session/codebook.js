// From the codebook's document to the questions of the page, in the language of the reader.

import { NOT_APPLICABLE } from "./conditions.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {{name: string, help: string, anchor: string}} Text */

/** @type {import("../types.js").Shortcut[]} */
const SHORTCUTS = ["all_default", "same_as_previous"];

/**
 * @param {Record<string, any>} document as the server stores it
 * @param {string} language of the page: `en`, `zh-hans`
 * @returns {Question[]} tasks, then links
 */
export function questionsOf(document, language) {
  const text = reader(document.texts, language);
  const mayRefuse = document.policy.cannot_judge === "per-task";
  const tasks = document.tasks.map((/** @type {any} */ task) => ({
    ...text(task.slug),
    slug: task.slug,
    kind: "task",
    many: task.many,
    mayRefuse,
    usual: task.default,
    link: null,
    options: task.choices.map((/** @type {any} */ { slug, key, code }) => ({
      ...text(`${task.slug}.${slug}`),
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
    mayRefuse: false,
    usual: NOT_APPLICABLE,
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
 * @param {Record<string, any>} document as the server stores it; older ones use other words for the same
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
 * @param {Record<string, Record<string, Text>>} texts language -> path -> text
 * @param {string} language
 * @returns {(path: string) => Text} the slug stands in for a missing name
 */
function reader(texts, language) {
  const own = texts[language] ?? texts[language.split("-")[0]] ?? {};
  return (path) => own[path] ?? { name: path.slice(path.lastIndexOf(".") + 1), help: "", anchor: "" };
}
