// Dialog to sign in again without leaving the page; afterwards the waiting entries are sent.

import { csrfToken } from "../sync/api.js";
import { byId, fill } from "../view/dom.js";
import { awaitPause } from "../view/key_pause.js";

export class SignIn {
  #dialog = /** @type {HTMLDialogElement} */ (byId("sign-in"));
  #form = /** @type {HTMLFormElement} */ (byId("sign-in-form"));
  #problem = byId("sign-in-problem");
  #button = /** @type {HTMLButtonElement} */ (byId("sign-in-send"));
  #stopWaiting = () => {};

  /**
   * @param {Record<string, string>} texts
   * @param {() => void} onSignedIn called after any sign-in; the server checks whose entries are sent
   * @param {typeof fetch} [request]
   */
  constructor(texts, onSignedIn, request = (...all) => fetch(...all)) {
    this.texts = texts;
    this.onSignedIn = onSignedIn;
    this.request = request;
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /**
   * Open the dialog.
   *
   * @param {"expired" | "stranger"} why
   * @param {number} waiting number of entries that are not sent
   */
  ask(why, waiting) {
    byId("sign-in-text").textContent = fill(this.texts[why], { n: waiting });
    byId("sign-in-other").hidden = why === "expired";
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    byId("sign-in-title").focus();
    // answers that are being typed must not end up in the password
    this.#stopWaiting = awaitPause(() => this.#password.focus());
  }

  close() {
    if (!this.#dialog.open) return;
    this.#stopWaiting();
    this.#dialog.close();
    this.#problem.textContent = "";
    this.#password.value = "";
  }

  get #password() {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("password"));
  }

  async #send() {
    this.#button.disabled = true;
    this.#problem.textContent = "";
    try {
      let response = await this.#post();
      if (response.status === 403) {
        await this.request(this.#form.action, { credentials: "same-origin" }); // sets the missing cookie
        response = await this.#post();
      }
      // a successful sign-in redirects, and the redirect is not followed
      if (response.type === "opaqueredirect") this.onSignedIn();
      else
        this.#showProblem(
          response.status === 200 ? "wrongPassword" : response.status === 429 ? "lockedOut" : "offline",
        );
    } catch {
      this.#showProblem("offline");
    }
    this.#button.disabled = false;
  }

  /** @param {"wrongPassword" | "lockedOut" | "offline"} problem */
  #showProblem(problem) {
    this.#problem.textContent = this.texts[problem];
    this.#password.select();
  }

  #post() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) body.append(name, String(value));
    return this.request(this.#form.action, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: { "X-CSRFToken": csrfToken(document.cookie) },
      body,
      signal: AbortSignal.timeout(20_000),
    });
  }
}
