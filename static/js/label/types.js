// The shapes that the modules of this page hand to each other. Nothing here runs.

/** @typedef {import("./session/conditions.js").Answer} Answer */
/** @typedef {import("./session/conditions.js").Answers} Answers */
/** @typedef {import("./session/conditions.js").Tree} Tree */

/**
 * One thing to press: a choice of a task, or a value of a link.
 * @typedef {object} Option
 * @property {string | number} value
 * @property {string} key as printed on the button
 * @property {string} code `event.code` of that key
 * @property {string} name
 * @property {string} help
 */

/**
 * @typedef {object} Question
 * @property {string} slug
 * @property {"task" | "link"} kind
 * @property {string} name
 * @property {string} help
 * @property {string} anchor place in the guideline
 * @property {boolean} many
 * @property {Option[]} options
 * @property {boolean} mayRefuse whether "cannot judge" is an answer
 * @property {string} usual the answer of most utterances, not worth a word in the conversation
 * @property {{from: string, to: string, condition: Tree} | null} link
 */

/**
 * @typedef {object} Utterance
 * @property {string} id
 * @property {string} speaker id, or "" where nobody is named
 * @property {string} text
 * @property {number | null} start_ms
 * @property {number | null} end_ms
 * @property {number} version grows with each change
 * @property {Was | null} [changed] how it was when this person labelled it, as far as that is different now
 * @property {Was} [seen] how it was when this page showed it first, as far as that is different now
 */

/** @typedef {Partial<{text: string, speaker: string, start_ms: number | null, end_ms: number | null}>} Was */

/**
 * What this person did before in this assignment, oldest first; `operation` is null for work of another kind.
 * @typedef {object} Past
 * @property {string | null} operation
 * @property {string} utterance
 * @property {Answers | null} answers null: withdrawn
 * @property {boolean} undo
 * @property {number | null} [opened]
 * @property {Shortcut | ""} [shortcut]
 */

/** @typedef {"all_default" | "same_as_previous"} Shortcut one key that answers every question */

/**
 * @typedef {object} Policy
 * @property {"all" | "past"} context past: what comes after the first utterance without labels is not shown
 * @property {boolean} watchFirst
 * @property {Shortcut[]} shortcuts those allowed
 */

/** @typedef {Answers} Draft answers not committed yet; beside them, perhaps, the shortcut that gave them */
/** @typedef {{start_ms: number, end_ms: number}} Bounds milliseconds of the episode */

/**
 * @typedef {object} Media
 * @property {string} url
 * @property {string} peaks address of the waveform, or ""
 * @property {boolean} has_picture
 */

/**
 * The training round or test that a dialogue is openly part of.
 * @typedef {object} Round
 * @property {"training" | "test"} use
 * @property {number} place from 1
 * @property {number} all
 */

/** @typedef {{id: string, name: string, colour: number}} Speaker colour: 0 to 7 */

/**
 * @typedef {object} Work one assignment, as the server hands it over
 * @property {string} id
 * @property {number} token
 * @property {string} author
 * @property {string} state
 * @property {{name: string, series: string, episode: string}} dialogue
 * @property {Record<string, any>} codebook the codebook's document
 * @property {Speaker[]} speakers
 * @property {Utterance[]} utterances
 * @property {Past[]} history
 * @property {Media | null} media
 * @property {{dialogues: number, utterances: number, active_ms: number, limit_minutes: number | null,
 *   rest_minutes: number | null}} today what this person did, and the corpus's care for their rest
 * @property {string} comment of the manager who sent the dialogue back; else empty
 * @property {{done: number, ready: number}} dialogues finished by this person, and all that are ready
 * @property {Round | null} [round] null: the main work
 */

/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {"commit" | "undo"} kind
 * @property {string} utterance
 * @property {Answers} [answers] of a commit
 * @property {string} [undoes] id of the operation that an undo takes back
 * @property {number} [version] of the utterance that was judged
 * @property {number} active_ms
 * @property {number} played_ms
 * @property {number} [opened] utterances that were open by then
 * @property {Shortcut} [shortcut] that answered everything at once
 * @property {string} made_at
 */

/**
 * @typedef {object} Entry one thing on its way to the server: an operation, which travels with its neighbours, or a
 *   single post to an address of its own (a flag, a question, a returned dialogue)
 * @property {number} [seq] place in the journal, given by it
 * @property {string} author
 * @property {string} assignment
 * @property {number} token
 * @property {string} [kind] of a single post
 * @property {string} [path] of a single post, behind the API's root
 * @property {{id: string} & Record<string, any>} [body] of a single post
 * @property {Operation} [operation]
 * @property {Shown} [shown]
 * @property {string} [refused] the server's reason, where it will not have it
 */

/**
 * @typedef {object} Shown what an entry is about, to be told by when its dialogue is no longer on the page
 * @property {string} dialogue name
 * @property {number} [number] of the utterance within it, from 1
 * @property {Was} [was] how the utterance was
 */

/** @typedef {{id: string, status: "applied" | "repeated" | "set_aside" | "refused", code: string, detail: string}} Ack */

/**
 * @typedef {object} Journal
 * @property {boolean} durable whether it survives the closing of the page; may end when the browser's disk is full
 * @property {(entry: Entry) => Promise<void>} add
 * @property {(author: string) => Promise<Entry[]>} entries in the order they were added
 * @property {(seqs: number[]) => Promise<void>} remove
 * @property {(entry: Entry) => Promise<void>} put changes an entry in its place
 * @property {(author: string, assignment: string) => Promise<Record<string, Answers>>} drafts by utterance
 * @property {(author: string, assignment: string, utterance: string, answers: Answers | null) => Promise<void>} keepDraft
 */

export {};
