// Proposed new bounds of utterances, moved in steps of one frame and sent to the manager as flags.

import { newId } from "../sync/new_id.js";

/** @typedef {import("../types.js").Bounds} Bounds */
/** @typedef {import("../types.js").Utterance} Utterance */

export const STEP_MS = 40;
const SHORTEST_MS = 200;

export class CutProposals {
  /** @type {Map<string, Bounds>} utterance -> proposed bounds */
  #bounds = new Map();
  /** @type {Map<string, string>} utterance -> the bounds that were sent last */
  #sent = new Map();

  /**
   * Return the proposed bounds of an utterance, or else its present ones.
   *
   * @param {Utterance} utterance
   * @returns {Bounds | null} null if the utterance has no usable times
   */
  of({ id, start_ms, end_ms }) {
    const proposed = this.#bounds.get(id);
    if (proposed || start_ms === null || end_ms === null) return proposed ?? null;
    return { start_ms, end_ms };
  }

  /** @param {Utterance} utterance */
  isMoved(utterance) {
    const bounds = this.of(utterance);
    return bounds !== null && (bounds.start_ms !== utterance.start_ms || bounds.end_ms !== utterance.end_ms);
  }

  /**
   * Return whether the present bounds of an utterance were sent to the manager.
   *
   * @param {Utterance} utterance
   */
  isSent(utterance) {
    const bounds = this.of(utterance);
    return bounds !== null && this.#sent.get(utterance.id) === key(bounds);
  }

  /**
   * Move an edge.
   *
   * @param {Utterance} utterance
   * @param {"start_ms" | "end_ms"} edge
   * @param {number} steps of 40 ms; negative for earlier
   * @returns {boolean} whether it moved; a clip cannot become shorter than 200 ms
   */
  move(utterance, edge, steps) {
    const now = this.of(utterance);
    if (!now) return false;
    const next = { ...now, [edge]: Math.max(0, now[edge] + steps * STEP_MS) };
    if (next.end_ms - next.start_ms < SHORTEST_MS) return false;
    this.put(utterance, next);
    return true;
  }

  /**
   * Set the proposed bounds, for example after an undo.
   *
   * @param {Utterance} utterance
   * @param {Bounds | null} bounds null, or the present ones: no proposal
   */
  put(utterance, bounds) {
    if (bounds && (bounds.start_ms !== utterance.start_ms || bounds.end_ms !== utterance.end_ms)) {
      this.#bounds.set(utterance.id, bounds);
    } else this.#bounds.delete(utterance.id);
  }

  /**
   * Return the flag that proposes the new bounds. The same bounds are returned only once.
   *
   * @param {Utterance} utterance
   * @returns {(Bounds & {id: string, utterance: string, reason: "bad_cut", comment: string}) | null}
   */
  take(utterance) {
    const bounds = this.of(utterance);
    if (!bounds || !this.isMoved(utterance)) return null;
    if (this.isSent(utterance)) return null;
    this.#sent.set(utterance.id, key(bounds));
    return { id: newId(), utterance: utterance.id, reason: "bad_cut", comment: "", ...bounds };
  }
}

/** @param {Bounds} bounds */
function key({ start_ms, end_ms }) {
  return `${start_ms} ${end_ms}`;
}
