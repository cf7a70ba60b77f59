import assert from "node:assert/strict";
import { test } from "node:test";
import { linkArc } from "../../../../static/js/label/view/link_arc.js";

const above = { left: 100, right: 200, top: 0, bottom: 30 };
const below = { left: 300, right: 340, top: 50, bottom: 80 };
const ends = (path) => path.match(/-?[\d.]+ -?[\d.]+/g).map((pair) => pair.split(" ").map(Number));

test("an arc leads from the near edge of one answer to the near edge of the other", () => {
  const up = ends(linkArc(below, above).path);
  assert.deepEqual(
    [up[0], up.at(-1)],
    [
      [320, 50],
      [150, 37],
    ],
  );
  const down = ends(linkArc(above, below).path);
  assert.deepEqual(
    [down[0], down.at(-1)],
    [
      [150, 30],
      [320, 43],
    ],
  );
});

test("the arrow touches the answer of the target", () => {
  assert.deepEqual(ends(linkArc(below, above).tip)[0], [150, 30]);
  assert.deepEqual(ends(linkArc(above, below).tip)[0], [320, 50]);
});

test("the value is drawn half way", () => {
  const { middle } = linkArc(below, above);
  assert.equal(middle.x, (320 + 150) / 2);
  assert.ok(middle.y > 30 && middle.y < 50);
});

test("answers in one row are joined above them", () => {
  const right = { ...above, left: 400, right: 500 };
  const { path, middle } = linkArc(above, right);
  assert.deepEqual(ends(path)[0], [150, 0]);
  assert.ok(middle.y < 0);
});

test("an arc runs around answers that lie between its ends", () => {
  const between = { left: 80, right: 360, top: 44, bottom: 66 };
  const far = { left: 300, right: 340, top: 80, bottom: 110 };
  assert.equal(linkArc(far, above, [], 400).isAside, false);
  const { path, middle, isAside } = linkArc(far, above, [above, far, between], 400);
  assert.equal(isAside, true);
  assert.equal(middle.x, 400);
  for (const [x, y] of ends(path)) {
    const isInside = x > between.left && x < between.right && y > between.top && y < between.bottom;
    assert.equal(isInside, false, `${x} ${y}`);
  }
});

test("a box beside the arc is no reason to leave the straight way", () => {
  const beside = { left: 500, right: 600, top: 34, bottom: 46 };
  assert.equal(linkArc(below, above, [beside], 700).isAside, false);
});
