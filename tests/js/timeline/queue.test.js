import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { draft } from "../../../static/js/timeline/model/drafting.js";
import { Queue } from "../../../static/js/timeline/save/queue.js";

/** @param {any[]} outcomes of the server, in order */
function queueWith(outcomes, ask = async () => null) {
  const stored = new Map();
  const storage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  };
  const sent = [];
  const saved = [];
  const states = [];
  const queue = new Queue({
    send: async (edit) => {
      sent.push(edit);
      return outcomes.shift() ?? { kind: "saved", news: {} };
    },
    saved: (_news, edit) => saved.push(edit.values.n),
    ask,
    changed: () => states.push(queue.state),
    storage,
    key: "k",
  });
  return { queue, stored, sent, saved, states };
}

const edit = (n) => draft("change", { n }, [], 0);
const settle = async () => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

test("edits are saved in order, one at a time", async () => {
  const { queue, saved, stored, states } = queueWith([]);
  queue.add(edit(1));
  queue.add(edit(2));
  assert.equal(JSON.parse(stored.get("k")).length, 2);
  await settle();
  assert.deepEqual(saved, [1, 2]);
  assert.equal(stored.has("k"), false);
  assert.equal(states.at(-1), "saved");
});

test("an edit that does not reach the server waits and is sent again with the same id", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { queue, saved, sent } = queueWith([{ kind: "offline" }, { kind: "signed-out" }]);
  queue.add(edit(1));
  await settle();
  assert.deepEqual([queue.state, queue.pending.length], ["offline", 1]);
  mock.timers.tick(1000);
  await settle();
  assert.equal(queue.state, "signed-out");
  mock.timers.tick(2000);
  await settle();
  assert.deepEqual(saved, [1]);
  assert.equal(new Set(sent.map((each) => each.operation)).size, 1);
  mock.timers.reset();
});

test("a closed page leaves its edits to the next one", async () => {
  const { queue, saved, stored } = queueWith([]);
  stored.set("other", JSON.stringify([edit(7)]));
  queue.restore("other");
  await settle();
  assert.deepEqual(saved, [7]);
  assert.equal(stored.size, 0);
});

test("a question decides whether an edit is sent again or dropped", async () => {
  const asked = [];
  const { queue, saved } = queueWith(
    [
      { kind: "confirm", answer: { total: 2 } },
      { kind: "saved", news: {} },
      { kind: "refused", answer: {} },
    ],
    async (each, outcome) => {
      asked.push(outcome.kind);
      return outcome.kind === "confirm" ? { ...each, confirmed: 2 } : null;
    },
  );
  queue.add(edit(1));
  queue.add(edit(2));
  queue.add(edit(3));
  await settle();
  assert.deepEqual(asked, ["confirm", "refused"]);
  assert.deepEqual(saved, [1, 3]);
});
