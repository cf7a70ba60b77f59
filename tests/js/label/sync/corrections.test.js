import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../../static/js/label/sync/api.js";
import { AssignmentSync } from "../../../../static/js/label/sync/assignment_sync.js";
import { memoryJournal } from "../../../../static/js/label/sync/journal.js";
import { Tabs } from "../../../../static/js/label/sync/tabs.js";
import { work } from "../fixtures.js";

const done = (more = {}) => work(3, { state: "done", closed: "", ...more });
const correct = (id, utterance = "u1") => ({
  id,
  kind: "correct",
  utterance,
  answers: { humor: "no" },
  reason: "slip",
});
const applied = (operations) => operations.map(({ id }) => ({ id, status: "applied", code: "", detail: "" }));

async function setUp({ send = async (operations) => applied(operations), show = async () => done() } = {}) {
  const events = [];
  const never = () => assert.fail("a correction neither claims nor keeps a lease nor finishes");
  const on = Object.fromEntries(
    ["work", "renewed", "nothing", "lost", "refused", "closed"].map((name) => [
      name,
      (...values) => events.push([name, ...values]),
    ]),
  );
  const journal = memoryJournal();
  const sync = new AssignmentSync({
    journal,
    author: "me",
    isCorrection: true,
    tabs: new Tabs({ author: "me", Channel: null, isShown: () => true }),
    api: { claim: never, heartbeat: never, finish: never, show, send: async (_a, _t, _o, all) => send(all) },
    on: { ...on, report: () => {} },
  });
  await sync.start(done());
  return { sync, journal, events, names: () => events.map(([name]) => name) };
}

test("corrections are sent, and the page is left when they are saved", async () => {
  const { sync, journal, names } = await setUp({
    show: async () => done({ history: [{ operation: "a", utterance: "u1", answers: {}, undo: false }] }),
  });
  await sync.send(correct("a"));
  await sync.close();
  assert.deepEqual(names(), ["work", "closed"]);
  assert.deepEqual(await journal.entries("me"), []);
});

test("without a connection the page waits", async () => {
  let isOnline = false;
  const { sync, journal, names } = await setUp({
    send: async (operations) => {
      if (!isOnline) throw new Failure("offline");
      return applied(operations);
    },
  });
  await sync.send(correct("a"));
  await sync.close();
  assert.deepEqual([names(), (await journal.entries("me")).length], [["work"], 1]);
  isOnline = true;
  await sync.retry();
  assert.deepEqual(names(), ["work", "closed"]);
});

test("a rejected correction keeps the page open", async () => {
  const { sync, journal, names } = await setUp({
    send: async (operations) =>
      operations.map(({ id }) => ({ id, status: "refused", code: "correction.batch_closed", detail: "closed" })),
  });
  await sync.send(correct("a"));
  await sync.close();
  assert.deepEqual(names(), ["work", "refused"]);
  assert.equal((await journal.entries("me"))[0].refused, "closed");
});

test("a dialogue that is open again, or closed, is left", async () => {
  const again = await setUp({ show: async () => done({ state: "open" }) });
  await again.sync.refresh();
  assert.deepEqual(again.events.at(-1), ["lost", "", "open_again"]);
  const closed = await setUp({ show: async () => done({ closed: "The batch is closed." }) });
  await closed.sync.refresh();
  assert.deepEqual(closed.events.at(-1), ["lost", "The batch is closed.", ""]);
});

test("a saved correction replaces a rejected one of its utterance", async () => {
  const { sync, journal } = await setUp({
    send: async (operations) =>
      operations.map(({ id }) => ({ id, status: id === "a" ? "refused" : "applied", code: "x", detail: "no" })),
  });
  await sync.send(correct("a"));
  await sync.send(correct("b", "u2"));
  assert.equal((await journal.entries("me")).length, 1);
  await sync.send(correct("c"));
  assert.deepEqual(await journal.entries("me"), []);
});
