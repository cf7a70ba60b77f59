// Types that several modules of the adjudication page share. This module contains no code.

/** @typedef {import("../label/types.js").Answers} Answers */
/** @typedef {import("../label/types.js").Question} Question */

/**
 * The answers of one rater, whose name the page never learns.
 * @typedef {object} Column
 * @property {string} letter `A`, `B`, …
 * @property {Answers} answers with `not_applicable` for links that are not asked
 */

/** @typedef {"profile" | "undecidable" | "discussion"} Outcome */

/**
 * A stored decision.
 * @typedef {object} Decision
 * @property {Outcome} outcome
 * @property {Answers | null} answers null unless the outcome is a profile
 * @property {string | null} [taken_from] letter of the column
 * @property {string} [reason]
 * @property {string} [comment]
 */

/** @typedef {{slug: string, text: string}} Reason */

/**
 * One utterance to decide, as the API returns it.
 * @typedef {object} Case
 * @property {string} id
 * @property {number} token
 * @property {boolean} [is_final] whether it was decided as a second decision, which cannot be changed
 * @property {boolean} blind whether the answers are shown only after a decision
 * @property {Record<string, any>} codebook the codebook's document
 * @property {{name: string, series: string, episode: string, speakers: import("../label/types.js").Speaker[],
 *   utterances: import("../label/types.js").Utterance[], media: import("../label/types.js").Media | null}} dialogue
 * @property {string} utterance id of the one to decide
 * @property {RawColumn[]} columns empty while the answers are hidden
 * @property {string[]} differing slugs of the questions whose answers differ
 * @property {Decision | null} decision the present one
 * @property {Reason[]} reasons the corpus's list
 * @property {Past[]} mine this adjudicator's earlier operations, oldest first
 * @property {number} [waiting] number of cases that wait in this order
 * @property {number} [decided] number of cases that this adjudicator has decided
 */

/** @typedef {{letter: string, answers: Answers, not_applicable?: string[]}} RawColumn as the API returns it */
/** @typedef {{columns: RawColumn[], differing: string[], is_final?: boolean}} Revealed */
/** @typedef {{id: string, kind: string} & Partial<Decision>} Past */

/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {"decide" | "undo"} kind
 * @property {Outcome} [outcome]
 * @property {Answers | null} [answers]
 * @property {string | null} [taken_from]
 * @property {string} [reason]
 * @property {string} [comment]
 * @property {string[]} [group] public ids of the people of a meeting
 * @property {number} [version] of the utterance that was decided
 * @property {string} [undoes]
 * @property {number} active_ms
 * @property {number} played_ms
 * @property {string} made_at
 */

/** @typedef {{active_ms: number, played_ms: number}} Effort */

export {};
