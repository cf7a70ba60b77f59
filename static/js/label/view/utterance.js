// What is looked at while judging: the picture, the sound, and the utterance in large letters.

import { Player } from "../media/player.js";
import { Wave } from "../media/waveform.js";
import { readingTime } from "../session/shortcuts.js";
import { clock, signed, speakerOf } from "./dialogue.js";
import { byId, el, fill } from "./dom.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Utterance} Utterance */

const LISTEN_MS = 700; // how much is heard around an edge that was moved
const STILL_MS = 250;

export class Stage {
  #root = byId("stage");
  #now = byId("now");
  #rate = byId("rate");
  #hint = byId("screen-hint");
  #cutNote = byId("cut");
  /** @type {Set<string>} utterances that have played to their end, or that there was time to read */
  #taken = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isBroken = false;
  #last = -1; // the utterance up to which is played
  #isWatched = false;
  #told = -1; // the utterance that was spoken last
  /** @type {Session | null} */
  #session = null;

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(index: number) => void} on.onSpeak
   * @param {() => void} on.onPlaying
   * @param {() => void} on.onTaken the current utterance has been heard, or read
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

  /** Whether the current utterance was heard to its end, or read. */
  get isTaken() {
    return this.#session !== null && this.#taken.has(this.#session.utterance.id);
  }

  /** Whether the current utterance has a clip that can be played and was not heard to its end since the last labels. */
  get mustPlay() {
    const { utterance } = this.#session ?? {};
    return this.hasMedia && !this.#isBroken && span(utterance, utterance) !== null && !this.isTaken;
  }

  get hasMedia() {
    return this.#session?.work.media != null;
  }

  /** @param {Session} session */
  open(session) {
    this.#session = session;
    this.#isBroken = false;
    const { media, utterances } = session.work;
    this.#root.dataset.media = media ? (media.has_picture ? "video" : "audio") : "none";
    if (!media) return this.player.pause();
    this.player.open(media.url);
    const whole = span(utterances[0], utterances.at(-1));
    if (media.peaks && whole) void this.wave.load(media.peaks, whole.start - 3000, whole.end + 3000);
    return undefined;
  }

  /** Show the sound of the whole dialogue, before it is watched. */
  overview() {
    const { utterances } = this.#session?.work ?? { utterances: [] };
    const whole = span(utterances[0], utterances.at(-1));
    if (whole) this.wave.show(whole.start, whole.end);
    this.#now.replaceChildren();
  }

  /** Show the current utterance, and play it. */
  arrive() {
    const session = this.#session;
    if (!session) return;
    const { utterance } = session;
    this.#tell(session, utterance);
    const own = span(utterance, utterance);
    if (own) this.wave.show(own.start, own.end);
    this.showCut();
    clearTimeout(this.#timer);
    if (!this.hasMedia || !own) this.#timer = setTimeout(() => this.#take(utterance), readingTime(utterance.text));
    this.replay();
  }

  /**
   * @param {Session} session
   * @param {Utterance} utterance
   */
  #tell(session, utterance) {
    const { name, colour } = speakerOf(session, utterance);
    const when = [utterance.start_ms, utterance.end_ms].map((ms) => (ms === null ? "" : clock(ms)));
    this.#now.className = `now speaker-${colour}`;
    this.#now.replaceChildren(
      el("p", { class: "now-head" }, el("b", {}, name || this.texts.nobody), el("time", {}, when.join(" – "))),
      el("p", { class: "now-text", lang: "" }, utterance.text),
    );
  }

  /** @returns {number} milliseconds played since the last call; what is answered at once next must be heard after it */
  takePlayed() {
    if (this.hasMedia) this.#taken.clear();
    return this.player.takePlayed();
  }

  /** @param {string} utterance that was changed: it is to be heard, or read, anew */
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
    if (await this.player.play(own, span(next, next) ?? undefined)) this.#take(utterance);
  }

  /** Show where the current utterance should lie instead, if anybody said so. */
  showCut() {
    const session = this.#session;
    if (!session) return;
    const { utterance } = session;
    const bounds = session.cuts.of(utterance);
    const moved = bounds !== null && session.cuts.isMoved(utterance);
    this.wave.propose(moved ? bounds : null);
    const words = moved
      ? fill(this.texts.cut, {
          start: shift(bounds.start_ms - Number(utterance.start_ms)),
          end: shift(bounds.end_ms - Number(utterance.end_ms)),
        })
      : "";
    this.#cutNote.hidden = !moved;
    if (this.#cutNote.textContent !== words) this.#cutNote.textContent = words;
  }

  /**
   * Let the edge that was moved be heard, once it rests.
   *
   * @param {"start_ms" | "end_ms"} edge
   */
  listen(edge) {
    if (!this.hasMedia) return;
    this.player.pause();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#playEdge(edge), STILL_MS);
  }

  /** @param {"start_ms" | "end_ms"} edge as it lies by now */
  #playEdge(edge) {
    const session = this.#session;
    const bounds = session?.cuts.of(session.utterance);
    if (!session || !bounds) return;
    this.#last = session.index;
    const { start_ms: start, end_ms: end } = bounds;
    void this.player.play(
      edge === "start_ms"
        ? { start, end: Math.min(start + LISTEN_MS, end) }
        : { start: Math.max(start, end - LISTEN_MS), end },
    );
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
    this.#last = last;
    return whole ? this.player.play(whole) : false;
  }

  /** Play all of the dialogue, with the utterance that is being spoken in large letters. */
  async watch() {
    const session = this.#session;
    if (!session) return false;
    this.#isWatched = true;
    const played = await this.playUpTo(session.work.utterances.length - 1);
    this.#isWatched = false;
    return played;
  }

  /** @param {number} step */
  changeRate(step) {
    this.player.changeRate(step);
    this.#rate.textContent = `${this.player.rate}×`;
  }

  /** @param {number} ms */
  #follow(ms) {
    this.wave.place(ms);
    this.on.onPlaying();
    const spoken = this.#session?.work.utterances.findIndex(
      ({ start_ms, end_ms }) => start_ms !== null && end_ms !== null && start_ms <= ms && ms < end_ms,
    );
    // a frame may be told that already belongs to the utterance after the last one
    if (spoken === undefined || spoken > this.#last) return;
    const session = this.#session;
    session?.openings.add(spoken);
    if (this.#isWatched && session && spoken >= 0 && spoken !== this.#told)
      this.#tell(session, session.work.utterances[spoken]);
    this.#told = spoken;
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
    this.#isBroken ||= state === "broken";
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
 * @returns {import("../media/player.js").Span | null} null where a source's times are beyond repair
 */
function span(first, last) {
  if (!first || !last || first.start_ms === null || last.end_ms === null) return null;
  return { start: first.start_ms, end: last.end_ms };
}
