import assert from "node:assert/strict";
import { test } from "node:test";
import { BreakReminder } from "../../../../static/js/label/status/break_reminder.js";

const MINUTE = 60_000;
const begun = (today = {}) => {
  const world = { now: 0 };
  const reminder = new BreakReminder(() => world.now);
  reminder.begin({ active_ms: 0, limit_minutes: null, rest_minutes: 60, ...today });
  const work = (minutes) => {
    for (let each = 0; each < minutes; each += 1) {
      world.now += MINUTE;
      reminder.add(MINUTE);
    }
  };
  return { reminder, work, world };
};

test("the minutes of today continue from the server's total and never decrease", () => {
  const { reminder, work } = begun({ active_ms: 10.5 * MINUTE });
  work(2);
  assert.equal(reminder.minutes, 12);
  reminder.begin({ active_ms: 11 * MINUTE, limit_minutes: null, rest_minutes: 60 });
  assert.equal(reminder.minutes, 12);
  reminder.begin({ active_ms: 30 * MINUTE, limit_minutes: null, rest_minutes: 60 });
  assert.equal(reminder.minutes, 30);
});

test("a break is suggested once per hour of work without one", () => {
  const { reminder, work } = begun();
  work(59);
  assert.equal(reminder.takeReminder(), 0);
  work(1);
  assert.equal(reminder.takeReminder(), 60);
  assert.equal(reminder.takeReminder(), 0);
  work(60);
  assert.equal(reminder.takeReminder(), 120);
});

test("a break of five minutes restarts the count", () => {
  const { reminder, work, world } = begun();
  work(50);
  world.now += 5 * MINUTE;
  work(50);
  assert.equal(reminder.takeReminder(), 0);
  work(10);
  assert.equal(reminder.takeReminder(), 60);
});

test("a corpus may turn the suggestion off", () => {
  const { reminder, work } = begun({ rest_minutes: null });
  work(200);
  assert.equal(reminder.takeReminder(), 0);
  assert.equal(reminder.isEnough, false);
});

test("a day ends at its limit", () => {
  const { reminder, work } = begun({ active_ms: 88 * MINUTE, limit_minutes: 90 });
  work(1);
  assert.equal(reminder.isEnough, false);
  work(1);
  assert.equal(reminder.isEnough, true);
});
