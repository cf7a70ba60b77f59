// Plays the episode: on and on, or one span of it.

const EARLY_MS = 15; // before the end of a span, so that no frame behind it shows

export class EpisodePlayer {
  /** @type {number | null} */
  #until = null;
  #watch = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {() => void} moved called while it plays and after each jump
   */
  constructor(video, moved) {
    this.video = video;
    this.moved = moved;
    video.addEventListener("seeked", moved);
    video.addEventListener("play", () => this.#follow());
    video.addEventListener("pause", () => {
      this.#until = null;
      moved();
    });
  }

  /** The playing position in ms. */
  get position() {
    return this.video.currentTime * 1000;
  }

  get isPlaying() {
    return !this.video.paused;
  }

  toggle() {
    if (this.isPlaying) this.video.pause();
    else this.#start(null);
  }

  /**
   * @param {number} start ms
   * @param {number} end ms
   */
  playSpan(start, end) {
    this.seek(start);
    this.#start(end);
  }

  /** @param {number} ms */
  seek(ms) {
    const end = Number.isFinite(this.video.duration) ? this.video.duration : Infinity;
    this.video.currentTime = Math.max(0, Math.min(ms / 1000, end));
    if (this.#until !== null && ms >= this.#until) this.#until = null;
    this.moved();
  }

  /** @param {number | null} until */
  #start(until) {
    this.video.play().then(
      () => {
        this.#until = until;
      },
      () => undefined,
    );
  }

  /**
   * Stop at the end of a span. A busy computer notices the end late: it goes back, so that no later frame stays visible.
   *
   * @param {number} end ms
   */
  #stop(end) {
    this.video.pause();
    if (this.position > end) this.video.currentTime = (end - EARLY_MS) / 1000;
  }

  #follow() {
    cancelAnimationFrame(this.#watch);
    const check = () => {
      if (this.video.paused) return;
      if (this.#until !== null && !this.video.seeking && this.position >= this.#until - EARLY_MS)
        this.#stop(this.#until);
      this.moved();
      this.#watch = requestAnimationFrame(check);
    };
    this.#watch = requestAnimationFrame(check);
  }
}
