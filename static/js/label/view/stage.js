// What is looked at while judging: the picture, the sound, and the utterance in large letters.

import { byId, el } from "../dom.js";
import { Player } from "../player.js";
import { Wave } from "../wave.js";
import { clock, speakerOf } from "./talk.js";

/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../types.js").Utterance} Utterance */

export class Stage {
  #root = byId("stage");
  #now = byId("now");
  #rate = byId("rate");
  #hint = byId("screen-hint");
  /** @type {Session | null} */
  #session = null;

  /**
   * @param {Record<string, string>} texts
   * @param {{onSpeak: (index: number) => void, onPlaying: () => void}} on
   */
  constructor(texts, on) {
    this.texts = texts;
    this.on = on;
    this.wave = new Wave(/** @type {any} */ (byId("wave")));
    this.player = new Player(byId("video-a"), byId("video-b"), {
      place: (ms) => this.#follow(ms),
      state: (state) => this.#show(state),
    });
    byId("screen").addEventListener("click", () => this.replay());
  }

  get hasMedia() {
    return this.#session?.work.media != null;
  }

  /** @param {Session} session */
  open(session) {
    this.#session = session;
    const { media, utterances } = session.work;
    this.#root.dataset.media = media ? (media.has_picture ? "video" : "audio") : "none";
    if (!media) return this.player.pause();
    this.player.open(media.url);
    const whole = span(utterances[0], utterances.at(-1));
    if (media.peaks && whole) void this.wave.load(media.peaks, whole.start - 3000, whole.end + 3000);
    return undefined;
  }

  /** Show the current utterance, and play it. */
  arrive() {
    const session = this.#session;
    if (!session) return;
    const { utterance } = session;
    const { name, colour } = speakerOf(session, utterance);
    const when = [utterance.start_ms, utterance.end_ms].map((ms) => (ms === null ? "" : clock(ms)));
    this.#now.className = `now speaker-${colour}`;
    this.#now.replaceChildren(
      el("p", { class: "now-head" }, el("b", {}, name || this.texts.nobody), el("time", {}, when.join(" – "))),
      el("p", { class: "now-text", lang: "" }, utterance.text),
    );
    const own = span(utterance, utterance);
    if (own) this.wave.show(own.start, own.end);
    this.replay();
  }

  replay() {
    const session = this.#session;
    if (!session || !this.hasMedia) return;
    const { utterances } = session.work;
    const own = span(session.utterance, session.utterance);
    const next = utterances[session.index + 1];
    if (own) void this.player.play(own, span(next, next) ?? undefined);
  }

  /**
   * Play the dialogue from its start: so far, or all of it.
   *
   * @param {number} last index of the last utterance to play
   * @returns {Promise<boolean>} whether it played to the end
   */
  async playUpTo(last) {
    const session = this.#session;
    if (!session || !this.hasMedia) return false;
    const { utterances } = session.work;
    const whole = span(utterances[0], utterances[last]);
    return whole ? this.player.play(whole) : false;
  }

  /** @param {number} step */
  changeRate(step) {
    this.player.changeRate(step);
    this.#rate.textContent = this.player.rate === 1 ? "" : `${this.player.rate}×`;
  }

  /** @param {number} ms */
  #follow(ms) {
    this.wave.place(ms);
    this.on.onPlaying();
    const spoken = this.#session?.work.utterances.findIndex(
      ({ start_ms, end_ms }) => start_ms !== null && end_ms !== null && start_ms <= ms && ms < end_ms,
    );
    if (spoken !== undefined) this.on.onSpeak(spoken);
  }

  /** @param {"playing" | "paused" | "blocked" | "broken"} state */
  #show(state) {
    this.#root.dataset.playing = String(state === "playing");
    if (state === "paused") this.on.onSpeak(-1);
    this.#hint.hidden = state !== "blocked" && state !== "broken";
    if (!this.#hint.hidden) this.#hint.textContent = this.texts[state];
  }
}

/**
 * @param {Utterance | undefined} first
 * @param {Utterance | undefined} last
 * @returns {import("../player.js").Span | null} null where a source's times are beyond repair
 */
function span(first, last) {
  if (!first || !last || first.start_ms === null || last.end_ms === null) return null;
  return { start: first.start_ms, end: last.end_ms };
}
