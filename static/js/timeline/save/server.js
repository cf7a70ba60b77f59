// Requests to the server.

/** @typedef {import("../types.js").Edit} Edit */
/** @typedef {import("./queue.js").Outcome} Outcome */

export class Server {
  /**
   * @param {Record<"contents" | "news" | "edits" | "marks", string>} urls
   * @param {() => string} token against forged requests; signing in again changes it
   * @param {string} session of this page
   */
  constructor(urls, token, session) {
    this.urls = urls;
    this.token = token;
    this.session = session;
  }

  /** @returns {Promise<import("../types.js").Contents>} */
  async contents() {
    return await this.#read(`${this.urls.contents}?session=${this.session}`);
  }

  /**
   * @param {number} after
   * @returns {Promise<import("../types.js").News>}
   */
  async news(after) {
    return await this.#read(`${this.urls.news}?session=${this.session}&after=${after}`);
  }

  /**
   * @param {Edit} edit
   * @param {Record<string, number>} versions
   * @param {number} after
   * @returns {Promise<Outcome>}
   */
  async send(edit, versions, after) {
    const { operation, action, confirmed, values } = edit;
    const common = { operation, session: this.session, action, after, confirmed };
    const body = JSON.stringify({ ...common, versions: action === "undo" ? {} : versions, ...values });
    let response;
    try {
      response = await fetch(this.urls.edits, { method: "POST", body, headers: this.#headers(), redirect: "manual" });
    } catch {
      return { kind: "offline" };
    }
    if (isSignedOut(response)) return { kind: "signed-out" };
    if (response.ok) return { kind: "saved", news: await response.json() };
    if (response.status === 409 || response.status === 422) {
      try {
        const answer = await response.json();
        return { kind: answer.kind ?? "refused", answer: { error: (answer.errors ?? []).join(" "), ...answer } };
      } catch {
        return { kind: "offline" };
      }
    }
    return { kind: "offline" }; // a failure of the server, which may pass
  }

  /** Ask for silences and shot changes. */
  async orderMarks() {
    await fetch(this.urls.marks, { method: "POST", headers: this.#headers() }).catch(() => undefined);
  }

  #headers() {
    return { "X-CSRFToken": this.token(), "Content-Type": "application/json", Accept: "application/json" };
  }

  /** @param {string} url */
  async #read(url) {
    const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!response.ok) throw new Error(`${response.status}`);
    return await response.json();
  }
}

/** @param {Response} response */
function isSignedOut(response) {
  return response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
}
