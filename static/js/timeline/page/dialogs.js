// Questions and small forms in front of the page.

import { shown } from "../model/times.js";

/** @typedef {Record<string, string>} Texts */

/**
 * Fill the places of a text: `%(name)s`.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function filled(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
}

export class Dialogs {
  /** @param {Texts} texts */
  constructor(texts) {
    this.texts = texts;
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("click", (event) => {
        const close = event.target instanceof Element && event.target.closest("[data-close]");
        if (close) dialog.close("");
      });
    }
  }

  /**
   * Show a dialog and return how it was closed: the value of the button, "" if it was cancelled.
   *
   * @param {string} id
   * @returns {Promise<string>}
   */
  async show(id) {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
    const before = document.activeElement;
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    return dialog.returnValue;
  }

  /**
   * Ask before answers are withdrawn.
   *
   * @param {{answers: number, reopened: number, annotators: number, people: string[] | null, dialogues: string[]}} answer
   * @returns {Promise<boolean>}
   */
  async confirm({ answers, reopened, annotators, people, dialogues }) {
    const { texts } = this;
    const sentences = [];
    if (answers) sentences.push(filled(texts.withdraws, { answers, dialogues: dialogues.join(", ") }));
    if (reopened) sentences.push(filled(texts.reopens, { reopened, dialogues: dialogues.join(", ") }));
    sentences.push(
      people ? filled(texts.asked_people, { people: people.join(", ") }) : filled(texts.asked, { annotators }),
    );
    setText("confirm-text", sentences.join(" "));
    return (await this.show("timeline-confirm")) === "yes";
  }

  /**
   * Show both values of an utterance or dialogue that someone else has changed.
   *
   * @param {{name: string, mine: string, theirs: string}[]} rows
   * @param {string} by
   * @returns {Promise<"mine" | "theirs">}
   */
  async conflict(rows, by) {
    setText("conflict-text", by ? filled(this.texts.conflict_by, { by }) : this.texts.conflict);
    const body = /** @type {HTMLTableElement} */ (document.getElementById("conflict-values")).tBodies[0];
    body.replaceChildren(
      ...rows.map(({ name, mine, theirs }) => {
        const row = document.createElement("tr");
        for (const [index, text] of [name, theirs, mine].entries()) {
          const cell = document.createElement(index ? "td" : "th");
          cell.textContent = text;
          row.append(cell);
        }
        return row;
      }),
    );
    return (await this.show("timeline-conflict")) === "mine" ? "mine" : "theirs";
  }

  /**
   * Return the values of a form in a dialog; null if it was cancelled.
   *
   * @param {string} id
   * @param {Record<string, string>} values
   * @returns {Promise<Record<string, string> | null>}
   */
  async form(id, values) {
    const form = /** @type {HTMLFormElement} */ (document.querySelector(`#${id} form`));
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements.namedItem(name);
      if (
        field instanceof RadioNodeList ||
        field instanceof HTMLInputElement ||
        field instanceof HTMLTextAreaElement ||
        field instanceof HTMLSelectElement
      ) {
        field.value = value;
      }
    }
    if ((await this.show(id)) !== "yes") return null;
    return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  }
}

/**
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Return the values of an edit beside those that are stored, for the question after a conflict.
 *
 * @param {import("../types.js").Edit} edit
 * @param {{lines: import("../types.js").Line[], dialogues: import("../types.js").Band[],
 *   speakers: import("../types.js").Speaker[]}} stored
 * @param {Texts} texts
 * @returns {{name: string, mine: string, theirs: string}[]}
 */
export function bothValues(edit, stored, texts) {
  const speaker = (/** @type {string | null} */ id) => stored.speakers.find((each) => each.id === id)?.name ?? "–";
  if (edit.action === "change") {
    return edit.values.lines.flatMap((/** @type {any} */ change) => {
      const line = stored.lines.find((each) => each.id === change.id);
      /** @type {{name: string, mine: string, theirs: string}[]} */
      const rows = [];
      for (const name of ["text", "speaker", "start_ms", "end_ms"]) {
        if (change[name] === undefined) continue;
        const isTime = name.endsWith("_ms");
        const value = /** @type {any} */ (line)?.[name];
        const theirs =
          !line || line.gone ? texts.gone : isTime ? shown(value ?? 0) : name === "speaker" ? speaker(value) : value;
        rows.push({ name: texts[`field_${name}`], mine: isTime ? shown(change[name]) : change[name] || "–", theirs });
      }
      return rows;
    });
  }
  if (edit.action === "topic") {
    const band = stored.dialogues.find((each) => each.id === edit.values.dialogue);
    return [{ name: texts.field_topic, mine: edit.values.topic, theirs: band?.topic ?? texts.gone }];
  }
  if (edit.action === "speaker") {
    const found = stored.speakers.find((each) => each.id === edit.values.speaker);
    return Object.entries(edit.values.values).map(([name, value]) => ({
      name: texts[`field_${name}`],
      mine: String(value),
      theirs: String(/** @type {any} */ (found)?.[name] ?? texts.gone),
    }));
  }
  const mine = texts[`action_${edit.action}`];
  return stored.lines.map((line) => ({
    name: line.code || texts.field_text,
    mine,
    theirs: line.gone ? texts.gone : `${shown(line.start_ms ?? 0)} ${speaker(line.speaker)}: ${line.text}`,
  }));
}
