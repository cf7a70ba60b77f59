// Types that several modules of the labelling page share. This module contains no code.

/** @typedef {import("./session/conditions.js").Answer} Answer */
/** @typedef {import("./session/conditions.js").Answers} Answers */
/** @typedef {import("./session/conditions.js").Tree} Tree */

/**
 * One button of a question: a choice of a task, or a value of a link.
 * @typedef {object} Option
 * @property {string | number} value
 * @property {string} key as printed on the button
 * @property {string} code `event.code` of that key
 * @property {string} name
 * @property {string} help
 */

/**
 * A task or link of the codebook.
 * @typedef {object} Question
 * @property {string} slug
 * @property {"task" | "link"} kind
 * @property {string} name
 * @property {string} help
 * @property {string} anchor of the section in the guideline
 * @property {string} [low] name of the end of the scale with the first option; empty or absent for none
 * @property {string} [high] name of the end with the last option
 * @property {boolean} many whether several choices may be chosen
 * @property {Option[]} options
 * @property {boolean} allowsCannotJudge whether "cannot judge" is an answer
 * @property {string} defaultAnswer the answer of most utterances; the dialogue does not mention it
 * @property {{from: string, to: string, condition: Tree} | null} link
 */

/**
 * @typedef {object} Utterance
 * @property {string} id
 * @property {string} speaker id; empty if the speaker is unknown
 * @property {string} text
 * @property {number | null} start_ms
 * @property {number | null} end_ms
 * @property {number} version increases with each edit
 * @property {string} [translation] of the subtitles; empty or absent for none
 * @property {FormerFields | null} [changed] the fields that differ now, as they were when this annotator labelled it
 * @property {FormerFields} [seen] the fields that differ now, as this page first showed them
 * @property {Record<string, string[]> | null} [asked] question -> own earlier answers in words, where a change of the
 *   codebook asks questions again
 */

/** @typedef {Partial<{text: string, speaker: string, start_ms: number | null, end_ms: number | null}>} FormerFields
 *   earlier values of fields of an utterance; `speaker` is the name */

/**
 * An earlier act of this annotator in this assignment; `operation` is null for acts without an operation id.
 * @typedef {object} Past
 * @property {string | null} operation
 * @property {string} utterance
 * @property {Answers | null} answers null: withdrawn
 * @property {boolean} undo
 * @property {number | null} [opened]
 * @property {Shortcut | ""} [shortcut]
 * @property {boolean} [correction] whether it was made after the dialogue was handed in
 * @property {boolean} [moved] whether a change of the codebook moved the answers
 * @property {Answers | null} [draft] of moved answers that are asked again in part: the answers to the other questions
 */

/** @typedef {"all_default" | "same_as_previous"} Shortcut a key that answers every question */

/**
 * @typedef {object} Policy
 * @property {"all" | "past"} context past: utterances after the first one without answers are withheld
 * @property {boolean} watchFirst whether the page offers to watch the whole dialogue before labelling
 * @property {Shortcut[]} shortcuts the allowed ones
 */

/** @typedef {Answers} Draft answers that are not committed yet, and possibly the shortcut that gave them */
/** @typedef {{start_ms: number, end_ms: number}} Bounds milliseconds of the episode */

/**
 * @typedef {object} Media
 * @property {string} url
 * @property {string} peaks address of the waveform; empty if there is none
 * @property {boolean} has_picture
 */

/**
 * The training round or test that a dialogue visibly belongs to.
 * @typedef {object} Round
 * @property {"training" | "test"} use
 * @property {number} place of the dialogue in the round, from 1
 * @property {number} all number of dialogues in the round
 */

/** @typedef {{id: string, name: string, colour: number}} Speaker colour: 0 to 7 */

/** @typedef {{text: string, start_ms: number, end_ms: number, before: number}} Passage without speech, such as music;
 *   `before` is the index of the utterance that follows, or their number */

/**
 * @typedef {object} Work one assignment, as the API returns it
 * @property {string} id
 * @property {number} token
 * @property {string} author
 * @property {string} state
 * @property {{name: string, series: string, episode: string}} dialogue
 * @property {Record<string, any>} codebook the codebook's document
 * @property {number} [codebook_version] its number
 * @property {Speaker[]} speakers
 * @property {Utterance[]} utterances
 * @property {Passage[]} [passages] context between utterances
 * @property {Past[]} history oldest first
 * @property {Media | null} media
 * @property {{dialogues: number, utterances: number, active_ms: number, limit_minutes: number | null,
 *   rest_minutes: number | null}} today this annotator's work of today, and the limits that the corpus sets
 * @property {string} [closed] why a dialogue that is handed in cannot be corrected now; empty: it can be, or is not
 *   handed in
 * @property {string} comment of the manager who sent the dialogue back; empty for none
 * @property {{done: number, ready: number}} dialogues finished by this annotator, and all that are ready
 * @property {Round | null} [round] null: the main work
 */

/**
 * What the picture, the text and the dialogue show: an open dialogue and the place in it.
 * @typedef {object} Scene
 * @property {{speakers: Speaker[], utterances: Utterance[], media: Media | null, passages?: Passage[]}} work
 * @property {Question[]} questions
 * @property {number} index of the current utterance
 * @property {Utterance} utterance the current one
 * @property {number} reach index of the last utterance that may be shown
 * @property {Map<string, Answers>} committed utterance -> answers that the dialogue mentions
 * @property {Cuts} cuts
 * @property {{add: (index: number) => void}} openings
 */

/** @typedef {{of: (utterance: Utterance) => Bounds | null, isMoved: (utterance: Utterance) => boolean,
 *   isSent: (utterance: Utterance) => boolean}} Cuts proposed bounds */

/** @typedef {{questions: Question[], answers: Answers, focus: Question | null}} Profile what the rows of questions show */

/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {"commit" | "undo" | "correct"} kind correct: a commit in a dialogue that stays handed in
 * @property {string} utterance
 * @property {Answers} [answers] of a commit or a correction
 * @property {string} [reason] of a correction
 * @property {string} [comment] of a correction
 * @property {string} [undoes] id of the operation that an undo takes back
 * @property {number} [version] of the utterance that was labelled
 * @property {number} [codebook] number of the codebook version whose questions were answered
 * @property {number} active_ms
 * @property {number} played_ms
 * @property {number} [opened] number of utterances opened by then
 * @property {Shortcut} [shortcut] that answered every question
 * @property {string} made_at
 */

/**
 * A journal entry: an operation, which is sent together with its neighbours, or a single message to an address of its
 * own (a flag, an inquiry, a returned dialogue). These fields are stored in browsers; an upgrade of the page finds
 * entries of the version before it, so their names and meanings must not change.
 * @typedef {object} Entry
 * @property {number} [seq] key in the journal, assigned by it
 * @property {string} author
 * @property {string} assignment
 * @property {number} token
 * @property {string} [kind] of a message
 * @property {string} [path] of a message, below the API's root
 * @property {{id: string} & Record<string, any>} [body] of a message
 * @property {Operation} [operation]
 * @property {Subject} [shown]
 * @property {string} [refused] the server's reason, if it rejected the entry
 */

/**
 * The subject of an entry. It describes the entry even after its dialogue has left the page.
 * @typedef {object} Subject
 * @property {string} dialogue name
 * @property {number} [number] of the utterance within the dialogue, from 1
 * @property {FormerFields} [was] the utterance as the page showed it
 */

/** @typedef {{id: string, status: "applied" | "repeated" | "set_aside" | "refused", code: string, detail: string}} Ack */

/**
 * @typedef {object} Journal
 * @property {boolean} durable whether it survives the closing of the page; becomes false when the disk fails
 * @property {(entry: Entry) => Promise<void>} add
 * @property {(author: string) => Promise<Entry[]>} entries in the order of their addition
 * @property {(seqs: number[]) => Promise<void>} remove
 * @property {(entry: Entry) => Promise<void>} put replaces an entry and keeps its position
 * @property {(author: string, assignment: string) => Promise<Record<string, Answers>>} drafts by utterance
 * @property {(author: string, assignment: string, utterance: string, answers: Answers | null) => Promise<void>}
 *   keepDraft stores a draft; null deletes it
 */

export {};
