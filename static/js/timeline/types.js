/**
 * Data of the timeline editor, as the server sends it. Times are milliseconds of the episode.
 *
 * @typedef {object} Line an utterance
 * @property {string} id
 * @property {string} code
 * @property {string} dialogue
 * @property {string} text
 * @property {string | null} speaker
 * @property {number | null} start_ms
 * @property {number | null} end_ms
 * @property {number} version
 * @property {true} [gone] only in news: it was taken out of its dialogue
 *
 * @typedef {object} Band a dialogue
 * @property {string} id
 * @property {string} code
 * @property {"draft" | "ready" | "excluded"} state
 * @property {string} topic
 * @property {number} version
 * @property {string[]} lines ids of its utterances, in order
 *
 * @typedef {object} Speaker
 * @property {string} id
 * @property {string} name
 * @property {string} gender
 * @property {string} age_group
 * @property {string} profession
 * @property {string} personality
 * @property {string[]} other_names
 * @property {number} lines number of utterances in the series
 *
 * @typedef {object} Flag a remark of an annotator; `start_ms` and `end_ms`: the times proposed for a bad cut
 * @property {string} id
 * @property {string} line
 * @property {string} reason
 * @property {string} text
 * @property {string} comment
 * @property {number | null} start_ms
 * @property {number | null} end_ms
 *
 * @typedef {object} Finding
 * @property {string} id
 * @property {string[]} lines
 * @property {string} text
 * @property {string} severity
 *
 * @typedef {object} Made an edit in the log
 * @property {number} number
 * @property {string} operation
 * @property {string} session
 * @property {string} action
 * @property {string | null} undoes
 * @property {string} by
 * @property {string} at
 * @property {string[]} lines
 * @property {number} asked_again
 *
 * @typedef {object} Contents what the page shows
 * @property {number} head number of the newest edit
 * @property {{id: string, title: string, duration_ms: number, fps: number | null, media: string, peaks: string,
 *   marks: string, has_picture: boolean}} episode
 * @property {Line[]} lines
 * @property {Band[]} dialogues
 * @property {Speaker[]} speakers
 * @property {Flag[]} flags
 * @property {Finding[]} findings
 * @property {Made[]} edits of this page, for undo
 * @property {string[]} people who else has the editor open
 *
 * @typedef {object} News what has changed since the page asked last
 * @property {number} head
 * @property {[number, number]} checksum
 * @property {Made[]} edits
 * @property {Line[]} lines
 * @property {Band[] | null} dialogues
 * @property {Speaker[] | null} speakers
 * @property {Flag[]} flags
 * @property {string} marks
 * @property {string[]} people
 *
 * @typedef {object} Edit an edit that the page makes; further keys depend on the action
 * @property {string} operation
 * @property {string} action
 * @property {Record<string, number>} versions of what it is based on
 * @property {number} basedOn number of the newest edit known when it was made; not sent
 * @property {number} confirmed
 * @property {Record<string, any>} values the keys of the action
 *
 * @typedef {object} Marks
 * @property {[number, number][]} silences
 * @property {number[]} shots
 *
 * @typedef {{start: number, end: number}} Span
 */

export {};
