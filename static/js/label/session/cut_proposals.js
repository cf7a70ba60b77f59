// Where an utterance should start and end instead: moved in steps of a frame, kept as a proposal to the manager.

import { newId } from "../sync/new_id.js";

/** @typedef {import("../types.js").Bounds} Bounds */
/** @typedef {import("../types.js").Utterance} Utterance */

export const STEP_MS = 40;
const SHORTEST_MS = 200;

export class Cuts {
  /** @type {Map<string, Bounds>} utterance -> where it should lie */
  #wanted = new Map();
  /** @type {Map<string, string>} utterance -> what was proposed of it last */
  #proposed = new Map();

  /**
   * @param {Utterance} utterance
   * @returns {Bounds | null} where it should lie by now; null where a source's times are beyond repair
   */
  of({ id, start_ms, end_ms }) {
    const wanted = this.#wanted.get(id);
    if (wanted || start_ms === null || end_ms === null) return wanted ?? null;
    return { start_ms, end_ms };
  }

  /** @param {Utterance} utterance */
  isMoved(utterance) {
    const bounds = this.of(utterance);
    return bounds !== null && (bounds.start_ms !== utterance.start_ms || bounds.end_ms !== utterance.end_ms);
  }

  /**
   * @param {Utterance} utterance
   * @param {"start_ms" | "end_ms"} edge
   * @param {number} steps
   * @returns {boolean} whether it moved: a clip keeps some length
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
   * @param {Utterance} utterance
   * @param {Bounds | null} bounds as an undo brings them back
   */
  put(utterance, bounds) {
    if (bounds && (bounds.start_ms !== utterance.start_ms || bounds.end_ms !== utterance.end_ms)) {
      this.#wanted.set(utterance.id, bounds);
    } else this.#wanted.delete(utterance.id);
  }

  /**
   * Return what is to be proposed of an utterance that is being left; once.
   *
   * @param {Utterance} utterance
   * @returns {(Bounds & {id: string, utterance: string, reason: "bad_cut", comment: string}) | null}
   */
  take(utterance) {
    const bounds = this.of(utterance);
    if (!bounds || !this.isMoved(utterance)) return null;
    const said = `${bounds.start_ms} ${bounds.end_ms}`;
    if (this.#proposed.get(utterance.id) === said) return null;
    this.#proposed.set(utterance.id, said);
    return { id: newId(), utterance: utterance.id, reason: "bad_cut", comment: "", ...bounds };
  }
}
