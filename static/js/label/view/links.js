// Links drawn: an arc from the label that pulls to the one that is pulled, its weight and colour the value.

import { standing } from "../session/answers.js";
import { pull, signed } from "./dialogue.js";
import { arc } from "./link_arc.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Question} Question */

const SVG = "http://www.w3.org/2000/svg";
const BADGE = { width: 26, height: 18 };

export class Links {
  /** @type {Session | null} */
  #session = null;
  #due = 0;

  /** @param {HTMLElement} root the questions; the arcs lie over them */
  constructor(root) {
    this.root = root;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.classList.add("links");
    this.svg.setAttribute("aria-hidden", "true"); // the rows of the links say the same in words
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  /** @param {Session} session */
  update(session) {
    this.#session = session;
    // measuring waits for the frame: the key press itself only sets classes
    if (!this.#due) this.#due = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#due = 0;
    const session = this.#session;
    if (!session) return;
    const marks = session.questions.filter(({ link }) => link).map((question) => this.#mark(session, question));
    this.svg.replaceChildren(...marks.filter((mark) => mark !== null));
    if (this.svg.parentElement !== this.root) this.root.append(this.svg);
  }

  /**
   * @param {Session} session
   * @param {Question} question
   * @returns {SVGElement | null}
   */
  #mark({ answers }, question) {
    if (!question.link || standing(question, answers) !== "asked") return null;
    const [from, to] = [question.link.from, question.link.to].map((slug) => this.#box(slug));
    if (!from || !to) return null;
    const { path, tip, middle } = arc(from, to);
    // beside a line that is too short to carry it
    const x = middle.x + (Math.abs(from.left + from.right - to.left - to.right) < 80 ? BADGE.width : 0);
    const value = answers[question.slug];
    const isOpen = value === undefined;
    const group = draw("g", {
      class: `link-arc ${isOpen ? "link-open" : `${pull(Number(value))} link-${Math.abs(Number(value))}`}`,
      "data-link": question.slug,
    });
    group.append(draw("path", { class: "link-halo", d: path }), draw("path", { class: "link-line", d: path }));
    group.append(draw("path", { class: "link-tip", d: tip }));
    const badge = draw("rect", {
      class: "link-badge",
      x: x - BADGE.width / 2,
      y: middle.y - BADGE.height / 2,
      width: BADGE.width,
      height: BADGE.height,
      rx: BADGE.height / 2,
    });
    const words = draw("text", { class: "link-value", x, y: middle.y });
    words.textContent = isOpen ? "?" : signed(Number(value));
    group.append(badge, words);
    return group;
  }

  /**
   * @param {string} slug of a task
   * @returns {import("./link_arc.js").Box | null} where its chosen label lies, within the questions
   */
  #box(slug) {
    const chosen = this.root.querySelector(`[data-question="${slug}"] [aria-checked="true"]`);
    if (!chosen) return null;
    const ground = this.root.getBoundingClientRect();
    const { left, right, top, bottom } = chosen.getBoundingClientRect();
    return {
      left: left - ground.left,
      right: right - ground.left,
      top: top - ground.top,
      bottom: bottom - ground.top,
    };
  }
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 */
function draw(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
