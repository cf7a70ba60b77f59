// The dialogue as a conversation: who says what when, and my labels beside it.

import { CANNOT_JUDGE } from "../session/conditions.js";
import { el, fill, setAttributes } from "./dom.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Utterance} Utterance */

const COLOURS = 8;

export class Talk {
  /** @type {HTMLLIElement[]} */
  #items = [];
  #spoken = -1;

  /**
   * @param {HTMLElement} list
   * @param {Record<string, string>} texts
   * @param {(index: number) => void} onPick
   */
  constructor(list, texts, onPick) {
    this.list = list;
    this.texts = texts;
    list.addEventListener("click", (event) => {
      const item = /** @type {Element} */ (event.target).closest("li");
      const index = item ? this.#items.indexOf(item) : -1;
      if (index >= 0) onPick(index);
    });
  }

  /** @param {Session} session */
  open(session) {
    const { utterances } = session.work;
    this.#items = utterances.map((_, index) =>
      index <= session.reach ? this.#item(session, index) : el("li", { class: "talk-veiled" }),
    );
    this.list.replaceChildren(...this.#items);
    this.#spoken = -1;
    this.update(session);
  }

  /** @param {Session} session */
  update(session) {
    this.#unveil(session);
    this.#items.forEach((item, index) => {
      if (index > session.reach) return;
      const answers = session.committed.get(session.work.utterances[index].id);
      item.classList.toggle("talk-done", answers !== undefined);
      item.classList.toggle("talk-later", index > session.index && !answers);
      setAttributes(item, { "aria-current": index === session.index ? "step" : null });
      const chips = answers ? this.#chips(session.questions, answers) : [];
      item.querySelector(".talk-chips")?.replaceChildren(...chips);
    });
    this.#items[session.index]?.scrollIntoView({ block: "center" });
  }

  /**
   * Show which utterance is being spoken while the dialogue plays.
   *
   * @param {number} index -1 for none
   */
  speak(index) {
    if (index === this.#spoken) return;
    this.#spoken = index;
    this.#items.forEach((item, each) => {
      item.classList.toggle("talk-spoken", each === index);
    });
    this.#items[index]?.scrollIntoView({ block: "nearest" });
  }

  /**
   * What may be seen by now comes to the page; what comes later is not even in it.
   *
   * @param {Session} session
   */
  #unveil(session) {
    this.#items.forEach((veil, index) => {
      if (index > session.reach || !veil.classList.contains("talk-veiled")) return;
      this.#items[index] = this.#item(session, index);
      veil.replaceWith(this.#items[index]);
    });
  }

  /**
   * @param {Session} session
   * @param {number} index
   */
  #item(session, index) {
    const { utterances } = session.work;
    const { name, colour } = speakerOf(session, utterances[index]);
    const goesOn = index > 0 && utterances[index - 1].speaker === utterances[index].speaker;
    const line = el(
      "button",
      { type: "button", class: "talk-line" },
      el("span", { class: "talk-head" }, el("b", {}, name || this.texts.nobody), time(utterances[index])),
      el("span", { class: "talk-text" }, utterances[index].text),
      el("span", { class: "talk-chips" }),
    );
    return el("li", { class: `talk-item speaker-${colour}${goesOn ? " talk-on" : ""}` }, line);
  }

  /**
   * What is usual needs no words: only what stands out is named.
   *
   * @param {Question[]} questions
   * @param {Answers} answers
   */
  #chips(questions, answers) {
    const telling = questions.filter(({ slug, usual }) => answers[slug] !== undefined && answers[slug] !== usual);
    if (telling.length === 0) return [el("span", { class: "chip chip-usual" }, this.texts.usual)];
    return telling.map((question) => {
      const value = answers[question.slug];
      if (value === CANNOT_JUDGE) {
        return el("span", { class: "chip chip-refused" }, fill(this.texts.refusedChip, { what: question.name }));
      }
      if (question.kind === "link") {
        const classes = `chip chip-link ${pull(Number(value))}`;
        const source = questions.find(({ slug }) => slug === question.link?.from);
        const from = source ? nameOf(source, answers[source.slug]) : "";
        return el("span", { class: classes, title: question.name }, `${from} ⤳ ${signed(Number(value))}`);
      }
      return el("span", { class: "chip", title: question.name }, nameOf(question, value));
    });
  }
}

/**
 * @param {Session} session
 * @param {Utterance} utterance
 * @returns {{name: string, colour: number}} colour 0 for nobody
 */
export function speakerOf(session, utterance) {
  const speaker = session.work.speakers.find(({ id }) => id === utterance.speaker);
  return speaker
    ? { name: speaker.name, colour: coloursOf(session.work.speakers)[speaker.id] }
    : { name: "", colour: 0 };
}

/**
 * Each speaker keeps their colour through all dialogues, unless somebody before them in this one has it.
 *
 * @param {import("../types.js").Speaker[]} speakers of a dialogue
 * @returns {Record<string, number>} id -> 1 to 8
 */
export function coloursOf(speakers) {
  /** @type {Record<string, number>} */
  const colours = {};
  for (const { id, colour } of speakers) {
    const taken = Object.values(colours);
    const turns = Array.from({ length: COLOURS }, (_, step) => ((colour + step) % COLOURS) + 1);
    colours[id] = turns.find((each) => !taken.includes(each)) ?? turns[0];
  }
  return colours;
}

/** @param {Utterance} utterance */
export function time({ start_ms }) {
  return el("time", {}, start_ms === null ? "" : clock(start_ms));
}

/**
 * @param {number} ms
 * @returns {string} `1:02:03` or `2:03`
 */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i ? String(part).padStart(2, "0") : part)).join(":");
}

/**
 * @param {number} value of a link
 * @returns {string} the class that colours it: the two directions differ in light and in weight, not in hue alone
 */
export function pull(value) {
  return value > 0 ? "pull-with" : value < 0 ? "pull-against" : "pull-none";
}

/** @param {number} value */
export function signed(value) {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}

/**
 * @param {Question} question
 * @param {import("../types.js").Answer | undefined} value
 */
export function namesOf(question, value) {
  const chosen = Array.isArray(value) ? value : [value];
  const options = question.options.filter((option) => chosen.includes(/** @type {any} */ (option.value)));
  return options.map(({ name }) => name).join(" · ");
}

/**
 * @param {Question} question
 * @param {import("../types.js").Answer | undefined} value
 * @returns {string} what tells most: the answer, or where that is a mere yes, what was asked
 */
function nameOf(question, value) {
  return isBare(question) ? question.name : namesOf(question, value);
}

/**
 * Tell whether the names of its answers ("yes") say nothing without the question.
 *
 * @param {Question} question
 */
export function isBare({ kind, options }) {
  return kind === "task" && options.length === 2;
}
