// Two video elements: while one plays an utterance, the other waits at the start of the next, of the same file or of
// another one. What it has loaded there is played even if the network fails meanwhile.

/** @typedef {{start: number, end: number}} Span milliseconds of the episode */
/** @typedef {Span & {url?: string}} Place a span, of the open file or of another one */

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];
const EARLY_MS = 20; // half a frame: the last frame of the span is visible, the first one after it is not

export class Player {
  rate = 1;
  #front;
  #back;
  #run = 0;
  #played = 0;
  /** @type {number | null} start of the present run, in ms */
  #from = null;

  /**
   * @param {HTMLVideoElement} front
   * @param {HTMLVideoElement} back
   * @param {object} on
   * @param {(ms: number) => void} on.position
   * @param {(state: "playing" | "paused" | "blocked" | "broken") => void} on.state blocked: the browser requires a key
   *   press first
   */
  constructor(front, back, on) {
    this.#front = front;
    this.#back = back;
    this.on = on;
    for (const video of [front, back])
      video.addEventListener("error", () => video === this.#front && video.src && on.state("broken"));
  }

  /**
   * Open a file. If the other element waits in it already, that one is shown.
   *
   * @param {string} url
   */
  open(url) {
    this.pause();
    if (!has(this.#front, url) && has(this.#back, url)) this.#swap();
    load(this.#front, url);
  }

  /**
   * Let the element that is not shown wait at the start of a span, with its file loaded there.
   *
   * @param {Place} next
   */
  async prepare({ start, url = this.#front.getAttribute("src") ?? "" }) {
    const back = this.#back;
    load(back, url);
    await seek(back, start);
  }

  /**
   * Play a span from its start.
   *
   * @param {Span} span
   * @param {Place} [next] at whose start the other player waits meanwhile
   * @returns {Promise<boolean>} whether it played to its end
   */
  async play({ start, end }, next) {
    this.pause();
    const run = this.#run;
    const url = this.#front.getAttribute("src") ?? "";
    load(this.#front, url); // again, if it failed before
    if (has(this.#back, url) && isAt(this.#back, start)) this.#swap();
    else if (!isAt(this.#front, start)) await seek(this.#front, start);
    if (run !== this.#run) return false;
    this.#front.playbackRate = this.rate;
    try {
      await this.#front.play();
    } catch {
      if (run === this.#run) this.on.state("blocked");
      return false;
    }
    if (run !== this.#run) return false;
    this.#from = start;
    this.on.state("playing");
    if (next) void this.prepare(next);
    return this.#untilEnd(run, end);
  }

  pause() {
    this.#run += 1;
    this.#front.pause();
    this.#count();
    this.on.state("paused");
  }

  /** @param {number} step -1 slower, 1 faster */
  changeRate(step) {
    const index = RATES.indexOf(this.rate) + step;
    this.rate = RATES[Math.max(0, Math.min(index, RATES.length - 1))];
    this.#front.playbackRate = this.rate;
  }

  /** @returns {number} milliseconds of the episode played since the last call */
  takePlayed() {
    this.#count();
    if (!this.#front.paused) this.#from = this.#front.currentTime * 1000;
    const played = Math.round(this.#played);
    this.#played = 0;
    return played;
  }

  #count() {
    if (this.#from !== null) this.#played += Math.max(0, this.#front.currentTime * 1000 - this.#from);
    this.#from = null;
  }

  #swap() {
    [this.#front, this.#back] = [this.#back, this.#front];
    this.#front.hidden = false;
    this.#back.hidden = true;
  }

  /**
   * Resolve at the end of the span. Video frames give the most exact time; without a picture, or in a hidden tab, there
   * are none.
   *
   * @param {number} run
   * @param {number} end
   * @returns {Promise<boolean>}
   */
  #untilEnd(run, end) {
    const video = this.#front;
    return new Promise((resolve) => {
      const listeners = new AbortController();
      /** @param {number} ms */
      const check = (ms) => {
        if (run !== this.#run) return settle(false);
        this.on.position(ms);
        if (ms < end - EARLY_MS && !video.ended) return;
        listeners.abort();
        void this.#stop(run, end).then(resolve);
      };
      /** @param {boolean} atEnd */
      const settle = (atEnd) => {
        listeners.abort();
        resolve(atEnd);
      };
      const now = () => check(video.currentTime * 1000);
      const { signal } = listeners;
      for (const type of ["timeupdate", "ended", "pause"]) video.addEventListener(type, now, { signal });
      const onFrame = (/** @type {number} */ _, /** @type {VideoFrameCallbackMetadata} */ frame) => {
        if (signal.aborted) return;
        check(frame.mediaTime * 1000);
        video.requestVideoFrameCallback(onFrame);
      };
      const onPaint = () => {
        if (signal.aborted) return;
        now();
        requestAnimationFrame(onPaint);
      };
      if (video.videoWidth && "requestVideoFrameCallback" in video) video.requestVideoFrameCallback(onFrame);
      else requestAnimationFrame(onPaint);
    });
  }

  /**
   * Stop at the end of the span. A busy computer notices the end late: it goes back, so that no later frame stays visible.
   *
   * @param {number} run
   * @param {number} end
   * @returns {Promise<boolean>} whether nothing else was played or stopped meanwhile
   */
  async #stop(run, end) {
    const video = this.#front;
    if (video.currentTime * 1000 > end + EARLY_MS) {
      video.pause();
      await seek(video, end - EARLY_MS);
      if (run !== this.#run) return false;
    }
    this.pause();
    return true;
  }
}

/**
 * @param {HTMLVideoElement} video
 * @param {string} url
 */
function has(video, url) {
  return video.getAttribute("src") === url && !video.error;
}

/**
 * Load a file, unless it is loaded or being loaded.
 *
 * @param {HTMLVideoElement} video
 * @param {string} url
 */
function load(video, url) {
  if (!url || has(video, url)) return;
  video.src = url;
  video.load();
}

/**
 * @param {HTMLVideoElement} video
 * @param {number} ms
 */
function isAt(video, ms) {
  return video.readyState >= 2 && !video.seeking && Math.abs(video.currentTime * 1000 - ms) < 1;
}

/**
 * @param {HTMLVideoElement} video
 * @param {number} ms
 */
async function seek(video, ms) {
  if (video.readyState < 1) await once(video, "loadedmetadata");
  video.currentTime = ms / 1000;
  if (video.seeking) await once(video, "seeked");
}

/**
 * @param {HTMLVideoElement} video
 * @param {string} type
 * @returns {Promise<void>}
 */
function once(video, type) {
  return new Promise((resolve) => video.addEventListener(type, () => resolve(), { once: true }));
}
