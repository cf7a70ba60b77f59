// Meeting mode: large type for a projector, and the people who decide together.

import { byId, fill } from "../../label/view/dom.js";
import { FormDialog } from "../../label/view/form_dialog.js";

const KEY = "concord-meeting"; // in the session storage of the tab

export class Meeting {
  #button = byId("meeting");
  #text = byId("meeting-text");
  /** @type {{id: string, name: string}[]} */
  #people = [];

  /** @param {Record<string, string>} texts */
  constructor(texts) {
    this.texts = texts;
    this.dialog = new FormDialog("meeting-dialog", (form) => this.#begin(form));
    this.#button.addEventListener("click", () => this.#open());
    byId("meeting-end").addEventListener("click", () => {
      this.dialog.close();
      this.#set([]);
    });
    this.#set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));
  }

  /** Public ids of the people who decide together; empty outside a meeting. */
  get group() {
    return this.#people.map(({ id }) => id);
  }

  #open() {
    this.dialog.open("");
    const present = new Set(this.group);
    for (const box of this.#boxes()) box.checked = present.has(box.value);
    byId("meeting-end").hidden = present.size === 0;
  }

  /** @param {HTMLFormElement} _form */
  #begin(_form) {
    const chosen = this.#boxes().filter(({ checked }) => checked);
    this.#set(chosen.map(({ value, dataset }) => ({ id: value, name: dataset.name ?? "" })));
  }

  #boxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.dialog.form.querySelectorAll("[name=person]")]);
  }

  /** @param {{id: string, name: string}[]} people */
  #set(people) {
    this.#people = people;
    sessionStorage.setItem(KEY, JSON.stringify(people));
    byId("label").dataset.meeting = String(people.length > 0);
    const names = people.map(({ name }) => name).join(", ");
    this.#text.textContent = people.length ? fill(this.texts.meetingOf, { names }) : this.texts.meeting;
  }
}
