// Every word this page has with the server.

/** @typedef {import("../types.js").Ack} Ack */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Work} Work */

/** @typedef {"offline" | "server" | "expired" | "stranger" | "refused"} Trouble */

export class Failure extends Error {
  /**
   * @param {Trouble} trouble offline, server: worth another try; expired: sign in; stranger: somebody else is
   *   signed in; refused: the server will never have this
   * @param {string} [code] of the refusal
   * @param {string} [detail] the server's sentence, in the reader's language
   */
  constructor(trouble, code = "", detail = "") {
    super(detail || code || trouble);
    this.trouble = trouble;
    this.code = code;
  }
}

/**
 * @param {object} options
 * @param {string} options.root `/api/v1/`
 * @param {string} options.corpus slug
 * @param {string} options.author public id of the person whose page this is
 * @param {typeof fetch} [options.request]
 * @param {() => string} [options.cookies]
 */
export function createApi({
  root,
  corpus,
  author,
  request = (...all) => fetch(...all),
  cookies = () => document.cookie,
}) {
  /**
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>} null for an empty answer
   */
  async function ask(method, path, body) {
    let response;
    try {
      response = await request(root + path, {
        method,
        credentials: "same-origin",
        redirect: "error",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": csrfToken(cookies()),
          // on a shared computer somebody else may have signed in meanwhile: the server compares
          "X-Concord-Author": author,
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
    } catch {
      throw new Failure("offline");
    }
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw new Failure(trouble(response.status, answer?.code), answer?.code, answer?.detail);
  }

  /** @type {(path: string, body?: object) => Promise<any>} */
  const post = (path, body = {}) => ask("POST", path, body);

  return {
    /** Where this person is on the way to the main work. */
    standing: () => ask("GET", `corpora/${corpus}/standing/`),
    /** @type {(assignment: string, utterance: string) => Promise<any>} */
    lesson: (assignment, utterance) => ask("GET", `assignments/${assignment}/lessons/${utterance}/`),
    /** @type {(assignment: string) => Promise<Work>} */
    show: (assignment) => ask("GET", `assignments/${assignment}/`),
    /** @returns {Promise<Work | null>} null: nothing is left for this person */
    claim: () => post(`corpora/${corpus}/claim/`),
    /**
     * @param {string} assignment the one on show
     * @returns {Promise<import("../messages/message_store.js").News>}
     */
    news: async (assignment) => {
      const response = await request(`${root}corpora/${corpus}/news/?assignment=${assignment}`, {
        credentials: "same-origin",
        redirect: "error",
      });
      if (!response.ok) throw new Failure(trouble(response.status, undefined));
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
function trouble(status, code) {
  if (status === 401 || code === "csrf") return "expired"; // a cookie is missing, and signing in brings both back
  if (code === "common.not_the_author" || code === "annotator.not_the_author") return "stranger";
  return status >= 500 || status === 429 || status < 400 ? "server" : "refused";
}

/**
 * The token is read for each request: signing in again changes it.
 *
 * @param {string} cookies
 */
export function csrfToken(cookies) {
  return /(?:^|; )csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "";
}
