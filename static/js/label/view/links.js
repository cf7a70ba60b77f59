// Links as arcs between the chosen answers; weight and colour show the value.

import { questionState } from "../session/answers.js";
import { linkClass, signed } from "./format.js";
import { linkArc } from "./link_arc.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Question} Question */

const SVG = "http://www.w3.org/2000/svg";
const BADGE = { width: 26, height: 18 };
const GUTTER = 16; // from the answers to the centre of the free column beside them, as in css/label/questions.css

export class LinkArcs {
  /** @type {Session | null} */
  #session = null;
  #due = 0;

  /** @param {HTMLElement} root the questions, over which the arcs are drawn */
  constructor(root) {
    this.root = root;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.classList.add("links");
    this.svg.setAttribute("aria-hidden", "true"); // the rows of the links contain the same as text
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  /** @param {Session} session */
  update(session) {
    this.#session = session;
    // measures at the next frame, so that the key press itself only sets classes
    if (!this.#due) this.#due = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#due = 0;
    const session = this.#session;
    if (!session) return;
    const groups = session.questions.filter(({ link }) => link).map((question) => this.#group(session, question));
    this.svg.replaceChildren(...groups.filter((group) => group !== null));
    if (this.svg.parentElement !== this.root) this.root.append(this.svg);
  }

  /**
   * @param {Session} session
   * @param {Question} question
   * @returns {SVGElement | null}
   */
  #group({ answers }, question) {
    if (!question.link || questionState(question, answers) !== "asked") return null;
    const [from, to] = [question.link.from, question.link.to].map((slug) => this.#box(slug));
    if (!from || !to) return null;
    const { path, tip, middle, isAside } = linkArc(from, to, this.#obstacles(), this.#gutter());
    // to the side of a line that is too short for the value
    const isShort = !isAside && Math.abs(from.left + from.right - to.left - to.right) < 80;
    const x = middle.x + (isShort ? BADGE.width : 0);
    const value = answers[question.slug];
    const isOpen = value === undefined;
    const group = draw("g", {
      class: `link-arc ${isOpen ? "link-open" : `${linkClass(Number(value))} link-${Math.abs(Number(value))}`}`,
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
    const text = draw("text", { class: "link-value", x, y: middle.y });
    text.textContent = isOpen ? "?" : signed(Number(value));
    group.append(badge, text);
    return group;
  }

  /**
   * @param {string} slug of a task
   * @returns {import("./link_arc.js").Box | null} position of its chosen answer, relative to the questions
   */
  #box(slug) {
    const chosen = this.root.querySelector(`[data-question="${slug}"] [aria-checked="true"]`);
    if (!chosen) return null;
    return this.#boxOf(chosen);
  }

  /** @returns {import("./link_arc.js").Box[]} all answers and names of questions */
  #obstacles() {
    return [...this.root.querySelectorAll(".q-option, .q-head")].map((element) => this.#boxOf(element));
  }

  /** @returns {number} x of the free column beside the answers */
  #gutter() {
    const rights = [...this.root.querySelectorAll(".q-options")].map((element) => this.#boxOf(element).right);
    return Math.max(...rights) + GUTTER;
  }

  /**
   * @param {Element} element
   * @returns {import("./link_arc.js").Box} position relative to the questions
   */
  #boxOf(element) {
    const origin = this.root.getBoundingClientRect();
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return {
      left: left - origin.left,
      right: right - origin.left,
      top: top - origin.top,
      bottom: bottom - origin.top,
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
