import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageStore } from "../../../../static/js/label/messages/message_store.js";

const flag = (id, more = {}) => ({ id, utterance: "u1", reason: "other", state: "open", unread: false, ...more });
const news = (more = {}) => ({ unread: 0, flags: [], questions: [], published: [], guideline: null, ...more });

test("a flag of this page is listed until the news contains it", () => {
  const store = new MessageStore();
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

test("a withdrawn flag does not reappear with older news", () => {
  const store = new MessageStore();
  store.take(news({ flags: [flag("a"), flag("b")] }));
  store.add({ kind: "withdraw", body: { id: "x", flag: "a" } });
  assert.deepEqual(
    store.flags.map(({ id }) => id),
    ["b"],
  );
});

test("answers are unread until they are marked as read", () => {
  const store = new MessageStore();
  store.take(news({ flags: [flag("a", { unread: true }), flag("b")], questions: [{ id: "q", unread: true }] }));
  assert.deepEqual(store.unread, ["a", "q"]);
  store.markRead();
  assert.deepEqual(store.unread, []);
});
