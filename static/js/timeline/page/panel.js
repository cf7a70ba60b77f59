// The fields of the selected utterance: text, speaker, start and end.

import { read, shown } from "../model/times.js";
import { setText } from "./dialogs.js";

export class Panel {
  /** @type {string | null} id of the utterance whose values are in the fields */
  #shown = null;
  /** @type {import("../types.js").Line | null} as it was before something was typed */
  #base = null;
  #basedOn = 0; // number of the newest edit known then

  /**
   * @param {HTMLFormElement} form
   * @param {import("./editor.js").Editor} editor
   * @param {HTMLElement} home where the focus goes when a field is left
   */
  constructor(form, editor, home) {
    this.form = form;
    this.editor = editor;
    this.home = home;
    this.text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
    this.speaker = /** @type {HTMLInputElement} */ (form.elements.namedItem("speaker"));
    this.start = /** @type {HTMLInputElement} */ (form.elements.namedItem("start"));
    this.end = /** @type {HTMLInputElement} */ (form.elements.namedItem("end"));
    form.addEventListener("change", () => this.save());
    form.addEventListener("submit", (event) => event.preventDefault());
    this.text.addEventListener("input", () => this.#rate());
  }

  /** Number of characters before the cursor in the text; null if the cursor is elsewhere. */
  get cursor() {
    return document.activeElement === this.text ? this.text.selectionStart : null;
  }

  get isTyping() {
    return this.form.contains(document.activeElement);
  }

  editText() {
    this.draw();
    this.text.focus();
  }

  editSpeaker() {
    this.draw();
    this.speaker.focus();
    this.speaker.select();
  }

  leave() {
    this.save();
    this.home.focus({ preventScroll: true });
  }

  /** Show the selected utterance. A field that is being typed in keeps what is in it. */
  draw() {
    const { editor } = this;
    const line = editor.line ?? null;
    const isSame = line?.id === this.#shown;
    if (!isSame) this.save();
    let isTyping = false;
    const values = {
      text: line?.text ?? "",
      speaker: line ? (editor.model.speaker(line.speaker)?.name ?? "") : "",
      start: line?.start_ms != null ? shown(line.start_ms) : "",
      end: line?.end_ms != null ? shown(line.end_ms) : "",
    };
    for (const [name, value] of Object.entries(values)) {
      const field = /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
      const isTyped = isSame && document.activeElement === field && this.#isTyped(field);
      if (!isTyped && field.value !== value) field.value = value;
      isTyping ||= isTyped;
      field.dataset.saved = value;
      field.disabled = !line;
    }
    this.#shown = line?.id ?? null;
    // what is typed answers what was shown before: an edit of someone else that arrives meanwhile is a conflict
    if (!isTyping || !this.#base) [this.#base, this.#basedOn] = [line, editor.model.head];
    this.#rate();
    const band = line && editor.model.bandOf(line.id);
    const place = band ? [band.code, editor.texts[`state_${band.state}`], band.topic].filter(Boolean).join(" · ") : "";
    setText("timeline-place", place);
    setText("timeline-note", line ? (editor.notes.get(line.id) ?? "") : "");
  }

  /** @param {HTMLInputElement} field */
  #isTyped(field) {
    return field.value !== (field.dataset.saved ?? "");
  }

  /** Save what was typed. */
  save() {
    const line = this.#shown ? this.editor.model.lines.get(this.#shown) : undefined;
    if (!line || !this.#base) return;
    const { texts } = this.editor;
    /** @type {Record<string, any>} */
    const change = {};
    for (const field of [this.text, this.speaker]) {
      if (this.#isTyped(/** @type {HTMLInputElement} */ (field))) change[field.name] = field.value;
    }
    for (const [field, name] of /** @type {const} */ ([
      [this.start, "start_ms"],
      [this.end, "end_ms"],
    ])) {
      if (!this.#isTyped(field)) continue;
      const ms = read(field.value);
      if (Number.isNaN(ms) || ms < 0) {
        this.editor.say(texts.bad_times, "error");
        field.value = field.dataset.saved ?? "";
      } else if (ms !== line[name]) change[name] = ms;
    }
    if (change.text !== undefined && !change.text.trim()) {
      this.editor.say(texts.no_text, "error");
      this.text.value = this.text.dataset.saved ?? "";
      delete change.text;
    }
    for (const field of [this.text, this.speaker, this.start, this.end]) field.dataset.saved = field.value;
    if (!Object.keys(change).length) return;
    this.editor.make("change", { lines: [{ id: line.id, ...change }] }, [this.#base], this.#basedOn);
  }

  #rate() {
    const line = this.editor.line;
    const seconds = line?.start_ms != null ? (Number(line.end_ms) - line.start_ms) / 1000 : 0;
    const rate = seconds ? (this.text.value.replace(/\s/g, "").length / seconds).toFixed(1) : "–";
    setText("timeline-rate", `${seconds.toFixed(2)} s · ${rate} ${this.editor.texts.per_second}`);
  }
}
