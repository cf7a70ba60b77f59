// Signing in again without leaving the page: what waits here goes on as soon as its owner is back.

import { csrfToken } from "../sync/api.js";
import { byId, fill } from "../view/dom.js";

export class SignIn {
  #dialog = /** @type {HTMLDialogElement} */ (byId("sign-in"));
  #form = /** @type {HTMLFormElement} */ (byId("sign-in-form"));
  #problem = byId("sign-in-problem");
  #button = /** @type {HTMLButtonElement} */ (byId("sign-in-send"));

  /**
   * @param {Record<string, string>} texts
   * @param {() => void} onSignedIn somebody has; whether it is the owner of what waits, the server says
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
   * @param {"expired" | "stranger"} why
   * @param {number} waiting
   */
  ask(why, waiting) {
    byId("sign-in-text").textContent = fill(this.texts[why], { n: waiting });
    byId("sign-in-other").hidden = why === "expired";
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  close() {
    if (!this.#dialog.open) return;
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
      let answer = await this.#post();
      if (answer.status === 403) {
        await this.request(this.#form.action, { credentials: "same-origin" }); // it brings the cookie that was missing
        answer = await this.#post();
      }
      // a sign-in that went well leads to another page, which is not followed
      if (answer.type === "opaqueredirect") this.onSignedIn();
      else this.#say(answer.status === 200 ? "wrongPassword" : answer.status === 429 ? "lockedOut" : "offline");
    } catch {
      this.#say("offline");
    }
    this.#button.disabled = false;
  }

  /** @param {"wrongPassword" | "lockedOut" | "offline"} problem */
  #say(problem) {
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
