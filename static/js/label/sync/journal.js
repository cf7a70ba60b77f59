// The browser's own record of work that the server has not acknowledged yet. It outlives reloads and crashes.

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Journal} Journal */

const OPERATIONS = "operations";
const DRAFTS = "drafts";
const PATIENCE_MS = 5_000;

/**
 * Open the journal; a browser that keeps nothing (some private windows) gets one in memory that says so.
 *
 * @param {IDBFactory} [factory]
 * @param {number} [patience] milliseconds after which a database that does not answer is given up
 * @returns {Promise<Journal>}
 */
export async function openJournal(factory = globalThis.indexedDB, patience = PATIENCE_MS) {
  try {
    return withRefuge(databaseJournal(await opened(factory, patience)));
  } catch {
    return memoryJournal();
  }
}

/**
 * Return a journal that goes on in memory, and says so, when the one beneath it fails: the disk is full, or somebody
 * wiped the browser's storage while the page was open.
 *
 * @param {Journal} disk
 * @returns {Journal}
 */
export function withRefuge(disk) {
  const memory = memoryJournal();
  /** @type {Map<number, Entry | null>} entries that the disk can't change any more, as they are now; null: gone */
  const changed = new Map();
  let works = true;
  /**
   * @template T
   * @param {() => Promise<T>} work
   * @param {() => T | Promise<T>} otherwise
   * @returns {Promise<T>}
   */
  const tried = async (work, otherwise) => {
    try {
      return await work();
    } catch {
      works = false;
      return otherwise();
    }
  };
  return {
    get durable() {
      return works;
    },
    // once one entry lies in memory all later ones do, too: the order is kept
    add: (entry) =>
      works
        ? tried(
            () => disk.add(entry),
            () => memory.add(entry),
          )
        : memory.add(entry),
    async entries(author) {
      const kept = await tried(
        () => disk.entries(author),
        () => [],
      );
      const now = kept.map((entry) => (changed.has(entry.seq ?? 0) ? changed.get(entry.seq ?? 0) : entry));
      const later = await memory.entries(author);
      return [...now.filter((entry) => !!entry), ...later.map((entry) => ({ ...entry, seq: -(entry.seq ?? 0) }))];
    },
    async remove(seqs) {
      await memory.remove(seqs.map((seq) => -seq));
      const kept = seqs.filter((seq) => seq > 0);
      const forget = () => kept.forEach((seq) => void changed.set(seq, null));
      if (kept.length) await tried(() => disk.remove(kept), forget);
    },
    put: (entry) =>
      (entry.seq ?? 0) < 0
        ? memory.put({ ...entry, seq: -(entry.seq ?? 0) })
        : tried(
            () => disk.put(entry),
            () => void changed.set(entry.seq ?? 0, entry),
          ),
    async drafts(author, assignment) {
      const kept = await tried(
        () => disk.drafts(author, assignment),
        () => ({}),
      );
      return { ...kept, ...(await memory.drafts(author, assignment)) };
    },
    keepDraft: (author, assignment, utterance, answers) =>
      tried(
        () => disk.keepDraft(author, assignment, utterance, answers),
        () => memory.keepDraft(author, assignment, utterance, answers),
      ),
  };
}

/** @returns {Journal} */
export function memoryJournal() {
  /** @type {Entry[]} */
  let entries = [];
  /** @type {Map<string, Answers>} */
  const drafts = new Map();
  let last = 0;
  return {
    durable: false,
    async add(entry) {
      last += 1;
      entries.push({ ...entry, seq: last });
    },
    async entries(author) {
      return entries.filter((entry) => entry.author === author);
    },
    async remove(seqs) {
      entries = entries.filter((entry) => !seqs.includes(entry.seq ?? 0));
    },
    async put(entry) {
      entries = entries.map((each) => (each.seq === entry.seq ? entry : each));
    },
    async drafts(author, assignment) {
      const start = `${author} ${assignment} `;
      const own = [...drafts].filter(([key]) => key.startsWith(start));
      return Object.fromEntries(own.map(([key, answers]) => [key.slice(start.length), answers]));
    },
    async keepDraft(author, assignment, utterance, answers) {
      const key = `${author} ${assignment} ${utterance}`;
      if (answers) drafts.set(key, answers);
      else drafts.delete(key);
    },
  };
}

/**
 * @param {IDBDatabase} database
 * @returns {Journal}
 */
function databaseJournal(database) {
  /**
   * @template T
   * @param {string} name
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T> | undefined} work
   * @param {string[]} [names] all stores that the transaction locks
   * @returns {Promise<T>} once it is on the disk
   */
  const within = (name, mode, work, names = [name]) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(names, mode, { durability: name === OPERATIONS ? "strict" : "relaxed" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(/** @type {T} */ (request?.result));
      transaction.onabort = () => reject(transaction.error);
    });
  return {
    durable: true,
    async add(entry) {
      // the drafts are locked as well: a draft that is dropped now goes only after its labels lie on the disk
      await within(OPERATIONS, "readwrite", (store) => store.add(entry), [OPERATIONS, DRAFTS]);
    },
    entries(author) {
      return within(OPERATIONS, "readonly", (store) => store.index("author").getAll(author));
    },
    remove(seqs) {
      return within(OPERATIONS, "readwrite", (store) => {
        for (const seq of seqs) store.delete(seq);
        return undefined;
      });
    },
    async put(entry) {
      await within(OPERATIONS, "readwrite", (store) => store.put(entry));
    },
    async drafts(author, assignment) {
      const range = IDBKeyRange.bound([author, assignment, ""], [author, assignment, "\uffff"]);
      const rows = await within(DRAFTS, "readonly", (store) => store.getAll(range));
      return Object.fromEntries(rows.map((row) => [row.utterance, row.answers]));
    },
    async keepDraft(author, assignment, utterance, answers) {
      await within(DRAFTS, "readwrite", (store) => {
        if (answers) store.put({ author, assignment, utterance, answers });
        else store.delete([author, assignment, utterance]);
        return undefined;
      });
    },
  };
}

/**
 * @param {IDBFactory} factory
 * @param {number} patience
 * @returns {Promise<IDBDatabase>}
 */
function opened(factory, patience) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the browser's database does not answer")), patience);
    const request = factory.open("concord", 1);
    request.onupgradeneeded = () => {
      const operations = request.result.createObjectStore(OPERATIONS, { keyPath: "seq", autoIncrement: true });
      operations.createIndex("author", "author");
      request.result.createObjectStore(DRAFTS, { keyPath: ["author", "assignment", "utterance"] });
    };
    request.onsuccess = () => {
      clearTimeout(late);
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(late);
      reject(request.error);
    };
  });
}
