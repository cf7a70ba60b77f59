import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryJournal, openJournal, withMemoryFallback } from "../../../../static/js/label/sync/journal.js";
import { fakeIndexedDB, IDBKeyRange } from "../fake_indexeddb.js";

test("a browser without a database has a journal that is not durable", async () => {
  const broken = {
    open: () => ({
      set onerror(listener) {
        queueMicrotask(listener);
      },
    }),
  };
  assert.equal((await openJournal(broken)).durable, false);
});

test("drafts belong to a person, an assignment and an utterance", async () => {
  const journal = memoryJournal();
  await journal.keepDraft("me", "a", "u1", { emotion: "joy" });
  await journal.keepDraft("you", "a", "u1", { emotion: "fear" });
  assert.deepEqual(await journal.drafts("me", "a"), { u1: { emotion: "joy" } });
  await journal.keepDraft("me", "a", "u1", null);
  assert.deepEqual(await journal.drafts("me", "a"), {});
});

test("a database that does not respond is replaced by memory", async () => {
  assert.equal((await openJournal({ open: () => ({}) }, 1)).durable, false);
});

const entry = (id) => ({ author: "me", assignment: "a", token: 1, operation: { id } });
const ids = async (journal) => (await journal.entries("me")).map(({ operation }) => operation.id);

/** A disk that fails as soon as `state.full` is set. */
function failing() {
  const disk = memoryJournal();
  const state = { full: false };
  const guarded =
    (work) =>
    async (...all) => {
      if (state.full) throw new Error("QuotaExceededError");
      return work(...all);
    };
  const { add, remove, put, keepDraft } = disk;
  Object.assign(disk, { durable: true, add: guarded(add), remove: guarded(remove), put: guarded(put) });
  return { state, disk: Object.assign(disk, { keepDraft: guarded(keepDraft) }) };
}

test("after the disk is full, entries go to memory in order, and the journal is not durable", async () => {
  const { state, disk } = failing();
  const journal = withMemoryFallback(disk);
  await journal.add(entry("1"));
  assert.equal(journal.durable, true);
  state.full = true;
  await journal.add(entry("2"));
  state.full = false;
  await journal.add(entry("3"));
  await journal.keepDraft("me", "a", "u1", { emotion: "joy" });
  assert.deepEqual([journal.durable, await ids(journal)], [false, ["1", "2", "3"]]);
  const [, second, third] = await journal.entries("me");
  await journal.put({ ...third, refused: "no" });
  await journal.remove([second.seq]);
  assert.deepEqual(
    (await journal.entries("me")).map(({ operation, refused }) => [operation.id, refused]),
    [
      ["1", undefined],
      ["3", "no"],
    ],
  );
  assert.deepEqual(await journal.drafts("me", "a"), { u1: { emotion: "joy" } });
});

test("an entry that a broken disk cannot remove is not sent again and again", async () => {
  const { state, disk } = failing();
  const journal = withMemoryFallback(disk);
  await journal.add(entry("1"));
  await journal.add(entry("2"));
  const [first, second] = await journal.entries("me");
  state.full = true;
  await journal.remove([first.seq]);
  await journal.put({ ...second, refused: "no" });
  const left = await journal.entries("me");
  assert.deepEqual(
    left.map(({ operation, refused }) => [operation.id, refused]),
    [["2", "no"]],
  );
});

/** Open the journal of a browser with a database. */
async function durable() {
  globalThis.IDBKeyRange = IDBKeyRange;
  const factory = fakeIndexedDB();
  return { factory, journal: await openJournal(factory) };
}

test("the names of the database, its stores and its keys stay as they are in browsers", async () => {
  const { factory, journal } = await durable();
  assert.equal(journal.durable, true);
  const { version, stores } = factory.databases.get("concord");
  assert.equal(version, 1);
  assert.deepEqual(Object.keys(stores), ["operations", "drafts"]);
  const { operations, drafts } = stores;
  assert.deepEqual(
    [operations.keyPath, operations.autoIncrement, operations.indexes],
    ["seq", true, { author: "author" }],
  );
  assert.deepEqual(drafts.keyPath, ["author", "assignment", "utterance"]);
});

test("entries survive the closing of the page, in order, for each person", async () => {
  const { factory, journal } = await durable();
  for (const id of ["1", "2", "3"]) await journal.add(entry(id));
  await journal.add({ ...entry("4"), author: "other" });
  const reopened = await openJournal(factory);
  assert.deepEqual(await ids(reopened), ["1", "2", "3"]);
  assert.deepEqual(
    (await reopened.entries("other")).map(({ seq }) => seq),
    [4],
  );
});

test("an entry is replaced in its position, and removed by its key", async () => {
  const { journal } = await durable();
  for (const id of ["1", "2", "3"]) await journal.add(entry(id));
  const [first, second] = await journal.entries("me");
  await journal.put({ ...first, refused: "no" });
  await journal.remove([second.seq]);
  assert.deepEqual(
    (await journal.entries("me")).map(({ seq, refused }) => [seq, refused]),
    [
      [1, "no"],
      [3, undefined],
    ],
  );
  await journal.add(entry("4"));
  assert.equal((await journal.entries("me")).at(-1).seq, 4, "keys are not used twice");
});

test("drafts in the database belong to a person, an assignment and an utterance", async () => {
  const { factory, journal } = await durable();
  await journal.keepDraft("me", "a", "u1", { emotion: "joy" });
  await journal.keepDraft("me", "a", "u1", { emotion: "anger" });
  await journal.keepDraft("me", "a", "u2", { humor: "no" });
  await journal.keepDraft("me", "b", "u1", { emotion: "fear" });
  await journal.keepDraft("you", "a", "u1", { emotion: "fear" });
  await journal.keepDraft("me", "a", "u2", null);
  assert.deepEqual(await (await openJournal(factory)).drafts("me", "a"), { u1: { emotion: "anger" } });
});

test("an operation is written durably, and locks the drafts until it is on the disk", async () => {
  const { factory } = await durable();
  const transactions = [];
  const open = factory.open.bind(factory);
  factory.open = (...all) => {
    const request = open(...all);
    queueMicrotask(() => {
      const { result } = request;
      const { transaction } = result;
      result.transaction = (names, mode, options) => {
        transactions.push([names, mode, options.durability]);
        return transaction(names, mode, options);
      };
    });
    return request;
  };
  const journal = await openJournal(factory);
  await journal.add(entry("1"));
  await journal.keepDraft("me", "a", "u1", null);
  assert.deepEqual(transactions, [
    [["operations", "drafts"], "readwrite", "strict"],
    [["drafts"], "readwrite", "relaxed"],
  ]);
});

test("an aborted transaction sends the entry to memory", async () => {
  const { factory } = await durable();
  const open = factory.open.bind(factory);
  factory.open = (...all) => {
    const request = open(...all);
    queueMicrotask(() => {
      request.result.transaction = () => {
        const aborted = {
          error: new Error("QuotaExceededError"),
          objectStore: () => ({ add: () => ({}), index: () => ({ getAll: () => ({}) }) }),
        };
        setTimeout(() => aborted.onabort());
        return aborted;
      };
    });
    return request;
  };
  const journal = await openJournal(factory);
  await journal.add(entry("1"));
  assert.deepEqual([journal.durable, await ids(journal)], [false, ["1"]]);
});
