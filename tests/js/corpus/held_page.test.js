import assert from "node:assert/strict";
import { test } from "node:test";
import { holdPage } from "../../../static/js/corpus/held_page.js";

test("a page with work is not loaded again, its list is", () => {
  const page = new EventTarget();
  let [isBusy, renewed] = [true, 0];
  for (let form = 0; form < 2; form += 1) {
    holdPage(
      () => isBusy,
      page,
      () => {
        renewed += 1;
      },
    );
  }
  /** @param {string | null} refresh */
  const isLoaded = (refresh) => {
    const detail = { xhr: { getResponseHeader: () => refresh } };
    return page.dispatchEvent(new CustomEvent("htmx:beforeOnLoad", { cancelable: true, detail }));
  };
  assert.deepEqual([isLoaded("true"), renewed], [false, 1]);
  assert.deepEqual([isLoaded(null), renewed], [true, 1]);
  isBusy = false;
  assert.deepEqual([isLoaded("true"), renewed], [true, 1]);
});
