// The dialogue as a conversation: speakers, texts, times, and the annotator's answers.

import { CANNOT_JUDGE } from "../session/conditions.js";
import { el, fill, setAttributes } from "./dom.js";
import { clock, linkClass, shortNameOf, signed } from "./format.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Utterance} Utterance */

const COLOURS = 8;

export class DialogueView {
  /** @type {HTMLLIElement[]} */
  #items = [];
  #spoken = -1;

  /**
   * @param {HTMLElement} list
   * @param {Record<string, string>} texts
   * @param {(index: number) => void} onSelect
   */
  constructor(list, texts, onSelect) {
    this.list = list;
    this.texts = texts;
    list.addEventListener("click", (event) => {
      const item = /** @type {Element} */ (event.target).closest("li");
      const index = item ? this.#items.indexOf(item) : -1;
      if (index >= 0) onSelect(index);
    });
  }

  /** @param {Scene} session */
  open(session) {
    const { utterances } = session.work;
    this.#items = utterances.map((_, index) =>
      index <= session.reach ? this.#item(session, index) : el("li", { class: "dialogue-withheld" }),
    );
    this.list.replaceChildren(...this.#items);
    this.#spoken = -1;
    this.update(session);
  }

  /** @param {Scene} session */
  update(session) {
    this.#addVisible(session);
    this.#items.forEach((item, index) => {
      if (index > session.reach) return;
      const answers = session.committed.get(session.work.utterances[index].id);
      item.classList.toggle("dialogue-done", answers !== undefined);
      item.classList.toggle("dialogue-later", index > session.index && !answers);
      setAttributes(item, { "aria-current": index === session.index ? "step" : null });
      const chips = answers ? this.#chips(session.questions, answers) : [];
      item.querySelector(".dialogue-chips")?.replaceChildren(...chips);
    });
    this.#items[session.index]?.scrollIntoView({ block: "center" });
  }

  /**
   * Mark the utterance that is spoken while the dialogue plays.
   *
   * @param {number} index -1 for none
   */
  markSpoken(index) {
    if (index === this.#spoken) return;
    this.#spoken = index;
    this.#items.forEach((item, each) => {
      item.classList.toggle("dialogue-spoken", each === index);
    });
    this.#items[index]?.scrollIntoView({ block: "nearest" });
  }

  /**
   * Add the utterances that may be shown by now. Withheld ones are not in the document at all.
   *
   * @param {Scene} session
   */
  #addVisible(session) {
    this.#items.forEach((placeholder, index) => {
      if (index > session.reach || !placeholder.classList.contains("dialogue-withheld")) return;
      this.#items[index] = this.#item(session, index);
      placeholder.replaceWith(this.#items[index]);
    });
  }

  /**
   * @param {Scene} session
   * @param {number} index
   */
  #item(session, index) {
    const { utterances } = session.work;
    const { name, colour } = speakerOf(session, utterances[index]);
    const isSameSpeaker = index > 0 && utterances[index - 1].speaker === utterances[index].speaker;
    const line = el(
      "button",
      { type: "button", class: "dialogue-line" },
      el("span", { class: "dialogue-head" }, el("b", {}, name || this.texts.nobody), timeOf(utterances[index])),
      el("span", { class: "dialogue-text" }, utterances[index].text),
      ...translationOf(utterances[index]),
      el("span", { class: "dialogue-chips" }),
    );
    const isLast = index === utterances.length - 1;
    return el(
      "li",
      { class: `dialogue-item speaker-${colour}${isSameSpeaker ? " dialogue-same-speaker" : ""}` },
      ...passagesBefore(session, index),
      line,
      ...(isLast ? passagesBefore(session, utterances.length) : []),
    );
  }

  /**
   * Name only the answers that differ from the default.
   *
   * @param {Question[]} questions
   * @param {Answers} answers
   */
  #chips(questions, answers) {
    const special = questions.filter(
      ({ slug, defaultAnswer }) => answers[slug] !== undefined && answers[slug] !== defaultAnswer,
    );
    if (special.length === 0) return [el("span", { class: "chip chip-default" }, this.texts.usual)];
    return special.map((question) => {
      const value = answers[question.slug];
      if (value === CANNOT_JUDGE) {
        return el("span", { class: "chip chip-cannot-judge" }, fill(this.texts.refusedChip, { what: question.name }));
      }
      if (question.kind === "link") {
        const classes = `chip chip-link ${linkClass(Number(value))}`;
        const source = questions.find(({ slug }) => slug === question.link?.from);
        const from = source ? shortNameOf(source, answers[source.slug]) : "";
        return el("span", { class: classes, title: question.name }, `${from} ⤳ ${signed(Number(value))}`);
      }
      return el("span", { class: "chip", title: question.name }, shortNameOf(question, value));
    });
  }
}

/**
 * Return the passages without speech that stand before an utterance.
 *
 * @param {Scene} session
 * @param {number} index of the utterance, or the number of utterances
 */
function passagesBefore(session, index) {
  const passages = (session.work.passages ?? []).filter(({ before }) => before === index);
  return passages.map(({ text }) => el("p", { class: "dialogue-passage" }, text));
}

/**
 * Return the translation of an utterance in grey, if the subtitles have one and the corpus shows it.
 *
 * @param {Utterance} utterance
 */
export function translationOf(utterance) {
  return utterance.translation ? [el("span", { class: "utterance-translation" }, utterance.translation)] : [];
}

/**
 * Return the name and the colour of an utterance's speaker.
 *
 * @param {Scene} session
 * @param {Utterance} utterance
 * @returns {{name: string, colour: number}} colour 0 for an unknown speaker
 */
export function speakerOf(session, utterance) {
  const speaker = session.work.speakers.find(({ id }) => id === utterance.speaker);
  return speaker
    ? { name: speaker.name, colour: coloursOf(session.work.speakers)[speaker.id] }
    : { name: "", colour: 0 };
}

/**
 * Return a colour for each speaker. It is the same in all dialogues, unless another speaker of this one already has it.
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
function timeOf({ start_ms }) {
  return el("time", {}, start_ms === null ? "" : clock(start_ms));
}
