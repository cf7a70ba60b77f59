// What the keys and buttons do.

import { newId } from "../../label/sync/new_id.js";
import { missingSpan, splitPoint, stretch } from "../model/drafting.js";
import { nextRemark } from "../model/remarks.js";
import { boundsOf, lowerBound, moved, targetsOf, toFrame } from "../model/snapping.js";
import { read, shown } from "../model/times.js";

/** @typedef {import("../types.js").Line} Line */

const AROUND_MS = 500;

/**
 * @typedef {object} Desk
 * @property {import("./editor.js").Editor} editor
 * @property {import("./player.js").EpisodePlayer} player
 * @property {import("./panel.js").Panel} panel
 * @property {import("./dialogs.js").Dialogs} dialogs
 * @property {() => void} openSpeakers
 * @property {() => void} redraw
 * @property {() => boolean} cancelDrag
 */

/**
 * @param {Desk} desk
 * @returns {Record<string, (number: number) => unknown>}
 */
export function actsOf(desk) {
  const { editor, player, panel, dialogs } = desk;
  const frame = 1000 / (editor.model.episode.fps || 25);

  /** @param {(line: Line) => unknown} act */
  const onLine = (act) => () => {
    const { line } = editor;
    if (line && line.start_ms !== null) return act(line);
  };
  /** @param {Line} line */
  const bounds = (line) => {
    const { model, options } = editor;
    const sequence = model.bandOf(line.id)?.lines.flatMap((id) => model.lines.get(id) ?? []) ?? [];
    return boundsOf(line, sequence, model.sorted, model.episode.duration_ms, options.gap);
  };
  /** @param {Line} line @param {"start" | "end" | "both"} edge @param {number} ms */
  const place = (line, edge, ms) => {
    const span = { start: Number(line.start_ms), end: Number(line.end_ms) };
    editor.retime(line, moved(span, edge, Math.round(ms), bounds(line)));
  };
  /** @param {"start" | "end" | "both"} edge @param {number} step */
  const nudge = (edge, step) =>
    onLine((line) => {
      const from = Number(edge === "end" ? line.end_ms : line.start_ms);
      place(line, edge, toFrame(from + step * frame, editor.model.episode.fps));
    });
  /** @param {"start" | "end" | "both"} edge @param {1 | -1} step */
  const jumpTo = (edge, step) =>
    onLine((line) => {
      const others = editor.model.sorted.filter((each) => each.id !== line.id);
      const targets = targetsOf(others, editor.marks, editor.options.gap, edge === "end" ? "end" : "start");
      const from = Number(edge === "end" ? line.end_ms : line.start_ms);
      const index = step > 0 ? lowerBound(targets, from + 1) : lowerBound(targets, from) - 1;
      if (targets[index] !== undefined) place(line, edge, targets[index]);
    });
  /** @param {number} step @param {boolean} extend */
  const walk =
    (step, extend = false) =>
    () => {
      const { ordered } = editor.model;
      const index = ordered.findIndex((line) => line.id === editor.focus);
      const line = ordered[index < 0 ? 0 : index + step];
      if (line) go(line, extend);
    };
  /** @param {Line} line @param {boolean} [extend] */
  const go = (line, extend = false) => {
    editor.select(line.id, extend);
    if (line.start_ms === null) return;
    if (!player.isPlaying) player.seek(line.start_ms);
    editor.window.reveal(line.start_ms, Number(line.end_ms));
    desk.redraw();
  };
  /** @param {1 | -1} step */
  const jump = (step) => () => {
    const remark = nextRemark(editor.remarks, Number(editor.line?.start_ms ?? -1), step);
    const line = remark && editor.model.lines.get(remark.line);
    if (!line) return editor.say(editor.texts.no_remarks);
    go(line);
    editor.say(remark.text);
  };
  /** @param {string} name */
  const name = (name) => {
    const lines = editor.chosen;
    if (lines.length) editor.make("change", { lines: lines.map((line) => ({ id: line.id, speaker: name })) }, lines);
  };
  /** @param {number} step */
  const writeOn = (step) => {
    panel.save();
    walk(step)();
    panel.editText();
  };
  /** @param {number} factor */
  const zoom = (factor) => () => {
    editor.window.zoom(factor, player.position);
    desk.redraw();
  };
  /** @type {string | null} the utterance that was played alone last */
  let heard = null;
  const hear = onLine((line) => {
    heard = line.id;
    player.playSpan(Number(line.start_ms), Number(line.end_ms));
  });
  /** Go on to the utterance behind the named ones; play it if the last of them was played. @param {Line[]} named */
  const goOn = (named) => {
    const { ordered } = editor.model;
    const last = named.at(-1);
    const next = last && ordered[ordered.findIndex((line) => line.id === last.id) + 1];
    if (!next) return;
    go(next);
    if (heard === last.id) hear();
  };
  const bandOfLine = () => (editor.line ? editor.model.bandOf(editor.line.id) : undefined);

  return {
    play: () => player.toggle(),
    play_line: hear,
    play_start: onLine((line) => player.playSpan(Number(line.start_ms) - AROUND_MS, Number(line.start_ms) + AROUND_MS)),
    play_end: onLine((line) => player.playSpan(Number(line.end_ms) - AROUND_MS, Number(line.end_ms) + AROUND_MS)),
    frame_back: () => player.seek(toFrame(player.position - frame, editor.model.episode.fps)),
    frame_on: () => player.seek(toFrame(player.position + frame, editor.model.episode.fps)),
    second_back: () => player.seek(player.position - 1000),
    second_on: () => player.seek(player.position + 1000),
    next: walk(1),
    previous: walk(-1),
    extend_next: walk(1, true),
    extend_previous: walk(-1, true),
    next_remark: jump(1),
    previous_remark: jump(-1),
    zoom_in: zoom(1 / 1.5),
    zoom_out: zoom(1.5),
    zoom_line: onLine((line) => {
      editor.window.fit(Number(line.start_ms), Number(line.end_ms));
      desk.redraw();
    }),
    zoom_all: () => {
      editor.window.fit(0, editor.window.duration);
      desk.redraw();
    },
    follow: () => {
      editor.options.follow = !editor.options.follow;
      editor.keepOptions();
    },
    snap: () => {
      editor.options.snap = !editor.options.snap;
      editor.keepOptions();
    },
    start_here: onLine((line) => place(line, "start", player.position)),
    end_here: onLine((line) => place(line, "end", player.position)),
    move_here: onLine((line) => place(line, "both", player.position)),
    start_earlier: nudge("start", -1),
    start_later: nudge("start", 1),
    end_earlier: nudge("end", -1),
    end_later: nudge("end", 1),
    move_earlier: nudge("both", -1),
    move_later: nudge("both", 1),
    start_earlier_snap: jumpTo("start", -1),
    start_later_snap: jumpTo("start", 1),
    end_earlier_snap: jumpTo("end", -1),
    end_later_snap: jumpTo("end", 1),
    move_earlier_snap: jumpTo("both", -1),
    move_later_snap: jumpTo("both", 1),
    edit_text: () => panel.editText(),
    edit_speaker: () => panel.editSpeaker(),
    leave_text: () => panel.leave(),
    text_next: () => writeOn(1),
    text_previous: () => writeOn(-1),
    name_nth: (number) => {
      const found = editor.speakerOfKey(number);
      if (!found) return;
      const lines = editor.chosen;
      name(found);
      if (editor.options.go_on && !panel.isTyping) goOn(lines);
    },
    go_on: () => {
      editor.options.go_on = !editor.options.go_on;
      editor.keepOptions();
    },
    unname: () => name(""),
    split: onLine((line) => {
      const cursor = panel.cursor;
      panel.save();
      const now = editor.model.lines.get(line.id) ?? line;
      const point = splitPoint(now, player.position, cursor);
      if (!point) return editor.say(editor.texts.too_short, "error");
      const id = newId();
      editor.make("split", { line: line.id, new: id, ...point }, [now]);
      editor.select(editor.options.go_on ? line.id : id); // both parts are named in turn, or the second one alone
    }),
    merge: () => {
      panel.save(); // a button leaves the cursor in the field, and the merge would replace what was typed there
      let lines = editor.chosen;
      const { line } = editor;
      if (lines.length < 2 && line) {
        const ids = bandOfLine()?.lines ?? [];
        const next = editor.model.lines.get(ids[ids.indexOf(line.id) + 1] ?? "");
        lines = next ? [line, next] : [];
      }
      if (lines.length < 2) return editor.say(editor.texts.nothing_to_merge, "error");
      editor.make("merge", { lines: lines.map((each) => each.id) }, lines);
      editor.select(lines[0].id);
    },
    insert: async () => {
      const { model, options } = editor;
      const span = missingSpan(model.sorted, player.position, model.episode.duration_ms, options.gap);
      const values = await dialogs.form("timeline-insert", { text: "", speaker: "" });
      if (!values?.text.trim()) return;
      const id = newId();
      const dialogue = nearestBand(editor, span.start);
      editor.make("insert", {
        new: id,
        text: values.text,
        speaker: values.speaker,
        start_ms: span.start,
        end_ms: span.end,
        dialogue,
      });
      editor.select(id);
    },
    delete: () => {
      panel.save();
      const lines = editor.chosen;
      if (lines.length) editor.make("delete", { lines: lines.map((line) => line.id) }, lines);
    },
    accept: onLine((line) => {
      const flag = editor.model.flags.find((each) => each.line === line.id && each.start_ms !== null);
      if (!flag) return editor.say(editor.texts.no_proposal, "error");
      const change = { id: line.id, start_ms: flag.start_ms, end_ms: flag.end_ms };
      editor.make("change", { lines: [change], flag: flag.id }, [line]);
    }),
    divide: onLine((line) => editor.make("divide", { line: line.id, new: newId() }, [line])),
    join: () => {
      const band = bandOfLine();
      if (band) editor.make("join", { dialogue: band.id }, [band]);
    },
    exclude: () => {
      const band = bandOfLine();
      if (band?.state === "excluded") return editor.make("include", { dialogue: band.id }, [band]);
      const lines = editor.chosen;
      if (lines.length) editor.make("exclude", { lines: lines.map((line) => line.id), new: [newId(), newId()] }, lines);
    },
    topic: async () => {
      const band = bandOfLine();
      const values = band && (await dialogs.form("timeline-topic", { topic: band.topic }));
      if (band && values && values.topic !== band.topic) {
        editor.make("topic", { dialogue: band.id, topic: values.topic }, [band]);
      }
    },
    retime: async () => {
      const start = Number(editor.line?.start_ms ?? 0);
      const first = Number(editor.model.sorted[0]?.start_ms ?? 0);
      const by = (player.position - start) / 1000;
      const values = await dialogs.form("timeline-retime", {
        how: "shift",
        by: by.toFixed(3),
        first: shown(first),
        first_now: shown(first),
        second: shown(start),
        second_now: shown(player.position),
      });
      const retiming = values && retimingOf(values, start);
      if (values && !retiming) return editor.say(editor.texts.bad_times, "error");
      if (retiming) editor.make("retime", retiming);
    },
    speakers: () => desk.openSpeakers(),
    help: () => dialogs.show("timeline-help"),
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    cancel: () => desk.cancelDrag(),
  };
}

/**
 * Return the shift or stretch that a form describes; null if its times cannot be read.
 *
 * @param {Record<string, string>} values
 * @param {number} from start of the selected utterance
 */
export function retimingOf(values, from) {
  const from_ms = values.scope === "from" ? from : 0;
  if (values.how === "shift") {
    const offset_ms = read(values.by);
    return Number.isNaN(offset_ms) ? null : { factor: 1, offset_ms, from_ms };
  }
  const [first, firstNow, second, secondNow] = [values.first, values.first_now, values.second, values.second_now].map(
    read,
  );
  const found = stretch(first, firstNow, second, secondNow);
  return found && Number.isFinite(found.factor) && found.factor > 0 ? { ...found, from_ms } : null;
}

/**
 * Return the dialogue around a time, else the nearest one, as the server chooses it.
 *
 * @param {import("./editor.js").Editor} editor
 * @param {number} at
 */
function nearestBand({ model }, at) {
  let [best, distance] = [/** @type {string | null} */ (null), Infinity];
  for (const band of model.bands) {
    const rows = band.lines.flatMap((id) => model.lines.get(id) ?? []).filter((line) => line.start_ms !== null);
    if (!rows.length || band.state === "excluded") continue;
    const start = Math.min(...rows.map((line) => Number(line.start_ms)));
    const end = Math.max(...rows.map((line) => Number(line.end_ms)));
    const apart = Math.max(start - at, at - end, 0) + (band.state === "draft" ? 0 : 0.5);
    if (apart < distance) [best, distance] = [band.id, apart];
  }
  return best;
}
