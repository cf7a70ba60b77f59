// The labelling page: keys and clicks in, the session changed, the views told, the work sent.

import { Notes } from "../messages/messages.js";
import { questionsOf } from "../session/codebook.js";
import { CANNOT_JUDGE } from "../session/conditions.js";
import { keymap } from "../session/keymap.js";
import { Session } from "../session/session.js";
import { Activity } from "../status/activity.js";
import { Changed } from "../status/edited_utterance.js";
import { Status } from "../status/save_status.js";
import { Day } from "../status/work_time.js";
import { Supply } from "../sync/assignment_sync.js";
import { Tabs } from "../sync/tabs.js";
import { Talk } from "../view/dialogue.js";
import { byId, fill } from "../view/dom.js";
import { Guideline } from "../view/guideline.js";
import { Links } from "../view/links.js";
import { Questions } from "../view/questions.js";
import { Shortcuts } from "../view/shortcut_buttons.js";
import { Lesson } from "../view/training_feedback.js";
import { Stage } from "../view/utterance.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Work} Work */
/** @typedef {"loading" | "watch" | "label" | "complete" | "nothing" | "enough" | "gone" |
 *   "lesson" | "round" | "failed"} Phase */

const ENDS = new Set(["nothing", "enough", "gone"]); // where one link leads on
const NO_EFFORT = { active_ms: 0, played_ms: 0 }; // it counts for what is sent next
const REPEATING = new Set(["back", "forward", "cut"]); // while the key is held down

export class Page {
  /** @type {Session | null} */
  session = null;
  /** @type {Phase} */
  #phase = "loading";
  /** @type {ReturnType<typeof keymap>} */
  #act = () => null;
  #root = byId("label");

  /**
   * @param {object} options
   * @param {ReturnType<typeof import("../sync/api.js").createApi>} options.api
   * @param {import("../types.js").Journal} options.journal
   * @param {string} options.author
   * @param {string} options.language
   * @param {Record<string, string>} options.texts
   */
  constructor({ api, journal, author, language, texts }) {
    this.journal = journal;
    this.author = author;
    this.language = language;
    this.texts = texts;
    this.activity = new Activity();
    this.talk = new Talk(byId("talk"), texts, (index) => this.go(index));
    this.questions = new Questions(byId("questions"), texts, (question, value) => this.choose(question, value));
    this.links = new Links(byId("questions"));
    this.shortcuts = new Shortcuts((kind) => this.#answerAll(kind));
    this.stage = new Stage(texts, {
      onSpeak: (index) => this.talk.speak(index),
      onPlaying: () => this.day.add(this.activity.touch()),
      onTaken: () => this.#paintAnswers(),
    });
    this.day = new Day(texts);
    this.changed = new Changed(texts, (index) => this.go(index));
    this.guideline = new Guideline();
    this.lesson = new Lesson(texts, api);
    const on = {
      work: (/** @type {Work} */ work, /** @type {import("../sync/assignment_sync.js").Kept} */ kept) =>
        this.#open(work, kept),
      renewed: (/** @type {Work} */ work, /** @type {import("../sync/assignment_sync.js").Kept} */ kept) =>
        this.#renew(work, kept),
      nothing: () => this.#close(),
      lost: (/** @type {string} */ reason, /** @type {string | undefined} */ code) =>
        code === "annotator.not_qualified"
          ? this.#announce("failed")
          : this.#say(reason, code === "annotator.daily_limit" ? "enough" : "gone"),
      refused: (/** @type {string} */ reason) => this.#say(reason, "complete"),
      report: (/** @type {import("../sync/sender.js").Report} */ report) => this.status.show(report),
      discarded: (/** @type {import("../types.js").Entry} */ entry) => this.notes.drop(entry),
    };
    this.supply = new Supply({ api, journal, author, on, tabs: new Tabs({ author }) });
    this.notes = new Notes({
      texts,
      api,
      post: (kind, body) => this.supply.post(kind, body),
      on: { go: (index) => this.go(index), leave: () => this.#leave(), changed: () => this.supply.refresh() },
    });
    this.status = new Status(texts, {
      onSendAgain: (seq) => this.supply.sendAgain(seq),
      onDiscard: (seq) => this.supply.discard(seq),
      onSignedIn: () => this.supply.retry(),
    });
    this.#listen();
  }

  /** @param {Work | null} work that came with the page */
  start(work) {
    return this.supply.start(work);
  }

  /**
   * @param {Question} question
   * @param {string | number} value
   */
  choose(question, value) {
    if (!this.session || this.#phase !== "label") return;
    if (this.session.choose(question, value)) this.#keepDraft();
    this.#paintAnswers();
  }

  commit() {
    const { session } = this;
    if (!session || this.#phase === "gone" || this.#phase === "failed") return;
    if (this.#phase === "watch") return this.#arrive();
    if (this.#phase === "round") return this.#begin();
    if (this.#phase === "lesson") {
      this.lesson.leave(session);
      return this.#goOn();
    }
    if (this.#phase === "complete") return this.#handIn();
    if (session.focus) return this.questions.nudge();
    // a draft that a shortcut made may be older than the page: its clip has to be heard all the same
    if (session.shortcut && this.stage.mustPlay) return void this.stage.replay();
    const { id } = session.utterance;
    this.notes.propose();
    const place = session.index;
    const sent = this.supply.send(session.commit(this.#effort()));
    this.journal.keepDraft(this.author, session.work.id, id, null);
    if (session.work.round?.use !== "training") return this.#goOn();
    void this.lesson.teach(session, place, sent);
    this.#enter("lesson");
  }

  undo() {
    const { session } = this;
    if (!session?.canUndo || (this.#phase !== "label" && this.#phase !== "complete")) return;
    const operation = session.undo(session.hasPresses ? NO_EFFORT : this.#effort());
    this.supply.send(operation);
    this.#keepDraft();
    if (operation || this.#phase === "complete") this.#arrive();
    else this.#paintAnswers();
    this.stage.showCut();
  }

  /** @param {number} index */
  go(index) {
    const { session } = this;
    if (!session || index < 0 || index >= session.work.utterances.length || index === session.index) return;
    const before = session.index;
    this.notes.propose();
    session.go(index);
    if (session.index !== before) this.#arrive();
  }

  /**
   * Move an edge of the utterance, as a proposal to the manager.
   *
   * @param {"start_ms" | "end_ms"} edge
   * @param {number} steps
   */
  moveCut(edge, steps) {
    if (this.#phase !== "label" || !this.session?.moveCut(edge, steps)) return;
    this.stage.showCut();
    this.stage.listen(edge);
    this.#paintAnswers();
  }

  /** @param {import("../types.js").Shortcut} kind */
  #answerAll(kind) {
    if (!this.session || this.#phase !== "label" || !this.stage.isTaken) return;
    if (this.session.useShortcut(kind)) this.#keepDraft();
    this.#paintAnswers();
  }

  /**
   * @param {Work} work
   * @param {import("../sync/assignment_sync.js").Kept} kept
   */
  #open(work, kept) {
    const before = this.session?.work.round;
    const questions = questionsOf(work.codebook, this.language);
    const session = new Session(work, questions, kept);
    this.session = session;
    this.#act = keymap(questions);
    this.questions.open(questions);
    this.talk.open(session);
    this.stage.open(session);
    this.day.open(session);
    this.notes.open(session, kept.posts);
    const { series, episode, name } = work.dialogue;
    byId("where").textContent = [series, episode, name].filter(Boolean).join(" · ");
    this.#showComment(work);
    this.activity.take();
    if (this.lesson.isNews(before, session)) this.#announce("round");
    else this.#begin();
  }

  /**
   * The server holds something else of the dialogue in hand than is on show: show it, where one is.
   *
   * @param {Work} work
   * @param {import("../sync/assignment_sync.js").Kept} kept
   */
  #renew(work, kept) {
    const { session } = this;
    if (session?.work.id !== work.id) return;
    const before = JSON.stringify(session.utterance);
    const wasComplete = session.isComplete;
    for (const utterance of session.renew(work, kept)) this.stage.forget(utterance);
    this.talk.open(session);
    this.#showComment(work);
    const isOpenAgain = this.#phase === "complete" && !session.isComplete;
    if (isOpenAgain) session.goToOpen();
    if (isOpenAgain || (this.#phase === "label" && before !== JSON.stringify(session.utterance))) return this.#arrive();
    const isOver = session.isComplete && !wasComplete && session.drafts.size === 0;
    if (isOver && this.#phase === "label") return this.#enter("complete");
    this.#paint();
    this.notes.paint();
    return undefined;
  }

  /** @param {Work} work */
  #showComment({ comment }) {
    byId("comment").hidden = !comment;
    byId("comment-text").textContent = comment;
  }

  /**
   * Say where this person stands in training and test.
   *
   * @param {"round" | "failed"} phase
   */
  #announce(phase) {
    void this.lesson.announce();
    this.#enter(phase);
  }

  /** Begin, or go on with, the dialogue in hand. */
  #begin() {
    const { session } = this;
    if (!session) return;
    const isFresh = session.labelled === 0 && session.drafts.size === 0;
    if (session.isComplete) this.#enter("complete");
    else if (isFresh && this.stage.hasMedia && session.policy.watchFirst) {
      this.#enter("watch");
      this.stage.overview();
    } else this.#arrive();
  }

  #goOn() {
    if (this.session?.isComplete) this.#enter("complete");
    else this.#arrive();
  }

  /** Nothing is left to label. */
  #close() {
    this.session = null;
    this.notes.open(null);
    this.changed.update(null);
    byId("where").textContent = byId("dialogues").textContent = "";
    this.#enter("nothing");
  }

  /** Show the current utterance and play it. */
  #arrive() {
    this.#enter("label");
    // a button that keeps the focus would take the next Enter for a click
    if (this.questions.root.contains(document.activeElement)) byId("now").focus();
    this.stage.arrive();
    this.notes.arrive();
  }

  /** @param {Phase} phase */
  #enter(phase) {
    this.#phase = phase;
    this.#root.dataset.phase = phase;
    if (phase !== "label") this.stage.player.pause();
    const on = ENDS.has(phase) ? this.#root.querySelector(`.curtain-${phase} a`) : null;
    if (on instanceof HTMLElement) on.focus();
    byId("notice").hidden = true;
    this.#paint();
  }

  #paint() {
    const { session } = this;
    if (!session) return;
    this.talk.update(session);
    this.changed.update(session);
    this.day.show();
    const all = session.work.utterances.length;
    const { round } = session.work;
    const { done, ready } = session.work.dialogues;
    byId("count").textContent = fill(this.texts.count, { n: session.labelled, all });
    byId("dialogues").textContent = round
      ? this.lesson.where(round)
      : fill(done > ready ? this.texts.dialoguesDone : this.texts.dialogues, { n: done, all: ready });
    /** @type {HTMLProgressElement} */ (byId("meter")).value = session.labelled / all;
    this.#paintAnswers();
  }

  /** All that a key press on an answer changes. */
  #paintAnswers() {
    const { session } = this;
    if (!session) return;
    this.questions.update(session);
    this.links.update(session);
    this.shortcuts.update(session, this.stage.isTaken);
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !session.canUndo;
    byId("commit").dataset.ready = String(!session.focus || this.#phase !== "label");
  }

  #effort() {
    return { active_ms: this.activity.take(), played_ms: this.stage.takePlayed() };
  }

  #keepDraft() {
    const { session } = this;
    if (!session) return;
    const { id } = session.utterance;
    this.journal.keepDraft(this.author, session.work.id, id, session.drafts.get(id) ?? null);
  }

  #handIn() {
    this.#enter("loading");
    this.supply.finish();
  }

  /** The dialogue was returned. */
  #leave() {
    this.#enter("loading");
    this.supply.leave();
  }

  /**
   * @param {string} words
   * @param {Phase} phase
   */
  #say(words, phase) {
    this.#enter(phase);
    byId("notice-text").textContent = words;
    byId("notice").hidden = !words;
  }

  async #watch() {
    const { session } = this;
    if (!session) return;
    this.#root.dataset.phase = "watching";
    const played = await this.stage.watch();
    if (this.#phase !== "watch") return;
    if (played) this.#arrive();
    else this.#root.dataset.phase = "watch";
  }

  #listen() {
    document.addEventListener("keydown", (event) => this.#onKey(event));
    // a button that keeps the focus after the mouse was on it would take the next Enter for itself
    this.#root.addEventListener("click", ({ detail, target }) => {
      if (detail > 0) /** @type {HTMLElement} */ (target).closest("button")?.blur();
    });
    byId("commit").addEventListener("click", () => this.commit());
    byId("undo").addEventListener("click", () => this.undo());
    byId("guideline-open").addEventListener("click", () => this.guideline.toggle(this.session?.focus ?? null));
    byId("transport").addEventListener("click", (event) => this.#onTransport(event));
    byId("watch-start").addEventListener("click", () => this.#watch());
    byId("watch-skip").addEventListener("click", () => this.commit());
    for (const sign of ["pointermove", "keydown", "wheel"]) {
      document.addEventListener(sign, () => this.#touch(), { passive: true });
    }
    for (const sign of ["online", "focus"]) window.addEventListener(sign, () => this.supply.retry());
    window.addEventListener("focus", () => this.supply.refresh());
    document.addEventListener("visibilitychange", () => document.hidden || this.supply.refresh());
    window.addEventListener("beforeunload", (event) => {
      if (!this.journal.durable && !this.status.isSaved) event.preventDefault();
    });
  }

  #touch() {
    this.day.add(this.activity.touch());
    this.supply.touch();
  }

  /** @param {Event} event a press on one of the buttons under the picture, which do what keys do */
  #onTransport({ target }) {
    const { do: act, edge, steps } = /** @type {HTMLElement} */ (target).closest("button")?.dataset ?? {};
    if (edge) this.moveCut(edge === "start_ms" ? "start_ms" : "end_ms", Number(steps));
    else if (act) this.#do(/** @type {any} */ ({ do: act }));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target.closest("input, textarea, select, [contenteditable]") !== null;
    if (isTyping || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const act = this.#act(event);
    if (!act) return;
    // on a button Enter and Space press it, but for an answer that is chosen already
    const button = target.closest("button, a, summary");
    const presses = act.do === "commit" || act.do === "replay";
    if (button && presses && button.getAttribute("aria-checked") !== "true") return;
    event.preventDefault();
    if (!event.repeat || REPEATING.has(act.do)) this.#do(act);
  }

  /** @param {import("../session/keymap.js").Act} act */
  #do(act) {
    const { session, stage, guideline } = this;
    if (!session) return undefined;
    switch (act.do) {
      case "answer":
        return this.choose(act.question, act.value);
      case "cannot-judge":
        return session.focus?.mayRefuse ? this.choose(session.focus, CANNOT_JUDGE) : undefined;
      case "commit":
        return this.commit();
      case "undo":
        return this.undo();
      case "replay":
        return this.#phase === "watch" ? this.#watch() : stage.replay();
      case "replay-all":
        return this.#phase === "watch" ? this.#watch() : stage.playUpTo(session.index);
      case "back":
        return this.go(session.index - 1);
      case "forward":
        return this.go(session.index + 1);
      case "cut":
        return this.moveCut(act.edge, act.steps);
      case "all_default":
      case "same_as_previous":
        return this.#answerAll(act.do);
      case "slower":
        return stage.changeRate(-1);
      case "faster":
        return stage.changeRate(1);
      case "guideline":
        return guideline.toggle(session.focus);
      case "flag":
        return this.notes.flag();
      case "ask":
        return this.notes.ask();
      case "close":
        this.notes.close();
        return guideline.close();
    }
  }
}
