// Starts the timeline editor and connects its parts.

import { newId } from "../label/sync/new_id.js";
import { shown } from "./model/times.js";
import { actsOf } from "./page/acts.js";
import { Dialogs, filled, setText } from "./page/dialogs.js";
import { Editor, serverOf } from "./page/editor.js";
import { actOf, KEYS, nameOf } from "./page/keys.js";
import { List } from "./page/list.js";
import { Panel } from "./page/panel.js";
import { EpisodePlayer } from "./page/player.js";
import { SpeakerDialog } from "./page/speakers.js";
import { Overview } from "./view/overview.js";
import { Painter } from "./view/painter.js";
import { loadPeaks } from "./view/peaks.js";
import { Pointer } from "./view/pointer.js";

const POLL_MS = 8000;
const LEFT_MS = 3000; // after which another page's unsaved edits are taken over, unless that page lives

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
const element = (id) => /** @type {T} */ (document.getElementById(id));

function sessionOf(/** @type {string} */ episode) {
  const key = `timeline-session:${episode}`;
  const known = sessionStorage.getItem(key) ?? newId();
  sessionStorage.setItem(key, known);
  return known;
}

async function start() {
  const root = element("timeline");
  const texts = JSON.parse(element("timeline-texts").textContent ?? "{}");
  const server = serverOf(root.dataset, sessionOf(root.dataset.episode ?? ""));
  /** @type {import("./types.js").Contents} */
  let contents;
  try {
    contents = await server.contents();
  } catch {
    setText("timeline-message", texts.not_loaded);
    return;
  }
  const isReadOnly = root.dataset.readonly === "yes";
  const canvas = /** @type {HTMLCanvasElement} */ (element("timeline-canvas"));
  const painter = new Painter(canvas);
  const dialogs = new Dialogs(texts);
  let isDrawing = false;
  let dirty = new Set();

  /** @param {"contents" | "selection" | "state" | "view"} what */
  const redraw = (what = "view") => {
    dirty.add(what);
    if (!isDrawing) requestAnimationFrame(draw);
    isDrawing = true;
  };
  /** @param {string} text @param {"info" | "error"} [kind] */
  const say = (text, kind = "info") => {
    const box = element("timeline-message");
    box.textContent = text;
    box.className = kind === "error" ? "banner banner-error" : "banner banner-info";
    box.hidden = false;
  };
  const editor = new Editor({ contents, server, dialogs, texts, changed: redraw, say });
  const video = /** @type {HTMLVideoElement} */ (element("timeline-video"));
  const player = new EpisodePlayer(video, () => {
    const { window, options } = editor;
    const { position } = player;
    if (options.follow && player.isPlaying && (position < window.from || position > window.to - window.length / 10)) {
      window.moveTo(position - window.length / 10);
    }
    redraw();
  });
  const stage = {
    canvas,
    window: editor.window,
    get model() {
      return editor.model;
    },
    get marks() {
      return editor.marks;
    },
    get options() {
      return editor.options;
    },
    get position() {
      return player.position;
    },
    get focus() {
      return editor.focus;
    },
    /** @type {import("./view/pointer.js").Stage["drag"]} */
    drag: null,
    /** @param {string} id @param {boolean} extend */
    select: (id, extend) => editor.select(id, extend),
    /** @param {number} ms */
    seek: (ms) => player.seek(ms),
    /** @param {import("./types.js").Line} line @param {import("./types.js").Span} span */
    retime: (line, span) => isReadOnly || editor.retime(line, span),
    open: () => panel.editText(),
    changed: () => redraw(),
  };
  const pointer = new Pointer(stage);
  const panel = new Panel(/** @type {HTMLFormElement} */ (element("timeline-form")), editor, canvas);
  const list = new List(
    /** @type {HTMLTableElement} */ (element("timeline-list")),
    (id, extend) => {
      editor.select(id, extend);
      const line = editor.line;
      if (line?.start_ms == null) return;
      if (!player.isPlaying) player.seek(line.start_ms);
      editor.window.reveal(line.start_ms, Number(line.end_ms));
    },
    () => panel.editText(),
  );
  const overview = new Overview(/** @type {HTMLCanvasElement} */ (element("timeline-overview")), (ms) => {
    editor.window.moveTo(ms - editor.window.length / 2);
    redraw();
  });
  const speakers = new SpeakerDialog(/** @type {HTMLDialogElement} */ (element("timeline-speakers")), editor, dialogs);

  function draw() {
    isDrawing = false;
    const what = dirty;
    dirty = new Set();
    const { window, model } = editor;
    painter.draw({
      ...editor,
      window,
      model,
      badge: (id) => editor.badge(id),
      drag: stage.drag,
      position: player.position,
    });
    overview.draw(window, model, player.position, editor.remarks, editor.revision);
    setText("timeline-position", shown(player.position));
    const view = { ...editor, model, badge: (/** @type {string | null} */ id) => editor.badge(id) };
    if (what.has("contents")) {
      list.draw(view);
      drawSpeakerNames();
    } else if (what.has("selection")) list.mark(view);
    if (what.has("contents") || what.has("selection")) panel.draw();
    if (what.size > 1 || !what.has("view")) drawState();
  }

  function drawState() {
    const { queue, history, options, people, remarks } = editor;
    const count = queue.pending.length;
    setText("timeline-saved", filled(texts[`queue_${queue.state}`], { count }));
    element("timeline-saved").dataset.state = queue.state;
    for (const [act, on] of /** @type {const} */ ([
      ["undo", history.canUndo],
      ["redo", history.canRedo],
    ])) {
      const button = /** @type {HTMLButtonElement | null} */ (document.querySelector(`[data-act="${act}"]`));
      if (button) button.disabled = !on || isReadOnly;
    }
    for (const act of /** @type {const} */ (["snap", "follow", "go_on"])) {
      document.querySelector(`[data-act="${act}"]`)?.setAttribute("aria-pressed", String(options[act]));
    }
    setText("timeline-remarks", filled(texts.remarks, { count: remarks.length }));
    setText("timeline-people", people.length ? filled(texts.people, { people: people.join(", ") }) : "");
    element("timeline-people").hidden = !people.length;
  }

  function drawSpeakerNames() {
    const names = editor.model.speakers.map((speaker) => speaker.name);
    const datalist = element("timeline-speaker-names");
    if (datalist.dataset.names === JSON.stringify(names)) return;
    datalist.dataset.names = JSON.stringify(names);
    datalist.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
  }

  const acts = actsOf({
    editor,
    player,
    panel,
    dialogs,
    openSpeakers: () => speakers.open(),
    redraw,
    cancelDrag: () => pointer.cancel(),
  });
  /** @param {string} act @param {number} [number] */
  const run = (act, number = 0) => {
    if (isReadOnly && !READING.has(act)) return;
    element("timeline-message").hidden = true;
    void acts[act]?.(number);
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const field =
      event.target instanceof HTMLElement && event.target.closest("input, textarea, select, a, button, summary, video");
    const inText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
    const name = nameOf(event);
    if (field && !inText && ["Space", "Enter"].includes(name)) return; // presses the button, follows the link
    if (field instanceof HTMLSelectElement) return;
    const found = actOf(name, inText);
    if (!found) return;
    event.preventDefault();
    run(found.act, found.number);
  });
  // a button leaves the cursor in the text, which says where to split
  document.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest(".timeline-acts [data-act]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (button instanceof HTMLElement && button.dataset.act) run(button.dataset.act);
  });
  const gap = /** @type {HTMLInputElement} */ (element("timeline-gap"));
  gap.value = String(editor.options.gap);
  gap.addEventListener("change", () => {
    editor.options.gap = Math.max(0, Math.min(1000, Number(gap.value) || 0));
    editor.keepOptions();
  });
  const rate = /** @type {HTMLSelectElement} */ (element("timeline-speed"));
  rate.addEventListener("change", () => {
    video.playbackRate = Number(rate.value);
  });
  addEventListener("online", () => editor.queue.flush());
  addEventListener("beforeunload", (event) => {
    panel.save();
    if (editor.queue.pending.length) event.preventDefault();
  });
  new ResizeObserver(() => redraw()).observe(canvas);
  drawHelp(texts);

  video.src = contents.episode.media;
  editor.refresh();
  if (editor.model.ordered[0]) editor.select(editor.model.ordered[0].id);
  editor.queue.restore();
  takeOverLeft(editor, contents.episode.id, server.session);
  loadPeaks(contents.episode.peaks).then((peaks) => {
    painter.peaks = peaks;
    overview.peaks = peaks;
    redraw();
  });
  await loadMarks(editor, contents.episode.marks);
  if (!contents.episode.marks && !isReadOnly) await server.orderMarks();
  draw(); // places on the timeline have no time before
  root.dataset.ready = "yes";
  let hasMarks = Boolean(contents.episode.marks);
  setInterval(async () => {
    const news = await editor.poll().catch(() => undefined);
    if (news?.marks && !hasMarks) {
      hasMarks = true;
      await loadMarks(editor, news.marks);
    }
    drawState();
  }, POLL_MS);
}

const READING = new Set([
  ...["play", "play_line", "play_start", "play_end", "frame_back", "frame_on", "second_back", "second_on", "next"],
  ...[
    "previous",
    "extend_next",
    "extend_previous",
    "next_remark",
    "previous_remark",
    "zoom_in",
    "zoom_out",
    "zoom_line",
  ],
  ...["zoom_all", "follow", "snap", "help", "cancel", "leave_text"],
]);

/** @param {Editor} editor @param {string} url */
async function loadMarks(editor, url) {
  if (!url) return;
  const response = await fetch(url).catch(() => null);
  if (response?.ok) editor.marks = await response.json();
  editor.changed("state");
}

/**
 * Save what another page of this episode could not save before it was closed.
 *
 * @param {Editor} editor
 * @param {string} episode
 * @param {string} session
 */
function takeOverLeft(editor, episode, session) {
  const channel = new BroadcastChannel(`timeline:${episode}`);
  const alive = new Set();
  channel.addEventListener("message", ({ data }) => {
    if (data === "who") channel.postMessage(session);
    else alive.add(data);
  });
  channel.postMessage("who");
  setTimeout(() => {
    for (const key of Object.keys(localStorage)) {
      const [name, of, owner] = key.split(":");
      if (name === "timeline" && of === episode && owner !== session && !alive.has(owner)) editor.queue.restore(key);
    }
  }, LEFT_MS);
}

/** @param {Record<string, string>} texts */
function drawHelp(texts) {
  element("timeline-keys").replaceChildren(
    ...KEYS.map(({ title, bindings }) => {
      const group = document.createElement("section");
      const heading = document.createElement("h3");
      heading.textContent = texts[title];
      const rows = document.createElement("dl");
      rows.className = "keys";
      for (const { keys, act } of bindings) {
        const row = document.createElement("div");
        const term = document.createElement("dt");
        for (const [index, key] of keys.entries()) {
          if (index) term.append(" / ");
          for (const part of key.split(/\+(?=.)/)) {
            term.append(
              Object.assign(document.createElement("kbd"), { textContent: SIGNS[part] ?? part.toUpperCase() }),
              " ",
            );
          }
        }
        const detail = document.createElement("dd");
        detail.textContent = texts[`act_${act}`];
        row.append(term, detail);
        rows.append(row);
      }
      group.append(heading, rows);
      return group;
    }),
  );
}

/** @type {Record<string, string>} */
const SIGNS = {
  ...{ ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Ctrl: "Ctrl", Shift: "Shift", Alt: "Alt" },
  ...{ Space: "Space", Enter: "Enter", Delete: "Delete", Backspace: "Backspace", Escape: "Esc" },
};

await start();
