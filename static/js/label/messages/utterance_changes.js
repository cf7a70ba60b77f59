// Lines beside an utterance that was edited, or of which a change of the codebook asks questions again.

import { el, fill } from "../view/dom.js";
import { exactClock } from "../view/format.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Utterance} Utterance */

/**
 * Return a line with the former answers to the questions that a change of the codebook asks again.
 *
 * @param {Session | null} session
 * @param {Record<string, string>} texts
 */
export function askedAgain(session, texts) {
  if (!session?.utterance.asked || session.committed.has(session.utterance.id)) return [];
  const parts = Object.entries(session.utterance.asked).map(([slug, former]) => {
    const name = session.questions.find((question) => question.slug === slug)?.name ?? slug;
    return former.length ? fill(texts.askedWas, { question: name, was: former.join(", ") }) : name;
  });
  return [el("p", { class: "current-edited" }, el("b", {}, texts.askedAgain), ` ${parts.join(" · ")}`)];
}

/**
 * Return a line with the earlier values of an utterance that was edited.
 *
 * @param {Utterance} utterance
 * @param {Record<string, string>} texts
 */
export function editsOf({ changed, seen }, texts) {
  const before = changed ?? seen;
  if (!before) return [];
  const parts = Object.entries(before).map(([field, value]) => {
    const former = field.endsWith("_ms")
      ? value === null
        ? "–"
        : exactClock(Number(value))
      : String(value || texts.nobody);
    return fill(texts[`was.${field}`], { was: former });
  });
  return [
    el(
      "p",
      { class: "current-edited" },
      el("b", {}, changed ? texts.changed : texts.changedSeen),
      ` ${parts.join(" · ")}`,
    ),
  ];
}
