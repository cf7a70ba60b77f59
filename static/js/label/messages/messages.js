// Flags, inquiries, returned dialogues and the manager's answers on the labelling page.

import { byId, el, setAttributes } from "../view/dom.js";
import { FormDialog } from "../view/form_dialog.js";
import { FlagDialog } from "./flag_dialog.js";
import { GuidelineChanges } from "./guideline_changes.js";
import { MessagePanel } from "./message_panel.js";
import { MessageStore } from "./message_store.js";
import { askedAgain, editsOf } from "./utterance_changes.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("./message_store.js").Post} Post */

const REFRESH_MS = 120_000;

export class Messages {
  #store = new MessageStore();
  /** @type {Session | null} */
  #session = null;
  /** @type {{session: Session, at: string | null | undefined} | null} */
  #edited = null;
  #badge = byId("messages-count");
  #about = /** @type {HTMLSelectElement} */ (byId("inquiry-about"));

  /**
   * @param {object} options
   * @param {Record<string, string>} options.texts
   * @param {import("../sync/assignment_sync.js").AssignmentSync["post"]} options.post stores a message until it is saved
   * @param {ReturnType<typeof import("../sync/api.js").createApi>} options.api
   * @param {object} options.on
   * @param {(index: number) => void} options.on.go
   * @param {() => void} options.on.leave the dialogue was returned
   * @param {() => void} options.on.proposed a cut was sent to the manager
   * @param {() => void} options.on.edited an utterance of the open dialogue was edited
   */
  constructor({ texts, post, api, on }) {
    this.texts = texts;
    this.post = post;
    this.api = api;
    this.on = on;
    this.flagDialog = new FlagDialog(texts, {
      send: (reason, comment) => this.#flag(reason, comment),
      withdraw: (flag) => this.#send("withdraw", { flag }),
      returnDialogue: () => this.returnDialogue(),
    });
    this.inquiryDialog = new FormDialog("inquiry-dialog", () => this.#inquire());
    this.returnDialog = new FormDialog("return-dialog", () => this.#return());
    this.panel = new MessagePanel(texts, (utterance) => this.#goTo(utterance));
    this.guidelineChanges = new GuidelineChanges(texts, (announcement) => this.#acknowledge(announcement));
    byId("flag-open").addEventListener("click", () => this.flag());
    byId("inquiry-open").addEventListener("click", () => this.ask());
    byId("messages-open").addEventListener("click", () => this.togglePanel());
    byId("watch-return").addEventListener("click", () => this.returnDialogue());
    window.addEventListener("focus", () => this.refresh());
    setInterval(() => document.visibilityState === "visible" && this.refresh(), REFRESH_MS);
  }

  /**
   * @param {Session | null} session null: no dialogue is open
   * @param {Post[]} [unsent] messages of this dialogue in the journal
   */
  open(session, unsent = []) {
    this.#session = session;
    if (!session) return;
    for (const post of unsent) this.#store.add(post);
    const options = session.questions.map(({ slug, name }) => new Option(name, slug));
    this.#about.replaceChildren(new Option(this.texts.nothingInParticular, ""), ...options);
    void this.refresh();
  }

  /** Ask the server for news; without an answer, nothing changes. */
  async refresh() {
    const session = this.#session;
    if (!session) return;
    let news;
    try {
      news = await this.api.news(session.work.id);
    } catch {
      return;
    }
    this.#store.take(news);
    // the first response after a dialogue was opened describes the state in which it was opened
    if (session === this.#session) {
      const isEdited = this.#edited?.session === session && this.#edited.at !== news.changed_at;
      this.#edited = { session, at: news.changed_at };
      if (isEdited) return this.on.edited();
    }
    this.guidelineChanges.show(this.#store.announcement);
    this.paint();
  }

  /** Show the present messages, also next to the current utterance if one is visible. */
  paint() {
    if (byId("current-utterance").hasChildNodes()) this.showCurrent();
    else this.#paint();
  }

  /** Show the messages about the current utterance. */
  showCurrent() {
    const { utterance } = this.#session ?? {};
    if (!utterance) return;
    const flags = this.#store.flags.filter((flag) => flag.utterance === utterance.id);
    const inquiries = this.#store.inquiries.filter((inquiry) => inquiry.utterance === utterance.id);
    const lines = [
      ...editsOf(utterance, this.texts),
      ...askedAgain(this.#session, this.texts),
      ...flags.map(({ reason, state, reply }) =>
        line(`⚑ ${this.texts[`reason.${reason}`]} · ${this.texts[`state.${state}`]}`, reply),
      ),
      ...inquiries.map(({ text, reply, state }) => line(`? ${text}`, reply || this.texts[`state.${state}`])),
    ];
    document.getElementById("current-messages")?.remove();
    if (lines.length)
      byId("current-utterance").append(
        el("div", { class: "current-messages small", id: "current-messages" }, ...lines),
      );
    this.#paint();
  }

  flag() {
    const session = this.#session;
    if (!session) return;
    const own = this.#store.flags.filter((flag) => flag.utterance === session.utterance.id);
    const isMoved = session.cuts.isMoved(session.utterance) && !session.cuts.isSent(session.utterance);
    this.flagDialog.open(session.utterance, own, reasonsFor(session.questions), isMoved ? "bad_cut" : "");
  }

  /** Send the moved cut of the current utterance to the manager as a proposal. */
  propose() {
    const proposal = this.#session?.cuts.take(this.#session.utterance);
    if (proposal) void this.#send("flag", proposal);
  }

  ask() {
    if (!this.#session) return;
    const { utterance, focus } = this.#session;
    this.inquiryDialog.open(utterance.text);
    this.#about.value = focus?.slug ?? "";
    this.inquiryDialog.form.querySelector("textarea")?.focus();
  }

  returnDialogue() {
    if (this.#session) this.returnDialog.open(this.#session.work.dialogue.name);
  }

  togglePanel() {
    if (this.panel.isOpen) return this.panel.close();
    const inDialogue = new Set(this.#session?.work.utterances.map(({ id }) => id));
    this.panel.show(this.#store, this.#session?.questions ?? [], (id) => id !== null && inDialogue.has(id));
    const { unread } = this.#store;
    if (unread.length === 0) return undefined;
    this.#store.markRead();
    this.#paint();
    this.api.seen(unread).catch(() => {}); // they are unread again when the page is opened the next time
    return undefined;
  }

  /**
   * Remove a rejected message that the annotator discarded.
   *
   * @param {import("../types.js").Entry} entry
   */
  drop({ kind, body }) {
    if (!kind || !body) return;
    this.#store.drop({ kind, body });
    this.paint();
    if (kind === "acknowledge") void this.refresh(); // shows the announcement again
  }

  close() {
    this.panel.close();
    this.guidelineChanges.close();
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
    if (proposal) this.on.proposed();
  }

  /**
   * @param {"flag" | "withdraw" | "question"} kind
   * @param {Record<string, any>} body
   */
  async #send(kind, body) {
    const id = await this.post(kind, body);
    const quote = this.#session?.work.utterances.find((each) => each.id === body.utterance)?.text;
    this.#store.add({ kind, body: { ...body, id, quote } });
    this.showCurrent();
  }

  #inquire() {
    const text = this.inquiryDialog.value("text");
    const { utterance } = this.#session ?? {};
    if (text && utterance) void this.#send("question", { utterance: utterance.id, about: this.#about.value, text });
  }

  async #return() {
    const reason = this.returnDialog.value("reason");
    await this.post("return", { reason, comment: this.returnDialog.value("comment") });
    this.on.leave();
  }

  /** @param {import("./message_store.js").Announcement} announcement */
  #acknowledge(announcement) {
    this.#store.acknowledge();
    void this.post("acknowledge", { guideline: announcement.id });
    // the server renders it from Markdown without raw HTML, like the text that it replaces
    const text = new DOMParser().parseFromString(announcement.html, "text/html");
    byId("guideline-text").replaceChildren(...text.body.childNodes);
  }

  /** @param {string} utterance */
  #goTo(utterance) {
    const index = this.#session?.work.utterances.findIndex(({ id }) => id === utterance) ?? -1;
    this.panel.close();
    if (index >= 0) this.on.go(index);
  }

  /** Show marks in the dialogue, and the number of unread answers. */
  #paint() {
    const { length } = this.#store.unread;
    this.#badge.hidden = length === 0;
    this.#badge.textContent = String(length);
    const session = this.#session;
    if (!session) return;
    const flagged = new Set(this.#store.flags.map(({ utterance }) => utterance));
    const inquired = new Set(this.#store.inquiries.map(({ utterance }) => utterance));
    const heads = document.querySelectorAll("#dialogue .dialogue-head");
    session.work.utterances.forEach(({ id, changed, seen }, index) => {
      const marks = [flagged.has(id) ? "⚑" : "", inquired.has(id) ? "?" : "", changed || seen ? "✎" : ""].join("");
      if (heads[index]) setAttributes(heads[index], { "data-marks": marks || null });
    });
  }
}

/**
 * Return which reasons of a flag make sense: two answers can fit where one of several is chosen.
 *
 * @param {import("../types.js").Question[]} questions
 */
export function reasonsFor(questions) {
  const canTwoFit = questions.some(({ link, many, options }) => !link && !many && options.length > 2);
  return (/** @type {string} */ reason) => reason !== "two_emotions" || canTwoFit;
}

/**
 * @param {string} text
 * @param {string} reply
 */
function line(text, reply) {
  return el("p", {}, text, reply ? el("b", { class: "current-reply" }, ` → ${reply}`) : "");
}
