// All that goes between this person and the manager while labelling: flags, questions, returns, answers, guideline.

import { clock } from "../view/dialogue.js";
import { byId, el, fill, setAttributes } from "../view/dom.js";
import { Slip } from "../view/form_dialog.js";
import { FlagSlip } from "./flag_dialog.js";
import { Announcement } from "./guideline_changes.js";
import { Messages } from "./message_panel.js";
import { Store } from "./message_store.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Utterance} Utterance */
/** @typedef {import("./message_store.js").Post} Post */

const LOOK_AGAIN_MS = 120_000;

export class Notes {
  #store = new Store();
  /** @type {Session | null} */
  #session = null;
  /** @type {{session: Session, at: string | null | undefined} | null} */
  #changed = null;
  #badge = byId("messages-count");
  #asking = /** @type {HTMLSelectElement} */ (byId("ask-about"));

  /**
   * @param {object} options
   * @param {Record<string, string>} options.texts
   * @param {import("../sync/assignment_sync.js").Supply["post"]} options.post keeps a message until it is saved
   * @param {ReturnType<typeof import("../sync/api.js").createApi>} options.api
   * @param {object} options.on
   * @param {(index: number) => void} options.on.go
   * @param {() => void} options.on.leave the dialogue was returned
   * @param {() => void} options.on.changed an utterance of the dialogue was changed since it was opened
   */
  constructor({ texts, post, api, on }) {
    this.texts = texts;
    this.post = post;
    this.api = api;
    this.on = on;
    this.flagSlip = new FlagSlip(texts, {
      send: (reason, comment) => this.#flag(reason, comment),
      withdraw: (flag) => this.#send("withdraw", { flag }),
      giveBack: () => this.giveBack(),
    });
    this.askSlip = new Slip("ask-slip", () => this.#ask());
    this.returnSlip = new Slip("return-slip", () => this.#giveBack());
    this.panel = new Messages(texts, (utterance) => this.#goTo(utterance));
    this.announcement = new Announcement(texts, (announced) => this.#acknowledge(announced));
    byId("flag-open").addEventListener("click", () => this.flag());
    byId("ask-open").addEventListener("click", () => this.ask());
    byId("messages-open").addEventListener("click", () => this.messages());
    byId("watch-return").addEventListener("click", () => this.giveBack());
    window.addEventListener("focus", () => this.look());
    setInterval(() => document.visibilityState === "visible" && this.look(), LOOK_AGAIN_MS);
  }

  /**
   * @param {Session | null} session null: no dialogue is open
   * @param {Post[]} [unsent] what the journal still holds of this dialogue
   */
  open(session, unsent = []) {
    this.#session = session;
    if (!session) return;
    for (const post of unsent) this.#store.add(post);
    const options = session.questions.map(({ slug, name }) => new Option(name, slug));
    this.#asking.replaceChildren(new Option(this.texts.nothingInParticular, ""), ...options);
    void this.look();
  }

  /** Ask the server for what is new; without an answer everything stays as it is. */
  async look() {
    const session = this.#session;
    if (!session) return;
    let news;
    try {
      news = await this.api.news(session.work.id);
    } catch {
      return;
    }
    this.#store.take(news);
    // the first look after a dialogue was opened tells the state that it was opened in
    if (session === this.#session) {
      const isChanged = this.#changed?.session === session && this.#changed.at !== news.changed_at;
      this.#changed = { session, at: news.changed_at };
      if (isChanged) return this.on.changed();
    }
    this.announcement.tell(this.#store.announcement);
    this.paint();
  }

  /** Show what there is to say by now, beside the utterance as well where one is on show. */
  paint() {
    if (byId("now").hasChildNodes()) this.arrive();
    else this.#paint();
  }

  /** The current utterance is on show: say what there is to say about it. */
  arrive() {
    const { utterance } = this.#session ?? {};
    if (!utterance) return;
    const flags = this.#store.flags.filter((flag) => flag.utterance === utterance.id);
    const questions = this.#store.questions.filter((question) => question.utterance === utterance.id);
    const lines = [
      ...changes(utterance, this.texts),
      ...flags.map(({ reason, state, reply }) =>
        note(`⚑ ${this.texts[`reason.${reason}`]} · ${this.texts[`state.${state}`]}`, reply),
      ),
      ...questions.map(({ text, reply, state }) => note(`? ${text}`, reply || this.texts[`state.${state}`])),
    ];
    document.getElementById("now-notes")?.remove();
    if (lines.length) byId("now").append(el("div", { class: "now-notes small", id: "now-notes" }, ...lines));
    this.#paint();
  }

  flag() {
    const session = this.#session;
    if (!session) return;
    const own = this.#store.flags.filter((flag) => flag.utterance === session.utterance.id);
    this.flagSlip.open(session.utterance, own, session.cuts.isMoved(session.utterance) ? "bad_cut" : "");
  }

  /** The utterance is being left: a cut that was moved goes to the manager as a proposal. */
  propose() {
    const proposal = this.#session?.cuts.take(this.#session.utterance);
    if (proposal) void this.#send("flag", proposal);
  }

  ask() {
    if (!this.#session) return;
    const { utterance, focus } = this.#session;
    this.askSlip.open(utterance.text);
    this.#asking.value = focus?.slug ?? "";
    this.askSlip.form.querySelector("textarea")?.focus();
  }

  giveBack() {
    if (this.#session) this.returnSlip.open(this.#session.work.dialogue.name);
  }

  messages() {
    if (this.panel.isOpen) return this.panel.close();
    const here = new Set(this.#session?.work.utterances.map(({ id }) => id));
    this.panel.show(this.#store, this.#session?.questions ?? [], (id) => id !== null && here.has(id));
    const { unread } = this.#store;
    if (unread.length === 0) return undefined;
    this.#store.read();
    this.#paint();
    this.api.seen(unread).catch(() => {}); // they are unread again when the page is opened next
    return undefined;
  }

  /**
   * A message that the server refused is not wanted any more: it is as if it had not been made.
   *
   * @param {import("../types.js").Entry} entry
   */
  drop({ kind, body }) {
    if (!kind || !body) return;
    this.#store.drop({ kind, body });
    this.paint();
    if (kind === "acknowledge") void this.look(); // the announcement comes back
  }

  close() {
    this.panel.close();
    this.announcement.close();
  }

  /**
   * @param {string} reason
   * @param {string} comment
   */
  #flag(reason, comment) {
    const session = this.#session;
    if (!session) return;
    const proposal = reason === "bad_cut" ? session.cuts.take(session.utterance) : null;
    void this.#send("flag", { utterance: session.utterance.id, ...proposal, reason, comment });
  }

  /**
   * @param {"flag" | "withdraw" | "question"} kind
   * @param {Record<string, any>} body
   */
  async #send(kind, body) {
    const id = await this.post(kind, body);
    const quote = this.#session?.work.utterances.find((each) => each.id === body.utterance)?.text;
    this.#store.add({ kind, body: { ...body, id, quote } });
    this.arrive();
  }

  #ask() {
    const text = this.askSlip.value("text");
    const { utterance } = this.#session ?? {};
    if (text && utterance) void this.#send("question", { utterance: utterance.id, about: this.#asking.value, text });
  }

  async #giveBack() {
    const reason = this.returnSlip.value("reason");
    await this.post("return", { reason, comment: this.returnSlip.value("comment") });
    this.on.leave();
  }

  /** @param {import("./message_store.js").Announcement} announced */
  #acknowledge(announced) {
    this.#store.acknowledged();
    void this.post("acknowledge", { guideline: announced.id });
    // made by the server from Markdown with raw HTML turned off, as the text that it replaces
    const text = new DOMParser().parseFromString(announced.html, "text/html");
    byId("guideline-text").replaceChildren(...text.body.childNodes);
  }

  /** @param {string} utterance */
  #goTo(utterance) {
    const index = this.#session?.work.utterances.findIndex(({ id }) => id === utterance) ?? -1;
    this.panel.close();
    if (index >= 0) this.on.go(index);
  }

  /** Marks in the conversation, and how many answers were not read. */
  #paint() {
    const { length } = this.#store.unread;
    this.#badge.hidden = length === 0;
    this.#badge.textContent = String(length);
    const session = this.#session;
    if (!session) return;
    const flagged = new Set(this.#store.flags.map(({ utterance }) => utterance));
    const asked = new Set(this.#store.questions.map(({ utterance }) => utterance));
    const heads = document.querySelectorAll("#talk .talk-head");
    session.work.utterances.forEach(({ id, changed, seen }, index) => {
      const marks = [flagged.has(id) ? "⚑" : "", asked.has(id) ? "?" : "", changed || seen ? "✎" : ""].join("");
      if (heads[index]) setAttributes(heads[index], { "data-marks": marks || null });
    });
  }
}

/**
 * @param {string} words
 * @param {string} reply
 */
function note(words, reply) {
  return el("p", {}, words, reply ? el("b", { class: "now-reply" }, ` → ${reply}`) : "");
}

/**
 * @param {Utterance} utterance
 * @param {Record<string, string>} texts
 */
function changes({ changed, seen }, texts) {
  const before = changed ?? seen;
  if (!before) return [];
  const was = Object.entries(before).map(([field, value]) => {
    const words = field.endsWith("_ms") ? (value === null ? "–" : clock(Number(value))) : String(value || texts.nobody);
    return fill(texts[`was.${field}`], { was: words });
  });
  return [
    el("p", { class: "now-changed" }, el("b", {}, changed ? texts.changed : texts.changedSeen), ` ${was.join(" · ")}`),
  ];
}
