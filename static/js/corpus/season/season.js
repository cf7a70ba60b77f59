/**
 * The upload of many episodes: choose files or a folder, check the pairs of videos and subtitles, send them all.
 *
 * Two files are on their way at a time; a broken one does not stop the others. The server's answer appears in the row.
 */

import { holdPage, renewList } from "../held_page.js";
import { Pace, sizeText, timeText } from "./pace.js";
import { transfer } from "./transfer.js";

const AT_ONCE = 2;

/**
 * @typedef {{waiting: string, sending: string, accepted: string, stopped: string, broken: string, embedded:
 *   string, ignored: string, done: string}} Texts
 * @typedef {{media: string, subtitles: string | null}} Pair
 * @typedef {{file: File, row: HTMLTableRowElement, state: string}} Entry
 */

class Season {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.texts = /** @type {Texts} */ (JSON.parse(root.querySelector("#season-texts")?.textContent ?? "{}"));
    this.form = /** @type {HTMLFormElement} */ (root.querySelector("form"));
    this.body = /** @type {HTMLTableSectionElement} */ (root.querySelector("tbody"));
    this.template = /** @type {HTMLTemplateElement} */ (root.querySelector("template"));
    this.summary = /** @type {HTMLOutputElement} */ (root.querySelector("output"));
    this.table = /** @type {HTMLElement} */ (root.querySelector(".table-wrap"));
    this.send = /** @type {HTMLButtonElement} */ (root.querySelector(".button-primary"));
    this.stop = /** @type {HTMLButtonElement} */ (root.querySelector("[data-stop]"));
    /** @type {Map<string, File>} */
    this.files = new Map();
    /** @type {Entry[]} */
    this.entries = [];
    this.stopping = new AbortController();
    for (const input of root.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => this.choose(/** @type {HTMLInputElement} */ (input)));
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.start();
    });
    this.stop.addEventListener("click", () => this.stopping.abort());
    holdPage(() => this.entries.some(({ state }) => state !== "accepted"));
    addEventListener("beforeunload", (event) => {
      if (this.entries.some(({ state }) => state === "sending")) {
        event.preventDefault();
      }
    });
  }

  /** @returns {string} */
  get token() {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem("csrfmiddlewaretoken")).value;
  }

  /** @param {HTMLInputElement} input */
  async choose(input) {
    for (const file of input.files ?? []) {
      this.files.set(file.webkitRelativePath || file.name, file);
    }
    input.value = "";
    const response = await fetch(this.form.dataset.pairs ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({ names: [...this.files.keys()] }),
    });
    if (!response.ok) {
      this.summary.textContent = this.texts.broken;
      return;
    }
    const found = /** @type {{pairs: Pair[], texts: string[], ignored: string[]}} */ (await response.json());
    this.show(found.pairs, found.texts);
    this.summary.textContent = found.ignored.length ? `${this.texts.ignored} ${found.ignored.join(", ")}` : "";
  }

  /**
   * @param {Pair[]} pairs
   * @param {string[]} texts names of all subtitle files
   */
  show(pairs, texts) {
    const sent = new Set(this.entries.filter(({ state }) => state === "accepted").map(({ file }) => file));
    this.entries = this.entries.filter(({ state }) => state === "accepted");
    this.body.replaceChildren(...this.entries.map(({ row }) => row));
    for (const { media, subtitles } of pairs) {
      const file = this.files.get(media);
      if (file && !sent.has(file)) {
        this.entries.push({ file, row: this.row(media, file, subtitles, texts), state: "waiting" });
      }
    }
    this.table.hidden = this.entries.length === 0;
    this.send.disabled = this.entries.every(({ state }) => state === "accepted");
  }

  /**
   * @param {string} name
   * @param {File} file
   * @param {string | null} subtitles
   * @param {string[]} texts
   * @returns {HTMLTableRowElement}
   */
  row(name, file, subtitles, texts) {
    const row = /** @type {HTMLTableRowElement} */ (
      /** @type {DocumentFragment} */ (this.template.content.cloneNode(true)).querySelector("tr")
    );
    part(row, "name").textContent = name;
    part(row, "size").textContent = sizeText(file.size);
    const title = /** @type {HTMLInputElement} */ (part(row, "title"));
    title.value = file.name.replace(/\.[^.]*$/, "");
    const select = /** @type {HTMLSelectElement} */ (part(row, "subtitles"));
    select.append(new Option(this.texts.embedded, ""), ...texts.map((each) => new Option(each, each)));
    select.value = subtitles ?? "";
    part(row, "state").textContent = this.texts.waiting;
    this.body.append(row);
    return row;
  }

  async start() {
    this.stopping = new AbortController();
    this.send.disabled = true;
    this.stop.hidden = false;
    const queue = this.entries.filter(({ state }) => state !== "accepted");
    for (const entry of queue) {
      entry.state = "waiting";
    }
    const next = async () => {
      for (let entry = queue.shift(); entry && !this.stopping.signal.aborted; entry = queue.shift()) {
        await this.deliver(entry);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    this.stop.hidden = true;
    const accepted = this.entries.filter(({ state }) => state === "accepted").length;
    this.send.disabled = accepted === this.entries.length;
    this.summary.textContent = this.texts.done
      .replace("%(accepted)s", String(accepted))
      .replace("%(total)s", String(this.entries.length));
  }

  /** @param {Entry} entry */
  async deliver(entry) {
    const { row, file } = entry;
    const chosen = /** @type {HTMLSelectElement} */ (part(row, "subtitles")).value;
    const subtitles = chosen ? this.files.get(chosen) : undefined;
    entry.state = "sending";
    try {
      const ids = [];
      for (const each of subtitles ? [subtitles, file] : [file]) {
        ids.push(await this.sent(row, each));
      }
      const accepted = await this.accept(row, ids.at(-1) ?? "", subtitles ? ids[0] : null);
      entry.state = "accepted";
      const link = document.createElement("a");
      link.href = accepted.page;
      link.textContent = this.texts.accepted;
      part(row, "state").replaceChildren(link);
      row.classList.remove("is-wrong");
      renewList();
    } catch (error) {
      const stopped = error instanceof DOMException && error.name === "AbortError";
      entry.state = stopped ? "stopped" : "failed";
      part(row, "state").textContent = stopped
        ? this.texts.stopped
        : /** @type {Error} */ (error).message || this.texts.broken;
      row.classList.toggle("is-wrong", !stopped);
    }
    part(row, "bar").hidden = true;
  }

  /**
   * @param {HTMLTableRowElement} row
   * @param {File} file
   * @returns {Promise<string>}
   */
  sent(row, file) {
    const pace = new Pace(file.size);
    const bar = /** @type {HTMLProgressElement} */ (part(row, "bar"));
    bar.hidden = false;
    return transfer(/** @type {any} */ (globalThis).tus, file, {
      endpoint: this.form.dataset.uploads ?? "",
      token: this.token,
      signal: this.stopping.signal,
      progress: (sent) => {
        pace.note(sent, performance.now());
        bar.value = file.size ? sent / file.size : 1;
        const left = pace.remainingMs === null ? "" : ` · ${sizeText(pace.rate)}/s · ${timeText(pace.remainingMs)}`;
        part(row, "state").textContent = `${this.texts.sending} ${Math.floor(100 * bar.value)} %${left}`;
      },
    });
  }

  /**
   * @param {HTMLTableRowElement} row
   * @param {string} media
   * @param {string | null} subtitles
   * @returns {Promise<{page: string}>}
   */
  async accept(row, media, subtitles) {
    const data = new FormData(this.form);
    const response = await fetch(this.form.dataset.episodes ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({
        media,
        subtitles,
        title: /** @type {HTMLInputElement} */ (part(row, "title")).value,
        series: data.get("series"),
        licence: data.get("licence"),
        has_laugh_track: data.has("has_laugh_track"),
      }),
    });
    const answer = /** @type {{page: string, detail?: string}} */ (await response.json());
    if (!response.ok) {
      throw new Error(answer.detail ?? this.texts.broken);
    }
    return answer;
  }
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 * @returns {HTMLElement}
 */
function part(row, name) {
  return /** @type {HTMLElement} */ (row.querySelector(`[data-part="${name}"]`));
}

const root = typeof document === "undefined" ? null : document.getElementById("season");
if (root) {
  new Season(root);
}
