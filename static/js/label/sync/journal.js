// The browser's record of work that the server has not acknowledged yet. It survives reloads and crashes.
// The names of the database, its stores and the fields of entries are stored in browsers and must not change.

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Journal} Journal */

const OPERATIONS = "operations";
const DRAFTS = "drafts";
const OPEN_TIMEOUT_MS = 5_000;
const LABELLING = "concord"; // name of the database of the labelling page

/**
 * Open the journal. A browser without a database (some private windows) gets one in memory that is not durable.
 *
 * @param {IDBFactory} [factory]
 * @param {number} [timeout] milliseconds after which the journal falls back to memory
 * @param {string} [name] of the database; each page sends the entries of its own one
 * @returns {Promise<Journal>}
 */
export async function openJournal(factory = globalThis.indexedDB, timeout = OPEN_TIMEOUT_MS, name = LABELLING) {
  try {
    return withMemoryFallback(databaseJournal(await openDatabase(factory, timeout, name)));
  } catch {
    return memoryJournal();
  }
}

/**
 * Return a journal that continues in memory, and is no longer durable, when the given one fails: the disk is full, or
 * the browser's storage was cleared while the page was open.
 *
 * @param {Journal} disk
 * @returns {Journal}
 */
export function withMemoryFallback(disk) {
  const memory = memoryJournal();
  /** @type {Map<number, Entry | null>} present state of entries that the disk failed to change; null: removed */
  const changed = new Map();
  let isDiskUsable = true;
  /**
   * @template T
   * @param {() => Promise<T>} work
   * @param {() => T | Promise<T>} fallback
   * @returns {Promise<T>}
   */
  const tryDisk = async (work, fallback) => {
    try {
      return await work();
    } catch {
      isDiskUsable = false;
      return fallback();
    }
  };
  return {
    get durable() {
      return isDiskUsable;
    },
    // once one entry is in memory, all later ones go there too, which preserves the order
    add: (entry) =>
      isDiskUsable
        ? tryDisk(
            () => disk.add(entry),
            () => memory.add(entry),
          )
        : memory.add(entry),
    async entries(author) {
      const stored = await tryDisk(
        () => disk.entries(author),
        () => [],
      );
      const now = stored.map((entry) => (changed.has(entry.seq ?? 0) ? changed.get(entry.seq ?? 0) : entry));
      const later = await memory.entries(author);
      return [...now.filter((entry) => !!entry), ...later.map((entry) => ({ ...entry, seq: -(entry.seq ?? 0) }))];
    },
    async remove(seqs) {
      await memory.remove(seqs.map((seq) => -seq));
      const stored = seqs.filter((seq) => seq > 0);
      const markRemoved = () => stored.forEach((seq) => void changed.set(seq, null));
      if (stored.length) await tryDisk(() => disk.remove(stored), markRemoved);
    },
    put: (entry) =>
      (entry.seq ?? 0) < 0
        ? memory.put({ ...entry, seq: -(entry.seq ?? 0) })
        : tryDisk(
            () => disk.put(entry),
            () => void changed.set(entry.seq ?? 0, entry),
          ),
    async drafts(author, assignment) {
      const stored = await tryDisk(
        () => disk.drafts(author, assignment),
        () => ({}),
      );
      return { ...stored, ...(await memory.drafts(author, assignment)) };
    },
    keepDraft: (author, assignment, utterance, answers) =>
      tryDisk(
        () => disk.keepDraft(author, assignment, utterance, answers),
        () => memory.keepDraft(author, assignment, utterance, answers),
      ),
  };
}

/**
 * Return a journal that exists only as long as the page is open.
 *
 * @returns {Journal}
 */
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
      const prefix = `${author} ${assignment} `;
      const found = [...drafts].filter(([key]) => key.startsWith(prefix));
      return Object.fromEntries(found.map(([key, answers]) => [key.slice(prefix.length), answers]));
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
   * @returns {Promise<T>} resolved when the transaction is complete
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
      // locks the drafts as well, so that the draft is deleted only after its operation is on the disk
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
 * @param {number} timeout milliseconds
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(factory, timeout, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the browser's database does not respond")), timeout);
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => {
      const operations = request.result.createObjectStore(OPERATIONS, { keyPath: "seq", autoIncrement: true });
      operations.createIndex("author", "author");
      request.result.createObjectStore(DRAFTS, { keyPath: ["author", "assignment", "utterance"] });
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
  });
}
