import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../../static/js/label/messages/message_store.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { keymap } from "../../../../static/js/label/session/keymap.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const flag = (id, more = {}) => ({ id, utterance: "u1", reason: "other", state: "open", unread: false, ...more });
const news = (more = {}) => ({ unread: 0, flags: [], questions: [], published: [], guideline: null, ...more });

test("what was made here is among the flags until the server tells of it", () => {
  const store = new Store();
  store.add({ kind: "flag", body: { id: "a", utterance: "u1", reason: "bad_cut", comment: "x" } });
  assert.deepEqual(
    store.flags.map(({ id, state, comment }) => [id, state, comment]),
    [["a", "open", "x"]],
  );
  store.take(news({ flags: [flag("a", { state: "declined" })] }));
  assert.deepEqual(
    store.flags.map(({ id, state }) => [id, state]),
    [["a", "declined"]],
  );
});

test("a flag that was taken back does not come back with older news", () => {
  const store = new Store();
  store.take(news({ flags: [flag("a"), flag("b")] }));
  store.add({ kind: "withdraw", body: { id: "x", flag: "a" } });
  assert.deepEqual(
    store.flags.map(({ id }) => id),
    ["b"],
  );
});

test("outcomes are unread until they are looked at", () => {
  const store = new Store();
  store.take(news({ flags: [flag("a", { unread: true }), flag("b")], questions: [{ id: "q", unread: true }] }));
  assert.deepEqual(store.unread, ["a", "q"]);
  store.read();
  assert.deepEqual(store.unread, []);
});

const answers = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };
const settled = { ...answers, emotion_sentiment: "not_applicable", sarcasm_humor: "not_applicable" };
const past = (operation, utterance, given) => ({ operation, utterance, answers: given, undo: false });

test("labels of an utterance that changed lie open again, to be confirmed, and undo stops there", () => {
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

test("labels given after the change stand", () => {
  const history = [past("o1", "u1", settled), past(null, "u1", null), past("o2", "u1", settled)];
  assert.equal(new Session(work(1, { history }), questions).isComplete, true);
});

test("flag and question have keys that no codebook can ask for", () => {
  const act = keymap(questions);
  const press = (code) => act({ code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false })?.do;
  assert.deepEqual([press("Backquote"), press("Quote")], ["flag", "ask"]);
});
