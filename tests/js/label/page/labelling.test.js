import assert from "node:assert/strict";
import { test } from "node:test";
import { Labelling } from "../../../../static/js/label/page/labelling.js";
import { PageState } from "../../../../static/js/label/page/state.js";
import { memoryJournal } from "../../../../static/js/label/sync/journal.js";
import { CALM, label, opened, question, recorder } from "./parts.js";

function setUp(state, { panel = {}, journal = memoryJournal() } = {}) {
  const { calls, part } = recorder();
  const sent = [];
  const labelling = new Labelling({
    state,
    author: "me",
    journal,
    sync: part("sync", {
      send: async (operation) => {
        sent.push(operation);
      },
    }),
    activity: { take: () => 1200 },
    phases: part("phases"),
    navigation: part("navigation"),
    overview: part("overview"),
    utterancePanel: part("panel", { takePlayed: () => 900, isTaken: true, mustPlay: false, ...panel }),
    questions: part("questions"),
    feedback: part("feedback"),
    messages: part("messages"),
  });
  const drafts = () => journal.drafts("me", "assignment");
  return { labelling, calls, sent, drafts, names: () => calls.map(([name]) => name) };
}

const answerAll = (labelling) => {
  for (const [slug, value] of Object.entries(CALM)) labelling.choose(question(slug), value);
};

test("an answer becomes a draft in the journal, and is drawn", async () => {
  const { labelling, names, drafts } = setUp(opened());
  labelling.choose(question("emotion"), "joy");
  assert.deepEqual(names(), ["overview.paintAnswers"]);
  assert.deepEqual(await drafts(), { u1: { emotion: "joy" } });
  labelling.choose(question("emotion"), "joy");
  assert.equal(names().length, 2, "the same answer again is drawn and changes nothing");
});

test("answers are taken only while an utterance is labelled", async () => {
  for (const phase of ["watch", "complete", "gone", "feedback"]) {
    const { labelling, calls, drafts } = setUp(opened({ phase, policy: { shortcuts: "both" } }));
    labelling.choose(question("emotion"), "joy");
    labelling.useShortcut("all_default");
    labelling.moveCut("start_ms", 1);
    assert.deepEqual([calls, await drafts()], [[], {}], phase);
  }
});

test("without a dialogue nothing can be done", () => {
  const { labelling, calls, sent } = setUp(new PageState());
  labelling.choose(question("emotion"), "joy");
  labelling.cannotJudge();
  labelling.commit();
  labelling.undo();
  assert.deepEqual([calls, sent], [[], []]);
});

test("cannot judge answers the next open question, where it is an answer", () => {
  const state = opened();
  const { labelling } = setUp(state);
  labelling.cannotJudge();
  labelling.cannotJudge();
  assert.deepEqual(state.session.answers.sentiment, "cannot_judge");
  assert.deepEqual(state.session.answers.emotion, "cannot_judge");
  state.session.focus.allowsCannotJudge = false;
  labelling.cannotJudge();
  state.session.focus.allowsCannotJudge = true;
  assert.equal(state.session.focus.slug, "sarcasm");
});

test("a shortcut waits until the utterance was played or read", async () => {
  const policy = { shortcuts: "all_default" };
  const early = setUp(opened({ policy }), { panel: { isTaken: false } });
  early.labelling.useShortcut("all_default");
  assert.deepEqual([early.calls, await early.drafts()], [[], {}]);
  const state = opened({ policy });
  const { labelling, names, drafts } = setUp(state);
  labelling.useShortcut("all_default");
  assert.deepEqual(names(), ["overview.paintAnswers"]);
  assert.equal((await drafts()).u1["~shortcut"], "all_default");
  assert.equal(state.session.focus, null);
});

test("a moved cut is shown and played, one that cannot move is not", () => {
  const { labelling, calls } = setUp(opened());
  labelling.moveCut("end_ms", 2);
  assert.deepEqual(calls, [["panel.showCut"], ["panel.listen", "end_ms"], ["overview.paintAnswers"]]);
  labelling.moveCut("end_ms", -100);
  assert.equal(calls.length, 3);
});

test("Enter with an open question draws attention to it", () => {
  const { labelling, names, sent } = setUp(opened());
  labelling.commit();
  assert.deepEqual([names(), sent], [["questions.nudge"], []]);
});

test("Enter commits: the cut is proposed, the operation sent, the draft deleted, the next utterance shown", async () => {
  const state = opened();
  const { labelling, calls, names, sent, drafts } = setUp(state);
  answerAll(labelling);
  assert.notDeepEqual(await drafts(), {});
  calls.length = 0;
  labelling.commit();
  assert.deepEqual(names(), ["messages.propose", "navigation.proceed"]);
  const [{ kind, utterance, active_ms, played_ms }] = sent;
  assert.deepEqual([kind, utterance, active_ms, played_ms], ["commit", "u1", 1200, 900]);
  assert.deepEqual(await drafts(), {});
  assert.equal(state.session.utterance.id, "u2");
});

test("the shortcut of an older draft requires its clip to be played first", () => {
  const state = opened({ policy: { shortcuts: "both" } });
  const { labelling, names, sent } = setUp(state, { panel: { mustPlay: true } });
  labelling.useShortcut("all_default");
  labelling.commit();
  assert.deepEqual([names().at(-1), sent], ["panel.replay", []]);
});

test("in training the accepted answers are shown before the next utterance", () => {
  const state = opened({ more: { round: { use: "training", place: 1, all: 1 } } });
  const { labelling, calls, names } = setUp(state);
  answerAll(labelling);
  calls.length = 0;
  labelling.commit();
  assert.deepEqual(names(), ["messages.propose", "feedback.show", "phases.enter"]);
  assert.deepEqual([calls[1][2], calls[2][1]], [0, "feedback"]);
  const test = setUp(opened({ more: { round: { use: "test", place: 1, all: 1 } } }));
  answerAll(test.labelling);
  test.labelling.commit();
  assert.equal(test.names().at(-1), "navigation.proceed");
});

for (const [phase, ...expected] of [
  ["watch", "navigation.showCurrent"],
  ["round", "navigation.begin"],
  ["feedback", "feedback.leave", "navigation.proceed"],
  ["complete", "phases.enter", "sync.finish"],
  ["gone"],
  ["archived"],
  ["failed"],
]) {
  test(`Enter in the phase ${phase}: ${expected.join(", ") || "nothing"}`, () => {
    const { labelling, names, sent } = setUp(opened({ phase }));
    labelling.commit();
    assert.deepEqual([names(), sent], [expected, []]);
  });
}

test("undo takes back a key press without a request to the server", async () => {
  const state = opened();
  const { labelling, calls, names, sent, drafts } = setUp(state);
  labelling.choose(question("emotion"), "joy");
  calls.length = 0;
  labelling.undo();
  assert.deepEqual(sent, [null]);
  assert.deepEqual(names(), ["overview.paintAnswers", "panel.showCut"]);
  assert.deepEqual(await drafts(), { u1: {} });
});

test("undo takes back a commit: the operation is sent, its answers are a draft, its utterance is shown", async () => {
  const state = opened();
  const { labelling, names, sent, drafts } = setUp(state);
  const { id } = label(state.session);
  labelling.undo();
  assert.deepEqual([sent[0].kind, sent[0].undoes, sent[0].active_ms], ["undo", id, 1200]);
  assert.deepEqual(names(), ["navigation.showCurrent", "panel.showCut"]);
  assert.equal((await drafts()).u1.emotion, "neutral");
});

test("a key press that is taken back leaves its time to the next operation", () => {
  const state = opened();
  let taken = 0;
  const { labelling } = setUp(state);
  labelling.activity = { take: () => (taken += 1) };
  labelling.choose(question("emotion"), "joy");
  labelling.undo();
  assert.equal(taken, 0);
});

test("undo from a complete dialogue goes back to its utterance; other phases have no undo", () => {
  const state = opened({ utterances: 1, phase: "complete" });
  label(state.session);
  const { labelling, names } = setUp(state);
  labelling.undo();
  assert.deepEqual(names(), ["navigation.showCurrent", "panel.showCut"]);
  const gone = setUp(opened({ phase: "gone" }));
  label(gone.labelling.state.session);
  gone.labelling.undo();
  assert.deepEqual([gone.names(), gone.sent], [[], []]);
});

test("a returned dialogue is left", () => {
  const { labelling, calls } = setUp(opened());
  labelling.leave();
  assert.deepEqual(calls, [["phases.enter", "loading"], ["sync.leave"]]);
});

test("redo restores a key press, else commits the undone answers again", async () => {
  const state = opened();
  const { labelling, sent, names } = setUp(state);
  labelling.redo();
  assert.deepEqual(sent, []);
  answerAll(labelling);
  labelling.commit();
  labelling.undo();
  labelling.choose(question("humor"), "yes");
  labelling.undo();
  labelling.redo();
  assert.equal(state.session.answers.humor, "yes");
  labelling.undo();
  labelling.redo(); // the press again
  labelling.undo();
  state.session.go(0); // presses are forgotten with the utterance
  labelling.redo();
  assert.deepEqual(
    sent.filter(Boolean).map(({ kind }) => kind),
    ["commit", "undo", "commit"],
  );
  assert.equal(names().at(-1), "navigation.proceed");
});

test("a redone shortcut has to be heard first", () => {
  const state = opened({ policy: { shortcuts: "all_default" } });
  const panel = { mustPlay: false };
  const { labelling, sent, names } = setUp(state, { panel });
  labelling.useShortcut("all_default");
  labelling.commit();
  labelling.undo();
  const unheard = setUp(state, { panel: { mustPlay: true } });
  unheard.labelling.redo();
  assert.deepEqual(unheard.sent, []);
  assert.equal(unheard.names().at(-1), "navigation.showCurrent");
  labelling.redo();
  assert.equal(sent.at(-1).shortcut, "all_default");
  assert.ok(names().length);
});
