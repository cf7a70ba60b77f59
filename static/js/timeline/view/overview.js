// The strip with the whole episode: its waveform, its dialogues, the shown part; a click moves there.

export class Overview {
  #drawn = "";

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(ms: number) => void} onMove
   */
  constructor(canvas, onMove) {
    this.canvas = canvas;
    /** @type {import("./peaks.js").Peaks | null} */
    this.peaks = null;
    this.ground = document.createElement("canvas");
    this.duration = 1;
    /** @param {PointerEvent} event */
    const move = (event) => onMove((event.offsetX / canvas.clientWidth) * this.duration);
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", (event) => event.buttons && move(event));
  }

  /**
   * @param {import("./window.js").Window} window
   * @param {import("../model/episode.js").EpisodeModel} model
   * @param {number} position
   * @param {{at: number, kind: string}[]} remarks
   * @param {number} revision grows when the contents change
   */
  draw(window, model, position, remarks, revision) {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.duration = window.duration;
    const style = getComputedStyle(this.canvas);
    const key = `${width} ${height} ${revision} ${style.color} ${Boolean(this.peaks)}`;
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.#drawGround(width, height, model, remarks, style);
    }
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.drawImage(this.ground, 0, 0, width, height);
    const scale = width / window.duration;
    context.fillStyle = style.getPropertyValue("--accent");
    context.globalAlpha = 0.18;
    context.fillRect(window.from * scale, 0, Math.max(3, window.length * scale), height);
    context.globalAlpha = 1;
    context.strokeStyle = style.getPropertyValue("--accent");
    context.strokeRect(window.from * scale, 0.5, Math.max(3, window.length * scale), height - 1);
    context.fillStyle = style.getPropertyValue("--danger");
    context.fillRect(position * scale - 0.5, 0, 1.5, height);
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {import("../model/episode.js").EpisodeModel} model
   * @param {{at: number, kind: string}[]} remarks
   * @param {CSSStyleDeclaration} style
   */
  #drawGround(width, height, model, remarks, style) {
    this.ground.width = width;
    this.ground.height = height;
    const context = /** @type {CanvasRenderingContext2D} */ (this.ground.getContext("2d"));
    const scale = width / this.duration;
    context.fillStyle = style.getPropertyValue("--surface");
    context.fillRect(0, 0, width, height);
    for (const [index, band] of model.bands.entries()) {
      const rows = band.lines.flatMap((id) => model.lines.get(id) ?? []).filter((line) => line.start_ms !== null);
      if (!rows.length) continue;
      const start = Math.min(...rows.map((line) => Number(line.start_ms))) * scale;
      const end = Math.max(...rows.map((line) => Number(line.end_ms))) * scale;
      context.fillStyle = style.getPropertyValue(index % 2 ? "--sunken" : "--line");
      context.fillRect(start, 0, Math.max(1, end - start), height);
    }
    context.fillStyle = style.getPropertyValue("--line-strong");
    const peaks = this.peaks;
    peaks?.columns(0, this.duration, width, (column, low, high) => {
      const top = height / 2 - (high * peaks.gain * (height - 4)) / 256;
      context.fillRect(column, top, 1, Math.max(1, ((high - low) * peaks.gain * (height - 4)) / 256));
    });
    for (const remark of remarks) {
      context.fillStyle = style.getPropertyValue(remark.kind === "flag" ? "--danger" : "--warning");
      context.fillRect(remark.at * scale - 1, 0, 3, 5);
    }
  }
}
