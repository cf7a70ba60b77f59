// The state that the controllers of the labelling page share.

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {"loading" | "watch" | "label" | "complete" | "nothing" | "enough" | "gone" |
 *   "archived" | "feedback" | "round" | "failed"} Phase */

export class PageState {
  /** @type {Session | null} the open dialogue; null when no dialogue is open */
  session = null;
  /** @type {Phase} */
  phase = "loading";
}
