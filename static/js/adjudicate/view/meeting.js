// Meeting mode: large type for a projector, and the people who decide together.

import { byId, fill } from "../../label/view/dom.js";
import { FormDialog } from "../../label/view/form_dialog.js";

const KEY = "concord-meeting"; // in the session storage of the tab

export class Meeting {
  #button = byId("meeting");
  #text = byId("meeting-text");
  #isOn = false;
  /** @type {{id: string, name: string}[]} */
  #people = [];

  /** @param {Record<string, string>} texts */
  constructor(texts) {
    this.texts = texts;
    this.dialog = new FormDialog("meeting-dialog", (form) => this.#begin(form));
    this.#button.addEventListener("click", () => this.open());
    byId("meeting-end").addEventListener("click", () => {
      this.dialog.close();
      this.#set(null);
    });
    this.#set(JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
  }

  /** Public ids of the people who decide together; empty outside a meeting. */
  get group() {
    return this.#people.map(({ id }) => id);
  }

  /** Ask who decides together, unless another dialog is open. */
  open() {
    if (document.querySelector("dialog[open]")) return;
    this.dialog.open("");
    const present = new Set(this.group);
    for (const box of this.#boxes()) box.checked = present.has(box.value);
    byId("meeting-end").hidden = !this.#isOn;
  }

  /** @param {HTMLFormElement} _form */
  #begin(_form) {
    const chosen = this.#boxes().filter(({ checked }) => checked);
    this.#set(chosen.map(({ value, dataset }) => ({ id: value, name: dataset.name ?? "" })));
  }

  #boxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.dialog.form.querySelectorAll("[name=person]")]);
  }

  /**
   * Begin a meeting with people, who may be nobody else than the one at the keyboard, or end it.
   *
   * @param {{id: string, name: string}[] | null} people null: no meeting
   */
  #set(people) {
    this.#people = people ?? [];
    this.#isOn = people !== null;
    sessionStorage.setItem(KEY, JSON.stringify(people));
    byId("label").dataset.meeting = String(this.#isOn);
    const names = this.#people.map(({ name }) => name).join(", ");
    const alone = this.#isOn ? this.texts.meetingAlone : this.texts.meeting;
    this.#text.textContent = names ? fill(this.texts.meetingOf, { names }) : alone;
    this.#button.title = names;
  }
}
