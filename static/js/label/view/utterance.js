// The current utterance: picture, sound, and its text in large letters.

import { Player } from "../media/player.js";
import { Waveform } from "../media/waveform.js";
import { readingTime } from "../session/shortcuts.js";
import { speakerOf, translationOf } from "./dialogue.js";
import { byId, el, fill } from "./dom.js";
import { exactClock, signed } from "./format.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Utterance} Utterance */

const EDGE_MS = 700; // played at an edge that was moved
const SETTLE_MS = 250; // after the last move of an edge

export class UtterancePanel {
  #root = byId("utterance-panel");
  #current = byId("current-utterance");
  #rate = byId("rate");
  #hint = byId("screen-hint");
  #cutNote = byId("cut");
  /** @type {Set<string>} utterances that were played to their end, or visible long enough to be read */
  #taken = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isBroken = false;
  #last = -1; // index of the last utterance to play
  #isWatched = false;
  #spoken = -1; // index of the utterance that was spoken last
  /** @type {Scene | null} */
  #session = null;
  /** @type {{work: Scene["work"], clip: import("../media/player.js").Place} | null} of the scene that is shown next */
  #ahead = null;

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(index: number) => void} on.onSpeak
   * @param {() => void} on.onPlaying
   * @param {() => void} on.onTaken the current utterance was played to its end, or read
   */
  constructor(texts, on) {
    this.texts = texts;
    this.on = on;
    this.waveform = new Waveform(/** @type {any} */ (byId("wave")));
    this.player = new Player(byId("video-a"), byId("video-b"), {
      position: (ms) => this.#follow(ms),
      state: (state) => this.#show(state),
    });
    byId("screen").addEventListener("click", () => this.replay());
  }

  /** Whether the current utterance was played to its end, or read. */
  get isTaken() {
    return this.#session !== null && this.#taken.has(this.#session.utterance.id);
  }

  /** Whether the current utterance has a clip that can be played and was not heard to its end since the last labels. */
  get mustPlay() {
    const { utterance } = this.#session ?? {};
    return this.hasMedia && !this.#isBroken && span(utterance, utterance) !== null && !this.isTaken;
  }

  get isPlaying() {
    return this.#root.dataset.playing === "true";
  }

  get hasMedia() {
    return this.#session?.work.media != null;
  }

  /** @param {Scene} session */
  open(session) {
    this.#session = session;
    this.#isBroken = false;
    if (this.#ahead?.work === session.work) this.#ahead = null;
    const { media } = session.work;
    this.#root.dataset.media = media ? (media.has_picture ? "video" : "audio") : "none";
    if (!media) return this.player.pause();
    this.player.open(media.url);
    const sound = soundOf(session.work);
    if (sound) void this.waveform.load(...sound);
    return undefined;
  }

  /**
   * Load the clip and the waveform of the scene that is shown next, so that it opens at once and without a network.
   *
   * @param {Scene["work"]} work
   * @param {Utterance | undefined} utterance of it
   */
  prepare(work, utterance) {
    const own = span(utterance, utterance);
    if (!work.media || !own) return;
    this.#ahead = { work, clip: { ...own, url: work.media.url } };
    void this.player.prepare(this.#ahead.clip);
    const sound = soundOf(work);
    if (sound) void this.waveform.prepare(...sound);
  }

  /** Show the waveform of the whole dialogue, before it is watched. */
  overview() {
    const { utterances } = this.#session?.work ?? { utterances: [] };
    const whole = span(utterances[0], utterances.at(-1));
    if (whole) this.waveform.show(whole.start, whole.end);
    this.#current.replaceChildren();
  }

  /** Show the current utterance, and play it. */
  showCurrent() {
    const session = this.#session;
    if (!session) return;
    const { utterance } = session;
    this.#showText(session, utterance);
    const own = span(utterance, utterance);
    if (own) this.waveform.show(own.start, own.end);
    this.showCut();
    clearTimeout(this.#timer);
    if (!this.hasMedia || !own) this.#timer = setTimeout(() => this.#take(utterance), readingTime(utterance.text));
    this.replay();
  }

  /**
   * @param {Scene} session
   * @param {Utterance} utterance
   */
  #showText(session, utterance) {
    const { name, colour } = speakerOf(session, utterance);
    const when = [utterance.start_ms, utterance.end_ms].map((ms) => (ms === null ? "" : exactClock(ms)));
    this.#current.className = `current-utterance speaker-${colour}`;
    this.#current.replaceChildren(
      el("p", { class: "current-head" }, el("b", {}, name || this.texts.nobody), el("time", {}, when.join(" – "))),
      el("p", { class: "current-text", lang: "" }, utterance.text),
      ...translationOf(utterance),
    );
  }

  /** @returns {number} milliseconds played since the last call; a shortcut requires a clip to be played after it */
  takePlayed() {
    if (this.hasMedia) this.#taken.clear();
    return this.player.takePlayed();
  }

  /** @param {string} utterance that was edited; it has to be played, or read, again */
  forget(utterance) {
    this.#taken.delete(utterance);
  }

  async replay() {
    const session = this.#session;
    if (!session || !this.hasMedia) return;
    const { utterance, work } = session;
    const bounds = session.cuts.of(utterance);
    const next = work.utterances[session.index + 1];
    if (!bounds) return;
    const own = { start: bounds.start_ms, end: bounds.end_ms };
    this.#last = session.index;
    if (await this.player.play(own, this.#ahead?.clip ?? span(next, next) ?? undefined)) this.#take(utterance);
  }

  /** @param {number} index of an utterance that is played as context; the current one stays */
  async playOther(index) {
    const other = this.#session?.work.utterances[index];
    const own = span(other, other);
    if (!own || !this.hasMedia) return;
    this.#last = index;
    await this.player.play(own);
  }

  /** Show the proposed bounds of the current utterance, if there are any. */
  showCut() {
    const session = this.#session;
    if (!session) return;
    const { utterance } = session;
    const bounds = session.cuts.of(utterance);
    const moved = bounds !== null && session.cuts.isMoved(utterance);
    this.waveform.propose(moved ? bounds : null);
    const isSent = session.cuts.isSent(utterance);
    const text = moved
      ? fill(isSent ? this.texts.cutSent : this.texts.cut, {
          start: shift(bounds.start_ms - Number(utterance.start_ms)),
          end: shift(bounds.end_ms - Number(utterance.end_ms)),
        })
      : "";
    this.#cutNote.hidden = !moved;
    if (this.#cutNote.textContent !== text) this.#cutNote.textContent = text;
  }

  /**
   * Play the edge that was moved, when it has not moved for a moment.
   *
   * @param {"start_ms" | "end_ms"} edge
   */
  listen(edge) {
    if (!this.hasMedia) return;
    this.player.pause();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#playEdge(edge), SETTLE_MS);
  }

  /** @param {"start_ms" | "end_ms"} edge of the proposed bounds */
  #playEdge(edge) {
    const session = this.#session;
    const bounds = session?.cuts.of(session.utterance);
    if (!session || !bounds) return;
    this.#last = session.index;
    const { start_ms: start, end_ms: end } = bounds;
    void this.player.play(
      edge === "start_ms"
        ? { start, end: Math.min(start + EDGE_MS, end) }
        : { start: Math.max(start, end - EDGE_MS), end },
    );
  }

  /**
   * Play the dialogue from its start.
   *
   * @param {number} last index of the last utterance to play
   * @returns {Promise<boolean>} whether it played to the end
   */
  async playUpTo(last) {
    const session = this.#session;
    if (!session || !this.hasMedia) return false;
    const { utterances } = session.work;
    const whole = span(utterances[0], utterances[last]);
    this.#last = last;
    return whole ? this.player.play(whole) : false;
  }

  /** Play the whole dialogue, with the spoken utterance in large letters. */
  async watch() {
    const session = this.#session;
    if (!session) return false;
    this.#isWatched = true;
    const hasPlayed = await this.playUpTo(session.work.utterances.length - 1);
    this.#isWatched = false;
    return hasPlayed;
  }

  /** @param {number} step */
  changeRate(step) {
    this.player.changeRate(step);
    this.#rate.textContent = `${this.player.rate}×`;
  }

  /** @param {number} ms */
  #follow(ms) {
    this.waveform.setPosition(ms);
    this.on.onPlaying();
    const spoken = this.#session?.work.utterances.findIndex(
      ({ start_ms, end_ms }) => start_ms !== null && end_ms !== null && start_ms <= ms && ms < end_ms,
    );
    // a frame may already belong to the utterance after the last one
    if (spoken === undefined || spoken > this.#last) return;
    const session = this.#session;
    session?.openings.add(spoken);
    if (this.#isWatched && session && spoken >= 0 && spoken !== this.#spoken)
      this.#showText(session, session.work.utterances[spoken]);
    this.#spoken = spoken;
    this.on.onSpeak(spoken);
  }

  /** @param {Utterance} utterance */
  #take(utterance) {
    this.#taken.add(utterance.id);
    if (this.#session?.utterance === utterance) this.on.onTaken();
  }

  /** @param {"playing" | "paused" | "blocked" | "broken"} state */
  #show(state) {
    this.#root.dataset.playing = String(state === "playing");
    this.#isBroken = state === "broken" || (this.#isBroken && state !== "playing");
    if (state === "paused") this.on.onSpeak(-1);
    this.#hint.hidden = state !== "blocked" && state !== "broken";
    if (!this.#hint.hidden) this.#hint.textContent = this.texts[state];
  }
}

/** @param {number} ms */
function shift(ms) {
  return ms === 0 ? "±0" : signed(ms);
}

/**
 * @param {Utterance | undefined} first
 * @param {Utterance | undefined} last
 * @returns {import("../media/player.js").Span | null} null if an utterance has no usable times
 */
function span(first, last) {
  if (!first || !last || first.start_ms === null || last.end_ms === null) return null;
  return { start: first.start_ms, end: last.end_ms };
}

/**
 * @param {Scene["work"]} work
 * @returns {[url: string, start: number, end: number] | null} the sound that the waveform of a dialogue shows
 */
function soundOf({ media, utterances }) {
  const whole = span(utterances[0], utterances.at(-1));
  return media?.peaks && whole ? [media.peaks, whole.start - 3000, whole.end + 3000] : null;
}
