// The client of the API, and its requests of the labelling page.

/** @typedef {import("../types.js").Ack} Ack */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Work} Work */

/** @typedef {"offline" | "server" | "expired" | "stranger" | "refused"} Trouble */

export class Failure extends Error {
  /**
   * @param {Trouble} trouble offline, server: try again; expired: sign in again; stranger: someone else is signed in;
   *   refused: the server rejects this request for good
   * @param {string} [code] of the refusal
   * @param {string} [detail] the server's message, in the reader's language
   */
  constructor(trouble, code = "", detail = "") {
    super(detail || code || trouble);
    this.trouble = trouble;
    this.code = code;
  }
}

/**
 * Create the function that sends requests. It throws a Failure when a request fails.
 *
 * @param {object} options
 * @param {string} options.root `/api/v1/`
 * @param {string} options.author public id of the person whose page this is
 * @param {typeof fetch} [options.request]
 * @param {() => string} [options.cookies]
 */
export function createClient({ root, author, request = (...all) => fetch(...all), cookies = () => document.cookie }) {
  /**
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>} null for an empty response
   */
  return async (method, path, body) => {
    let response;
    try {
      response = await request(root + path, {
        method,
        credentials: "same-origin",
        redirect: "error",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": csrfToken(cookies()),
          // on a shared computer someone else may have signed in meanwhile; the server compares
          "X-Concord-Author": author,
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
    } catch {
      throw new Failure("offline");
    }
    if (response.status === 204) return null;
    const content = await response.json().catch(() => null);
    if (response.ok && content) return content;
    throw new Failure(troubleOf(response.status, content?.code), content?.code, content?.detail);
  };
}

/**
 * Create the client of the labelling API. Every method throws a Failure when the request fails.
 *
 * @param {object} options
 * @param {string} options.root `/api/v1/`
 * @param {string} options.corpus slug
 * @param {string} options.author public id of the annotator whose page this is
 * @param {typeof fetch} [options.request]
 * @param {() => string} [options.cookies]
 */
export function createApi({ root, corpus, author, request = (...all) => fetch(...all), cookies }) {
  const call = createClient({ root, author, request, cookies });

  /** @type {(path: string, body?: object) => Promise<any>} */
  const post = (path, body = {}) => call("POST", path, body);

  return {
    /** Return how far the annotator is in training and test. */
    standing: () => call("GET", `corpora/${corpus}/standing/`),
    /** @type {(assignment: string, utterance: string) => Promise<any>} */
    trainingFeedback: (assignment, utterance) => call("GET", `assignments/${assignment}/lessons/${utterance}/`),
    /** @type {(assignment: string) => Promise<Work>} */
    show: (assignment) => call("GET", `assignments/${assignment}/`),
    /** @returns {Promise<Work | null>} null: no dialogue is left for this annotator */
    claim: () => post(`corpora/${corpus}/claim/`),
    /**
     * @param {string} assignment the open one
     * @returns {Promise<import("../messages/message_store.js").News>}
     */
    news: async (assignment) => {
      const response = await request(`${root}corpora/${corpus}/news/?assignment=${assignment}`, {
        credentials: "same-origin",
        redirect: "error",
      });
      if (!response.ok) throw new Failure(troubleOf(response.status, undefined));
      return response.json();
    },
    /** @type {(ids: string[]) => Promise<void>} */
    seen: (ids) => post(`corpora/${corpus}/news/seen/`, { ids }),
    post,
    /**
     * @param {string} assignment
     * @param {number} token
     * @param {string} author
     * @param {Operation[]} operations
     * @returns {Promise<Ack[]>}
     */
    send: async (assignment, token, author, operations) =>
      (await post(`assignments/${assignment}/operations/`, { token, author, operations }))?.acks ?? [],
    /** @type {(assignment: string, token: number) => Promise<void>} */
    heartbeat: (assignment, token) => post(`assignments/${assignment}/heartbeat/`, { token }),
    /** @type {(assignment: string, token: number) => Promise<void>} */
    finish: (assignment, token) => post(`assignments/${assignment}/finish/`, { token }),
  };
}

/**
 * @param {number} status
 * @param {string | undefined} code
 * @returns {Trouble}
 */
function troubleOf(status, code) {
  if (status === 401 || code === "csrf") return "expired"; // a cookie is missing; signing in sets both
  if (code === "common.not_the_author" || code === "annotator.not_the_author") return "stranger";
  return status >= 500 || status === 429 || status < 400 ? "server" : "refused";
}

/**
 * Return the CSRF token. It is read for each request, since signing in again changes it.
 *
 * @param {string} cookies
 */
export function csrfToken(cookies) {
  return /(?:^|; )csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "";
}
