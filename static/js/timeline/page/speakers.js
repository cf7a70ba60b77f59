// The speakers of the series: name, description, and the way to merge two of them.

/** @typedef {import("../types.js").Speaker} Speaker */

const FIELDS = /** @type {const} */ (["name", "gender", "age_group", "profession", "personality", "other_names"]);

export class SpeakerDialog {
  /** @type {string | null} */
  #shown = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("./editor.js").Editor} editor
   * @param {import("./dialogs.js").Dialogs} dialogs
   */
  constructor(dialog, editor, dialogs) {
    this.dialog = dialog;
    this.editor = editor;
    this.dialogs = dialogs;
    this.form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
    this.chooser = /** @type {HTMLSelectElement} */ (this.form.elements.namedItem("speaker"));
    this.target = /** @type {HTMLSelectElement} */ (this.form.elements.namedItem("into"));
    this.chooser.addEventListener("change", () => {
      this.#save();
      this.#show(this.chooser.value);
    });
    this.form.addEventListener("change", (event) => {
      if (event.target !== this.chooser && event.target !== this.target) this.#save();
    });
    dialog.querySelector("[data-merge]")?.addEventListener("click", () => this.#merge());
  }

  async open() {
    const { speakers } = this.editor.model;
    if (!speakers.length) return this.editor.say(this.editor.texts.no_speakers);
    const own = this.editor.line?.speaker;
    this.#show(speakers.find((each) => each.id === own)?.id ?? speakers[0].id);
    await this.dialogs.show(this.dialog.id);
    this.#save();
  }

  /** @param {string} id */
  #show(id) {
    const { speakers } = this.editor.model;
    const options = () =>
      speakers.map((each) => new Option(`${this.editor.badge(each.id).label} (${each.lines})`, each.id));
    this.chooser.replaceChildren(...options());
    this.chooser.value = id;
    this.target.replaceChildren(...options().filter((option) => option.value !== id));
    this.#shown = id;
    const speaker = speakers.find((each) => each.id === id);
    for (const name of FIELDS) this.#field(name).value = speaker ? textOf(speaker, name) : "";
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }

  #save() {
    const speaker = this.editor.model.speakers.find((each) => each.id === this.#shown);
    if (!speaker) return;
    /** @type {Record<string, unknown>} */
    const base = {};
    /** @type {Record<string, unknown>} */
    const values = {};
    for (const name of FIELDS) {
      const value = this.#field(name).value.trim().replace(/\s+/g, " ");
      if (value === textOf(speaker, name)) continue;
      base[name] = speaker[name];
      values[name] = name === "other_names" ? namesIn(value) : value;
    }
    if (Object.keys(values).length) this.editor.make("speaker", { speaker: speaker.id, base, values });
  }

  #merge() {
    this.#save();
    const address = this.dialog.dataset.merge ?? "";
    location.href = address
      .replace("00000000-0000-0000-0000-000000000001", this.chooser.value)
      .replace("00000000-0000-0000-0000-000000000002", this.target.value);
  }
}

/**
 * @param {Speaker} speaker
 * @param {typeof FIELDS[number]} name
 */
function textOf(speaker, name) {
  return name === "other_names" ? speaker.other_names.join(", ") : speaker[name];
}

/** @param {string} text */
function namesIn(text) {
  return text.split(/[,，、]/).flatMap((name) => name.trim() || []);
}
