// The client of the adjudication API.

import { createClient } from "../../label/sync/api.js";

/** @typedef {import("../types.js").Case} Case */

/**
 * Create the client. Every method throws a Failure when the request fails.
 *
 * @param {object} options
 * @param {string} options.root `/api/v1/`
 * @param {string} options.corpus slug
 * @param {string} options.author public id of the adjudicator whose page this is
 * @param {typeof fetch} [options.request]
 * @param {() => string} [options.cookies]
 */
export function createApi({ root, corpus, author, request, cookies }) {
  const call = createClient({ root, author, request, cookies });
  /** @type {(path: string, body?: object) => Promise<any>} */
  const post = (path, body = {}) => call("POST", path, body);

  return {
    /**
     * @param {object} wish
     * @param {string} [wish.order] of the queue
     * @param {string} [wish.utterance] id of the one to open
     * @param {string[]} [wish.besides] cases that this page holds already
     * @returns {Promise<Case | null>} null: nothing is left for this adjudicator
     */
    claim: (wish) => post(`corpora/${corpus}/adjudication/claim/`, wish),
    /** @type {(id: string) => Promise<Case>} */
    show: (id) => call("GET", `adjudication/${id}/`),
    /** @type {(id: string, token: number) => Promise<import("../types.js").Revealed>} */
    reveal: (id, token) => post(`adjudication/${id}/reveal/`, { token }),
    /** @type {(id: string, token: number) => Promise<void>} */
    heartbeat: (id, token) => post(`adjudication/${id}/heartbeat/`, { token }),
    /**
     * @param {string} id
     * @param {number} token
     * @param {string} owner
     * @param {object[]} operations
     * @returns {Promise<import("../../label/types.js").Ack[]>}
     */
    send: async (id, token, owner, operations) =>
      (await post(`adjudication/${id}/operations/`, { token, author: owner, operations }))?.acks ?? [],
    post,
  };
}
