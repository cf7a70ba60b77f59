import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../../static/js/label/sync/api.js";
import { memoryJournal } from "../../../../static/js/label/sync/journal.js";
import { Sender } from "../../../../static/js/label/sync/sender.js";

const entry = (id, more = {}) => ({ author: "me", assignment: "a", token: 1, operation: { id }, ...more });
const applied = (operations) => operations.map(({ id }) => ({ id, status: "applied", code: "", detail: "" }));
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

const post = (id, more = {}) => ({
  author: "me",
  assignment: "a",
  token: 1,
  kind: "flag",
  path: "assignments/a/flags/",
  body: { id, reason: "bad_cut" },
  ...more,
});

async function setUp(entries, send, deliver = async () => null) {
  const journal = memoryJournal();
  for (const each of entries) await journal.add(each);
  const reports = [];
  const sent = [];
  const answers = [];
  const sender = new Sender({
    journal,
    author: "me",
    pauses: [1],
    onReport: (report) => reports.push(report),
    onAnswer: (entry, answer) => answers.push([entry.body.id, answer]),
    post: async (path, body) => {
      sent.push(`${path} ${body.id}`);
      return deliver(sent.length);
    },
    send: async (assignment, token, _author, operations) => {
      sent.push(operations.map(({ id }) => id).join(""));
      return send(operations, sent.length, token, assignment);
    },
  });
  return { journal, sender, reports, sent, answers };
}

test("operations go in order and leave the journal once acknowledged", async () => {
  const { journal, sender, reports, sent } = await setUp([entry("1"), entry("2")], applied);
  await sender.wake();
  assert.deepEqual(sent, ["12"]);
  assert.deepEqual(await journal.entries("me"), []);
  assert.deepEqual(
    reports.map(({ waiting }) => waiting),
    [2, 0],
  );
});

test("each assignment and token has its own request", async () => {
  const entries = [entry("1"), entry("2", { token: 2 }), entry("3", { token: 2, assignment: "b" })];
  const { sender, sent } = await setUp(entries, applied);
  await sender.wake();
  assert.deepEqual(sent, ["1", "2", "3"]);
});

for (const trouble of ["offline", "server", "expired", "stranger"]) {
  test(`an entry that fails for ${trouble} stays and is sent again`, async () => {
    const { journal, sender, reports, sent } = await setUp([entry("1")], (operations, nth) => {
      if (nth < 3) throw new Failure(trouble);
      return applied(operations);
    });
    await sender.wake();
    assert.equal((await journal.entries("me")).length, 1);
    assert.deepEqual([reports.at(-1).waiting, reports.at(-1).trouble], [1, trouble]);
    while (reports.at(-1).waiting) await turn();
    assert.deepEqual(sent, ["1", "1", "1"]);
    assert.equal(reports.at(-1).trouble, null);
  });
}

test("a rejected entry stays in the journal with its reason, and does not wait", async () => {
  const { journal, sender, reports } = await setUp([entry("1"), entry("2")], (operations) =>
    operations.map(({ id }) => ({ id, status: id === "1" ? "refused" : "applied", code: "x", detail: "no" })),
  );
  await sender.wake();
  assert.deepEqual(
    (await journal.entries("me")).map((each) => [each.operation.id, each.refused]),
    [["1", "no"]],
  );
  assert.equal(reports.at(-1).waiting, 0);
  assert.equal(reports.at(-1).rejected.length, 1);
});

test("a request that is rejected as a whole does not block the next", async () => {
  const { journal, sender, sent } = await setUp([entry("1"), entry("2", { assignment: "b" })], (operations, nth) => {
    if (nth === 1) throw new Failure("refused", "not_found", "gone");
    return applied(operations);
  });
  await sender.wake();
  assert.deepEqual(sent, ["1", "2"]);
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.refused),
    ["gone"],
  );
});

test("a rejected operation does not affect its neighbours", async () => {
  const { journal, sender, sent } = await setUp([entry("1"), entry("2"), entry("3")], (operations) => {
    if (operations.some(({ id }) => id === "2")) throw new Failure("refused", "invalid", "bad");
    return applied(operations);
  });
  await sender.wake();
  assert.deepEqual(sent, ["123", "1", "2", "3"]);
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.operation.id),
    ["2"],
  );
});

test("a rejected entry can be sent again", async () => {
  const { journal, sender } = await setUp([entry("1")], (operations, nth) => {
    if (nth === 1) throw new Failure("refused", "not_found", "gone");
    return applied(operations);
  });
  await sender.wake();
  await sender.retryRejected();
  assert.deepEqual(await journal.entries("me"), []);
});

test("rejected answers do not replace newer ones of their utterance", async () => {
  const place = (/** @type {string} */ id, /** @type {string} */ utterance, assignment = "a1") => {
    const made = entry(id);
    return { ...made, assignment, operation: { ...made.operation, kind: "commit", utterance } };
  };
  let refuses = true;
  const first = [place("1", "u1"), place("2", "u2"), place("3", "u1", "a2")];
  const { journal, sender } = await setUp(first, (operations) =>
    operations.map(({ id }) => ({ id, status: refuses ? "refused" : "applied", code: "x", detail: "no" })),
  );
  await sender.wake();
  refuses = false;
  await journal.add(place("4", "u1"));
  await sender.wake();
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.operation.id),
    ["2", "3"],
  );
});

test("one of several rejected entries is sent again", async () => {
  let refuses = true;
  const { journal, sender } = await setUp([entry("1"), entry("2")], (operations) =>
    operations.map(({ id }) => ({ id, status: refuses ? "refused" : "applied", code: "x", detail: "no" })),
  );
  await sender.wake();
  refuses = false;
  await sender.retryRejected(2);
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.operation.id),
    ["1"],
  );
});

test("only rejected entries can be discarded", async () => {
  const { journal, sender, reports } = await setUp([entry("1"), entry("2")], (_, nth) => {
    throw new Failure(nth < 3 ? "refused" : "offline", "x", "no");
  });
  await sender.wake();
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.refused),
    ["no", undefined],
  );
  assert.equal(await sender.discard(2), null);
  assert.equal((await sender.discard(1)).operation.id, "1");
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.operation.id),
    ["2"],
  );
  assert.deepEqual([reports.at(-1).rejected.length, reports.at(-1).waiting], [0, 1]);
  await journal.remove([2]); // stops its timer
});

test("the undo of outdated answers is removed with them, another rejected undo stays", async () => {
  const undo = (id, undoes) => ({ author: "me", assignment: "a", token: 1, operation: { id, kind: "undo", undoes } });
  const code = (id) => (id === "1" ? "annotator.utterance_changed" : "annotator.nothing_to_undo");
  const { journal, sender } = await setUp([entry("1"), undo("2", "1"), undo("3", "x")], (operations) =>
    operations.map(({ id }) => ({ id, status: "refused", code: code(id), detail: "no" })),
  );
  await sender.wake();
  assert.deepEqual(
    (await journal.entries("me")).map((each) => each.operation.id),
    ["3"],
  );
});

test("late work leaves the journal and is counted", async () => {
  const { journal, sender, reports } = await setUp([entry("1")], (operations) =>
    operations.map(({ id }) => ({ id, status: "set_aside", code: "", detail: "" })),
  );
  await sender.wake();
  assert.deepEqual(await journal.entries("me"), []);
  assert.deepEqual([reports.at(-1).late, [...reports.at(-1).superseded]], [1, ["a"]]);
});

test("entries of another person stay", async () => {
  const { journal, sender, sent } = await setUp([entry("1", { author: "other" })], applied);
  await sender.wake();
  assert.deepEqual(sent, []);
  assert.equal((await journal.entries("other")).length, 1);
});

test("a flag is sent in its turn between the operations, to its own address", async () => {
  const entries = [entry("1"), entry("2"), post("f"), entry("3")];
  const { journal, sender, sent, answers, reports } = await setUp(entries, applied, async () => ({ state: "open" }));
  await sender.wake();
  assert.deepEqual(sent, ["12", "assignments/a/flags/ f", "3"]);
  assert.deepEqual(answers, [["f", { state: "open" }]]);
  assert.deepEqual(await journal.entries("me"), []);
  assert.equal(reports[0].waiting, 4);
});

for (const trouble of ["offline", "server", "expired", "stranger"]) {
  test(`a flag that fails for ${trouble} blocks the entries after it, and is sent again`, async () => {
    const { sender, sent, reports } = await setUp([post("f"), entry("1")], applied, async (nth) => {
      if (nth < 2) throw new Failure(trouble);
      return null;
    });
    await sender.wake();
    assert.deepEqual([reports.at(-1).waiting, reports.at(-1).trouble], [2, trouble]);
    while (reports.at(-1).waiting) await turn();
    assert.deepEqual(sent, ["assignments/a/flags/ f", "assignments/a/flags/ f", "1"]);
  });
}

test("a rejected flag stays with its reason and does not block", async () => {
  const { journal, sender, reports, sent, answers } = await setUp([post("f"), entry("1")], applied, async () => {
    throw new Failure("refused", "x", "no such utterance");
  });
  await sender.wake();
  assert.equal(sent.at(-1), "1");
  assert.deepEqual(answers, []);
  assert.deepEqual(
    (await journal.entries("me")).map((each) => [each.body.id, each.refused]),
    [["f", "no such utterance"]],
  );
  assert.equal(reports.at(-1).rejected.length, 1);
});

test("trouble is reported until a request succeeds, so that a dialog does not flicker", async () => {
  const { sender, reports } = await setUp([entry("1")], (operations, nth) => {
    if (nth < 3) throw new Failure("expired");
    return applied(operations);
  });
  await sender.wake();
  while (reports.at(-1).waiting) await turn();
  const troubles = reports.map(({ trouble }) => trouble);
  assert.deepEqual(troubles.slice(1), [...Array(troubles.length - 2).fill("expired"), null]);
});

test("a key press at the moment of a failure does not end the attempts", async () => {
  const { sender, reports } = await setUp([entry("1")], (operations, nth) => {
    if (nth === 1) throw new Failure("offline");
    return applied(operations);
  });
  const onReport = sender.onReport;
  sender.onReport = (report) => {
    onReport(report);
    if (report.trouble === "offline" && reports.filter(({ trouble }) => trouble).length === 1) sender.wake();
  };
  await sender.wake();
  for (let turns = 0; reports.at(-1).waiting && turns < 50; turns += 1) await turn();
  assert.equal(reports.at(-1).waiting, 0);
});

test("a response without the sent operations is not an acknowledgement", async () => {
  const { journal, sender, sent, reports } = await setUp([entry("1")], (operations, nth) =>
    nth === 1 ? [{ id: "else", status: "applied" }] : applied(operations),
  );
  await sender.wake();
  assert.deepEqual([sent.length, reports.at(-1).trouble, (await journal.entries("me")).length], [1, "server", 1]);
  while (reports.at(-1).waiting) await turn();
});

test("an error of the page itself does not end the attempts", async () => {
  const { sender, reports } = await setUp([entry("1")], (operations, nth) => {
    if (nth === 1) throw new TypeError("oops");
    return applied(operations);
  });
  await assert.rejects(sender.wake(), TypeError);
  assert.equal(reports.at(-1).trouble, "server");
  while (reports.at(-1).waiting) await turn();
});

test("an entry added during a request is sent right after it", async () => {
  const { journal, sender, sent } = await setUp([entry("1")], async (operations, nth) => {
    if (nth === 1) {
      await journal.add(entry("2"));
      sender.wake();
    }
    return applied(operations);
  });
  await sender.wake();
  assert.deepEqual(sent, ["1", "2"]);
});

test("answers that were moved to another codebook leave the journal, and the page asks for the new state", async () => {
  const journal = memoryJournal();
  await journal.add(entry("1"));
  let asked = 0;
  const sender = new Sender({
    journal,
    author: "me",
    onReport: () => {},
    post: async () => null,
    send: async (_assignment, _token, _author, operations) =>
      applied(operations).map((ack) => ({ ...ack, code: "annotator.page_outdated" })),
    onForgotten: () => {
      asked += 1;
    },
  });
  await sender.wake();
  assert.deepEqual([await journal.entries("me"), asked], [[], 1]);
});

test("an entry that is added while the journal is read is reported as waiting", async () => {
  const { journal, sender, reports } = await setUp([], applied);
  const read = journal.entries;
  let reads = 0;
  journal.entries = async (author) => {
    const found = await read(author);
    reads += 1;
    if (reads === 2) void sender.add(entry("1")); // the first read looks for waiting entries, the second is reported
    return found;
  };
  await sender.wake();
  assert.deepEqual(
    reports.map(({ waiting }) => waiting),
    [1],
  );
  await sender.wake();
  assert.equal(reports.at(-1).waiting, 0);
});
