// A page that was upgraded sends the entries that an earlier version left in the browser's journal, unchanged.
// journal_before_upgrade.json holds the database as the first version wrote it, and the requests it made from it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { createApi } from "../../../../static/js/label/sync/api.js";
import { AssignmentSync } from "../../../../static/js/label/sync/assignment_sync.js";
import { openJournal } from "../../../../static/js/label/sync/journal.js";
import { Sender } from "../../../../static/js/label/sync/sender.js";
import { Tabs } from "../../../../static/js/label/sync/tabs.js";
import { fakeIndexedDB, IDBKeyRange } from "../fake_indexeddb.js";
import { codebook, work } from "../fixtures.js";

const before = JSON.parse(readFileSync(new URL("./journal_before_upgrade.json", import.meta.url), "utf8"));
const { author, assignment, database } = before;
const isMessage = ({ path }) => path !== undefined;

/** Return the browser's databases as the earlier version left them. */
async function seeded() {
  const factory = fakeIndexedDB();
  const opening = factory.open(database.name, database.version);
  await new Promise((resolve) => {
    opening.onupgradeneeded = () => {
      for (const [name, { keyPath, autoIncrement, indexes, rows }] of Object.entries(database.stores)) {
        const store = opening.result.createObjectStore(name, { keyPath, autoIncrement });
        for (const [index, path] of Object.entries(indexes)) store.createIndex(index, path);
        for (const row of rows) store.write(row, { isNew: true });
      }
    };
    opening.onsuccess = resolve;
  });
  return factory;
}

/** Return the client of the API, and the list of requests that it makes. */
function server() {
  const requests = [];
  const request = async (url, { method, body }) => {
    const content = body && JSON.parse(body);
    requests.push({ method, url, body: content });
    const acks = content?.operations?.map(({ id }) => ({ id, status: "applied", code: "", detail: "" }));
    return Response.json(acks ? { acks } : { state: "open" });
  };
  return { requests, api: createApi({ root: "/api/v1/", corpus: "demo", author, cookies: () => "", request }) };
}

beforeEach(() => {
  globalThis.IDBKeyRange = IDBKeyRange;
});

test("the fixture holds an entry of every kind", () => {
  const rows = database.stores.operations.rows;
  const kinds = new Set(rows.map(({ kind, operation }) => kind ?? operation.kind));
  assert.deepEqual(
    [...kinds].sort(),
    ["acknowledge", "commit", "flag", "question", "return", "undo", "withdraw"].sort(),
  );
  assert.ok(rows.some(({ refused }) => refused));
  assert.ok(rows.some(({ operation }) => operation?.shortcut));
});

test("entries of an earlier version are sent in their order, to their addresses, without a change", async () => {
  const journal = await openJournal(await seeded());
  assert.equal(journal.durable, true);
  const { requests, api } = server();
  const reports = [];
  const sender = new Sender({ journal, author, send: api.send, post: api.post, onReport: (it) => reports.push(it) });
  await sender.wake();
  await sender.retryRejected();
  assert.deepEqual(requests, before.requests);
  assert.equal(reports.at(-1).waiting, 0);
  assert.deepEqual(await journal.entries(author), []);
  assert.equal((await journal.entries("someone-else")).length, 1, "entries of another person stay");
});

test("rejected entries of an earlier version are still rejected, with their reason and their subject", async () => {
  const journal = await openJournal(await seeded());
  const { api } = server();
  const reports = [];
  const sender = new Sender({ journal, author, send: api.send, post: api.post, onReport: (it) => reports.push(it) });
  await sender.wake();
  const [{ refused, shown }] = reports.at(-1).rejected;
  assert.equal(refused, "The answers do not fit the codebook.");
  assert.deepEqual([shown.dialogue, shown.number], ["D1", 1]);
});

test("an upgraded page opens a dialogue with the unsent operations, messages and drafts of the earlier version", async () => {
  const journal = await openJournal(await seeded());
  const { api } = server();
  api.heartbeat = api.show = async () => null;
  api.send = api.post = () => new Promise(() => {}); // never answers
  const opened = [];
  const sync = new AssignmentSync({
    api,
    journal,
    author,
    heartbeatMs: 0,
    tabs: new Tabs({ author, Channel: null, isShown: () => true }),
    on: { work: (...all) => opened.push(all), report: () => {} },
  });
  const policy = { ...codebook.policy, shortcuts: "both" };
  await sync.start(work(4, { id: assignment, token: 3, author, codebook: { ...codebook, policy } }));
  const [[current, pending]] = opened;
  const rows = database.stores.operations.rows.filter((row) => row.author === author && !row.refused);
  assert.deepEqual(
    pending.unsent,
    rows.filter((row) => !isMessage(row)).map(({ operation }) => operation),
  );
  assert.deepEqual(
    pending.posts.map(({ kind, body }) => [kind, body]),
    rows.filter(isMessage).map(({ kind, body }) => [kind, body]),
  );

  const session = new Session(current, questionsOf(codebook, "en"), pending);
  assert.deepEqual([...session.committed.keys()], ["u1"], "the commit of u2 was undone");
  assert.deepEqual([session.utterance.id, session.shortcut], ["u2", "all_default"]);
  assert.equal(session.drafts.get("u3").emotion, "anger");
});

test("a new entry has the next key, and the fields of the earlier version", async () => {
  const factory = await seeded();
  const journal = await openJournal(factory);
  const [first] = database.stores.operations.rows;
  const { seq, ...entry } = first;
  await journal.add(entry);
  const entries = await journal.entries(author);
  assert.deepEqual(entries.at(-1), { ...first, seq: database.stores.operations.rows.at(-1).seq + 1 });
});
