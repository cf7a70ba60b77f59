import assert from "node:assert/strict";
import { test } from "node:test";
import { draft, missingSpan, splitPoint, stretch, wordBreak } from "../../../static/js/timeline/model/drafting.js";
import { EpisodeModel } from "../../../static/js/timeline/model/episode.js";
import { History } from "../../../static/js/timeline/model/history.js";
import { lanesOf, nextRemark, overlapsOf, remarksOf } from "../../../static/js/timeline/model/remarks.js";
import { boundsOf, moved, snap, targetsOf, toFrame } from "../../../static/js/timeline/model/snapping.js";
import { read, shown } from "../../../static/js/timeline/model/times.js";

/** @param {string} id @param {number} start @param {number} end @param {object} [more] */
function line(id, start, end, more = {}) {
  return {
    id,
    code: id,
    dialogue: "d1",
    text: `text ${id}`,
    speaker: null,
    start_ms: start,
    end_ms: end,
    version: 1,
    ...more,
  };
}

function contents() {
  const lines = [
    line("a", 1000, 2000),
    line("b", 2500, 3500),
    line("c", 4000, 5000),
    line("e", 9000, 9900, { dialogue: "d2" }),
  ];
  const band = { state: /** @type {const} */ ("draft"), topic: "", version: 1 };
  return {
    head: 3,
    episode: { id: "x", title: "", duration_ms: 60_000, fps: 25, media: "", peaks: "", marks: "", has_picture: true },
    lines,
    dialogues: [
      { ...band, id: "d1", code: "D1", lines: ["a", "b", "c"] },
      { ...band, id: "d2", code: "D2", lines: ["e"] },
    ],
    speakers: [
      {
        id: "s",
        name: "Anna",
        gender: "",
        age_group: "",
        profession: "",
        personality: "",
        other_names: ["A."],
        lines: 1,
      },
    ],
    flags: [],
    findings: [],
    edits: [],
    people: [],
  };
}

/** @param {EpisodeModel} model */
const ids = (model) => model.bands.map((band) => band.lines.join(""));

test("times snap to the nearest target, else to the frame", () => {
  assert.deepEqual(snap(1030, [900, 1050, 1200], 50, 25), { ms: 1050, target: 1050 });
  assert.deepEqual(snap(1110, [900, 1050, 1200], 50, 25), { ms: 1120, target: null });
  assert.equal(toFrame(1001, 24000 / 1001), 1001);
  assert.equal(toFrame(33.4, null), 33);
});

test("an edge snaps behind a neighbour at the smallest gap", () => {
  const targets = targetsOf([line("b", 2500, 3500)], { silences: [[100, 300]], shots: [4000] }, 80, "end", 777.4);
  assert.deepEqual(targets, [100, 300, 777, 2420, 3500, 4000]);
  assert.ok(targetsOf([line("b", 2500, 3500)], { silences: [], shots: [] }, 80, "start").includes(3580));
});

test("a speaker's utterance stops at the next one of the same speaker, not at others", () => {
  const [a, b, c] = [
    line("a", 1000, 2000, { speaker: "s" }),
    line("b", 2500, 3500, { speaker: "t" }),
    line("c", 4000, 5000, { speaker: "s" }),
  ];
  const bounds = boundsOf(a, [a, b, c], [a, b, c], 60_000, 80);
  assert.deepEqual(moved({ start: 1000, end: 2000 }, "end", 4500, bounds), { start: 1000, end: 3920 });
  assert.deepEqual(moved({ start: 1000, end: 2000 }, "both", 3500, bounds), { start: 2500, end: 3500 });
  assert.deepEqual(moved({ start: 1000, end: 2000 }, "start", 1990, bounds), { start: 1920, end: 2000 });
  assert.deepEqual(moved({ start: 1000, end: 2000 }, "both", -50, bounds), { start: 0, end: 1000 });
});

test("unnamed speakers may overlap", () => {
  const [a, b] = [line("a", 1000, 2000), line("b", 2500, 3500)];
  assert.equal(moved({ start: 1000, end: 2000 }, "end", 3000, boundsOf(a, [a, b], [a, b], 60_000, 80)).end, 3000);
});

test("edits show at once, in the order of their making", () => {
  const model = new EpisodeModel(contents());
  const edit = (action, values) => draft(action, values, [], 3);
  model.rebase([
    edit("change", { lines: [{ id: "a", end_ms: 2100, speaker: "A." }] }),
    edit("split", { line: "b", new: "n", at_ms: 3000, at_char: 4 }),
    edit("merge", { lines: ["n", "c"] }),
    edit("divide", { line: "n", new: "d3" }),
    edit("insert", { new: "m", text: "new", speaker: "Bob", start_ms: 9950, end_ms: 9990, dialogue: "d2" }),
  ]);
  assert.deepEqual(ids(model), ["ab", "n", "em"]);
  assert.deepEqual(
    [model.lines.get("a")?.end_ms, model.lines.get("a")?.speaker, model.lines.get("a")?.version],
    [2100, "s", 2],
  );
  assert.deepEqual([model.lines.get("n")?.text, model.lines.get("n")?.end_ms], ["b text c", 5000]);
  assert.equal(model.speaker(model.lines.get("m")?.speaker ?? null)?.name, "Bob");
  model.rebase([]);
  assert.deepEqual(ids(model), ["abc", "e"]);
});

test("a description of a speaker shows at once, so that the next edit of it is based on it", () => {
  const model = new EpisodeModel(contents());
  model.rebase([draft("speaker", { speaker: "s", base: { name: "Anna" }, values: { name: "Ann" } }, [], 3)]);
  assert.equal(model.speaker("s")?.name, "Ann");
  model.rebase([]);
  assert.equal(model.speaker("s")?.name, "Anna");
});

test("a dialogue without utterances disappears, and joins move them", () => {
  const model = new EpisodeModel(contents());
  model.rebase([draft("delete", { lines: ["e"] }, [], 3)]);
  assert.deepEqual(ids(model), ["abc"]);
  model.rebase([draft("join", { dialogue: "d2" }, [], 3)]);
  assert.deepEqual(ids(model), ["abce"]);
});

test("an edit is based on the present version after own edits, on the old one after those of others", () => {
  const model = new EpisodeModel(contents());
  model.rebase([]);
  const edit = draft("change", { lines: [{ id: "a", text: "x" }] }, [line("a", 0, 1)], model.head);
  const made = {
    number: 4,
    operation: "o",
    session: "mine",
    action: "change",
    undoes: null,
    by: "",
    at: "",
    lines: ["a"],
    asked_again: 0,
  };
  const news = {
    head: 4,
    checksum: /** @type {[number, number]} */ ([4, 5]),
    edits: [made],
    lines: [line("a", 1000, 2000, { version: 2 })],
    dialogues: null,
    speakers: null,
    flags: [],
    marks: "",
    people: [],
  };
  assert.deepEqual(model.absorb(news, "mine"), []);
  assert.ok(model.agrees([4, 5]));
  assert.ok(!model.agrees([4, 6]));
  assert.deepEqual(model.versionsFor(edit), { a: 2 });
  const theirs = {
    ...news,
    head: 5,
    edits: [{ ...made, number: 5, session: "theirs" }],
    lines: [line("a", 1000, 2100, { version: 3 })],
  };
  assert.equal(model.absorb(theirs, "mine").length, 1);
  assert.deepEqual(model.versionsFor(edit), { a: 1 });
});

test("history: undo, redo, a new edit, and one that was refused", () => {
  const history = new History([
    { operation: "1", action: "change", undoes: null },
    { operation: "2", action: "split", undoes: null },
  ]);
  history.note({ operation: "u2", action: "undo", undoes: "2" });
  assert.deepEqual([history.last, history.undone], ["1", "u2"]);
  history.note({ operation: "r2", action: "undo", undoes: "u2" });
  assert.deepEqual([history.last, history.undone], ["r2", undefined]);
  history.note({ operation: "u3", action: "undo", undoes: "r2" });
  history.drop({ operation: "u3", action: "undo", undoes: "r2" });
  assert.deepEqual([history.last, history.undone], ["r2", undefined]);
  history.note({ operation: "u4", action: "undo", undoes: "r2" });
  history.note({ operation: "3", action: "change", undoes: null });
  assert.deepEqual([history.last, history.canRedo], ["3", false]);
  history.drop({ operation: "3", action: "change", undoes: null });
  assert.equal(history.last, "1");
});

test("overlaps, lanes and jumps", () => {
  const sorted = [line("a", 0, 1000), line("b", 500, 700), line("c", 800, 1200), line("d", 2000, 2500)];
  assert.deepEqual(
    overlapsOf(sorted).map((pair) => pair.map((each) => each.id).join("")),
    ["ab", "ac"],
  );
  assert.deepEqual([...lanesOf(sorted).values()], [0, 1, 1, 0]);
  const model = {
    sorted,
    lines: new Map(sorted.map((each) => [each.id, each])),
    findings: [],
    flags: [{ id: "f", line: "d", reason: "other", text: "other", comment: "hm", start_ms: null, end_ms: null }],
  };
  const remarks = remarksOf(model, () => "overlap");
  assert.deepEqual(
    remarks.map((each) => each.at),
    [500, 800, 2000],
  );
  assert.equal(nextRemark(remarks, 500, 1)?.at, 800);
  assert.equal(nextRemark(remarks, 2000, 1)?.at, 500);
  assert.equal(nextRemark(remarks, 500, -1)?.at, 2000);
});

test("a split is at the playing position and the cursor", () => {
  const row = line("a", 1000, 2000, { text: "one two three" });
  assert.deepEqual(splitPoint(row, 1500, 3), { at_ms: 1500, at_char: 3 });
  assert.deepEqual(splitPoint(row, 1500, null), { at_ms: 1500, at_char: 7 });
  assert.deepEqual(splitPoint(row, 5000, 3), { at_ms: 1231, at_char: 3 });
  assert.equal(wordBreak("我们走吧，他们来了", 4), 5);
  assert.equal(splitPoint(line("a", 0, 9, { text: "x" }), 4, null), null);
});

test("a missing utterance ends before the next one", () => {
  assert.deepEqual(missingSpan([line("a", 1000, 2000)], 100, 60_000, 80), { start: 100, end: 920 });
  assert.deepEqual(missingSpan([], 59_000, 60_000, 80), { start: 59_000, end: 60_000 });
});

test("two anchors give factor and offset", () => {
  const found = stretch(1000, 2000, 11_000, 12_500);
  assert.deepEqual(found, { factor: 1.05, offset_ms: 950 });
  assert.equal(stretch(1, 2, 1, 3), null);
});

test("times are written and read alike", () => {
  for (const ms of [0, 999, 61_005, 3_723_450]) assert.equal(read(shown(ms)), ms);
  assert.equal(read("1:02,5"), 62_500);
  assert.equal(read("-0.25"), -250);
  assert.ok(Number.isNaN(read("soon")));
});
