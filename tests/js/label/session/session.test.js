import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const question = (slug) => questions.find((each) => each.slug === slug);
const effort = { active_ms: 1200, played_ms: 900 };
const calm = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };
const settled = { ...calm, emotion_sentiment: "not_applicable", sarcasm_humor: "not_applicable" };
const glad = { ...calm, sentiment: "positive", emotion: "joy", emotion_sentiment: 1 };

const begin = (utterances, more, kept) => new Session(work(utterances, more), questions, kept);
const fill = (session, answers) => {
  for (const [slug, value] of Object.entries(answers)) session.choose(question(slug), value);
};
const label = (session, answers = calm) => {
  fill(session, answers);
  return session.commit(effort);
};

test("an utterance is committed once every asked question has its answer", () => {
  const session = begin();
  assert.equal(session.commit(effort), null);
  assert.equal(session.focus.slug, "sentiment");
  const operation = label(session);
  assert.deepEqual(
    { ...operation, id: "", made_at: "" },
    {
      id: "",
      kind: "commit",
      utterance: "u1",
      version: 1,
      answers: settled,
      ...effort,
      opened: 3,
      made_at: "",
      codebook: 1,
    },
  );
  assert.equal(session.utterance.id, "u2");
  assert.equal(session.labelled, 1);
});

test("committing goes to the next utterance without answers, and from the end to the start", () => {
  const session = begin(3);
  session.go(1);
  label(session);
  assert.equal(session.utterance.id, "u3");
  label(session);
  assert.equal(session.utterance.id, "u1");
  label(session);
  assert.equal(session.isComplete, true);
});

test("committing unchanged answers continues without an operation", () => {
  const session = begin(2);
  label(session);
  session.go(0);
  assert.equal(session.commit(effort), null);
  assert.equal(session.utterance.id, "u2");
});

test("undo takes back key presses first, then commits across utterances", () => {
  const session = begin(3);
  const first = label(session);
  const second = label(session, glad);
  session.choose(question("sentiment"), "negative");
  assert.equal(session.undo(effort), null);
  assert.deepEqual(session.answers, {});

  const undo = session.undo(effort);
  assert.deepEqual([undo.kind, undo.utterance, undo.undoes], ["undo", "u2", second.id]);
  assert.equal(session.utterance.id, "u2");
  assert.equal(session.answers.emotion, "joy", "its labels lie open again");
  assert.equal(session.committed.has("u2"), false);

  assert.equal(session.undo(effort).undoes, first.id);
  assert.equal(session.utterance.id, "u1");
  assert.equal(session.undo(effort), null);
  assert.equal(session.canUndo, false);
});

test("undo of a second commit on one utterance brings back the first", () => {
  const session = begin(2);
  label(session);
  session.go(0);
  label(session, { emotion: "joy", sentiment: "positive", emotion_sentiment: 1 });
  session.undo(effort);
  assert.deepEqual(session.committed.get("u1"), settled);
  assert.equal(session.answers.emotion, "joy");
});

test("a reload restores the server's history, unsent operations, and drafts", () => {
  const history = [
    { operation: "a", utterance: "u1", answers: settled, undo: false },
    { operation: "b", utterance: "u2", answers: settled, undo: false },
    { operation: "c", utterance: "u2", answers: null, undo: true },
  ];
  const unsent = [
    { id: "a", kind: "commit", utterance: "u1", answers: settled },
    { id: "d", kind: "commit", utterance: "u2", answers: { ...settled, humor: "yes" } },
  ];
  const session = begin(3, { history }, { unsent, drafts: { u3: { emotion: "joy" } } });
  assert.deepEqual(session.committed.get("u2").humor, "yes");
  assert.equal(session.utterance.id, "u3");
  assert.deepEqual(session.answers, { emotion: "joy" });
  assert.equal(session.undo(effort).undoes, "d");
  assert.equal(session.undo(effort).undoes, "a");
  assert.equal(session.undo(effort), null);
});

test("an edited utterance is open again, and undo skips its earlier answers", () => {
  const past = (operation, utterance, answers, undo = false) => ({ operation, utterance, answers, undo });
  const history = [
    past("o1", "u1", glad),
    past("o2", "u2", settled),
    past(null, "u1", null),
    past("o3", "u3", settled),
  ];
  const session = begin(3, { history });
  assert.deepEqual([session.labelled, session.utterance.id], [2, "u1"]);
  assert.deepEqual(
    [session.undo(effort).undoes, session.undo(effort).undoes, session.undo(effort)],
    ["o3", "o2", null],
  );
});

test("an utterance that was reopened and answered again has no draft of its first answers", () => {
  const past = (operation, utterance, answers, undo = false) => ({ operation, utterance, answers, undo });
  const history = [past("o1", "u1", glad), past(null, "u1", null), past("o2", "u1", settled)];
  const session = begin(3, { history });
  session.go(0);
  assert.deepEqual([session.answers, session.drafts.size], [settled, 0]);
});

test("the server's state is taken over at the current utterance, with the drafts of this page", () => {
  const past = (operation, utterance, answers, undo = false) => ({ operation, utterance, answers, undo });
  const session = begin(3, {}, { drafts: { u1: { emotion: "joy" }, u3: { humor: "yes" } } });
  session.go(1);
  session.choose(question("sentiment"), "positive");
  const { today } = session.work;
  const fresh = work(3, { history: [past("o1", "u1", settled)], today: { utterances: 1 } });
  fresh.utterances[1].text = "another";
  session.renew(fresh, { unsent: [{ id: "o2", kind: "commit", utterance: "u2", answers: glad }] });
  assert.deepEqual([session.utterance.id, session.utterance.text, session.labelled], ["u2", "another", 2]);
  assert.deepEqual(session.answers, { sentiment: "positive" }, "the draft of this page");
  assert.deepEqual([...session.drafts.keys()], ["u2"], "drafts that only the journal had are the journal's to keep");
  assert.equal(session.work.today, today);
  session.undo(effort);
  assert.deepEqual(session.answers, {}, "key presses can still be taken back");
  assert.deepEqual([session.undo(effort).undoes, session.undo(effort).undoes], ["o2", "o1"]);
});

test("former fields of an utterance are shown as long as the page is open", () => {
  const session = begin(3);
  const changed = (version, more) => {
    const fresh = work(3);
    Object.assign(fresh.utterances[1], { version, ...more });
    fresh.speakers.push({ id: "s2", name: "小红" });
    return fresh;
  };
  const { utterances } = session.work;
  assert.deepEqual(session.renew(changed(2, { text: "once" })), ["u2"]);
  assert.deepEqual(session.work.utterances[1].seen, { text: utterances[1].text });
  assert.deepEqual(session.renew(changed(3, { text: "twice", speaker: "s2" })), ["u2"]);
  assert.deepEqual(session.work.utterances[1].seen, { text: utterances[1].text, speaker: "小李" });
  assert.deepEqual(session.renew(changed(3, { text: "twice", speaker: "s2" })), []);
  assert.equal(session.reopened.size, 0);
  const judged = new Map([["u2", { text: "before the page was opened", start_ms: 1000 }]]);
  session.renew(changed(3, { text: "twice", speaker: "s2" }), { judged });
  assert.deepEqual(session.work.utterances[1].seen, { text: "before the page was opened", speaker: "小李" });
  assert.deepEqual([...session.reopened], ["u2"]);
  session.go(1);
  assert.deepEqual([label(session).version, session.reopened.size], [3, 0]);
  assert.deepEqual(session.work.utterances[0].seen, undefined);
});

test("answers that the server does not have are open again", () => {
  const session = begin(2);
  label(session);
  label(session);
  session.renew(work(2), {});
  assert.deepEqual([session.isComplete, session.labelled], [false, 0]);
  session.goToOpen();
  assert.deepEqual([session.utterance.id, session.canUndo], ["u1", false]);
});

test("undo after a reload covers everything that was done, undone and done again", () => {
  const past = (operation, utterance, answers, undo = false) => ({ operation, utterance, answers, undo });
  const history = [
    past("o1", "u1", settled),
    past("o2", "u2", glad),
    past("o3", "u2", null, true),
    past("o4", "u2", settled),
    past("o5", "u1", glad),
  ];
  const unsent = [{ id: "o6", kind: "commit", utterance: "u3", answers: glad }];
  const session = begin(3, { history }, { unsent });
  assert.equal(session.isComplete, true);
  const undone = [];
  for (let operation = session.undo(effort); operation; operation = session.undo(effort)) undone.push(operation.undoes);
  assert.deepEqual(undone, ["o6", "o5", "o4", "o1"]);
  assert.equal(session.labelled, 0);
});

test("the default codebook needs at most seven key presses for an utterance", () => {
  const session = begin();
  const all = {
    ...calm,
    sentiment: "negative",
    emotion: "joy",
    sarcasm: "yes",
    emotion_sentiment: -2,
    sarcasm_humor: 2,
  };
  fill(session, all);
  assert.equal(Object.keys(all).length + 1, 7);
  assert.notEqual(session.commit(effort), null);
});

const past = (operation, utterance, answers, undo = false) => ({ operation, utterance, answers, undo });

test("answers of an edited utterance are a draft to confirm, and undo stops there", () => {
  const history = [past("o1", "u1", settled), past("o2", "u2", settled), past(null, "u2", null)];
  const session = new Session(work(3, { history }), questions);
  assert.equal(session.labelled, 1);
  assert.equal(session.utterance.id, "u2");
  assert.deepEqual(session.answers, settled);
  const again = session.commit({ active_ms: 0, played_ms: 0 });
  assert.equal(again?.kind, "commit");
  assert.deepEqual(again?.answers, settled);
  assert.equal(session.undo({ active_ms: 0, played_ms: 0 })?.undoes, again?.id);
  assert.equal(session.undo({ active_ms: 0, played_ms: 0 })?.undoes, "o1");
});

test("answers given after the edit stay", () => {
  const history = [past("o1", "u1", settled), past(null, "u1", null), past("o2", "u1", settled)];
  assert.equal(new Session(work(1, { history }), questions).isComplete, true);
});
