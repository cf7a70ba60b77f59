// Entry point of the labelling page.

import { createPage } from "./page/page.js";
import { createApi } from "./sync/api.js";
import { openJournal } from "./sync/journal.js";
import { byId } from "./view/dom.js";

/** @type {{root: string, corpus: string, author: string, texts: Record<string, string>, list: string | null,
 *   work: import("./types.js").Work | null}} */
const { root, corpus, author, texts, list, work } = JSON.parse(byId("label-data").textContent ?? "");
const page = createPage({
  api: createApi({ root, corpus, author }),
  journal: await openJournal(),
  author,
  language: document.documentElement.lang.toLowerCase(),
  texts,
  list,
});
await page.start(work);
