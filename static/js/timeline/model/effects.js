// The effect of an edit on the shown contents, until the server has confirmed it. Edits whose result only the server
// knows (undo, shift of everything, excluded passages) show once they are saved.

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Edit} Edit */
/** @typedef {{lines: Map<string, Line>, bands: import("../types.js").Band[],
 *   speakers: import("../types.js").Speaker[]}} Shown */

export const UNSAVED = "new:"; // before the name of a speaker whose id is not known yet

/** @type {Record<string, (shown: Shown, values: Record<string, any>) => void>} */
const EFFECTS = { change, split, merge, insert, delete: remove, divide, join, topic, speaker };

/**
 * @param {Shown} shown
 * @param {Edit} edit
 */
export function applyEdit(shown, edit) {
  EFFECTS[edit.action]?.(shown, edit.values);
}

/**
 * Return whether an edit shows before it is saved.
 *
 * @param {string} action
 */
export function showsAtOnce(action) {
  return action in EFFECTS;
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function change(shown, { lines }) {
  for (const { id, speaker, ...values } of lines) {
    const line = shown.lines.get(id);
    if (!line) continue;
    const named = speaker === undefined ? {} : { speaker: speakerCalled(shown, speaker) };
    shown.lines.set(id, { ...line, ...values, ...named, version: line.version + 1 });
  }
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function split(shown, values) {
  const first = shown.lines.get(values.line);
  const band = shown.bands.find((each) => each.lines.includes(values.line));
  if (!first || !band) return;
  const [before, after] = [first.text.slice(0, values.at_char), first.text.slice(values.at_char)];
  shown.lines.set(first.id, { ...first, text: before.trim(), end_ms: values.at_ms, version: first.version + 1 });
  shown.lines.set(values.new, { ...first, id: values.new, text: after.trim(), start_ms: values.at_ms, version: 1 });
  band.lines.splice(band.lines.indexOf(first.id) + 1, 0, values.new);
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function merge(shown, { lines }) {
  const band = shown.bands.find((each) => each.lines.includes(lines[0]));
  const rows = band?.lines.filter((id) => lines.includes(id)).flatMap((id) => shown.lines.get(id) ?? []) ?? [];
  if (!band || rows.length < 2) return;
  const [first, ...others] = rows;
  const merged = {
    ...first,
    text: others.reduce((text, other) => joined(text, other.text), first.text),
    speaker: rows.find((row) => row.speaker !== null)?.speaker ?? null,
    end_ms: first.end_ms === null ? null : Math.max(...rows.map((row) => row.end_ms ?? 0)),
    version: first.version + 1,
  };
  shown.lines.set(first.id, merged);
  remove(shown, { lines: others.map((other) => other.id) });
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function insert(shown, values) {
  const band = shown.bands.find((each) => each.id === values.dialogue);
  if (!band) return;
  const { text, start_ms, end_ms } = values;
  const speaker = speakerCalled(shown, values.speaker);
  shown.lines.set(values.new, {
    id: values.new,
    code: "",
    dialogue: band.id,
    text,
    speaker,
    start_ms,
    end_ms,
    version: 1,
  });
  const later = band.lines.findIndex((id) => Number(shown.lines.get(id)?.start_ms) > start_ms);
  band.lines.splice(later < 0 ? band.lines.length : later, 0, values.new);
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function remove(shown, { lines }) {
  for (const band of shown.bands) band.lines = band.lines.filter((id) => !lines.includes(id));
  shown.bands = shown.bands.filter((band) => band.lines.length);
  for (const id of lines) shown.lines.delete(id);
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function divide(shown, values) {
  const index = shown.bands.findIndex((each) => each.lines.includes(values.line));
  if (index < 0) return;
  const band = shown.bands[index];
  const moved = band.lines.splice(band.lines.indexOf(values.line));
  shown.bands.splice(index + 1, 0, { ...band, id: values.new, code: "", topic: "", version: 1, lines: moved });
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function join(shown, { dialogue }) {
  const index = shown.bands.findIndex((each) => each.id === dialogue);
  if (index < 1) return;
  const [later] = shown.bands.splice(index, 1);
  shown.bands[index - 1].lines.push(...later.lines);
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function topic(shown, values) {
  const band = shown.bands.find((each) => each.id === values.dialogue);
  if (band) band.topic = values.topic;
}

/**
 * @param {Shown} shown
 * @param {Record<string, any>} values
 */
function speaker(shown, values) {
  const described = shown.speakers.find((each) => each.id === values.speaker);
  if (described) Object.assign(described, values.values);
}

/**
 * Return the id of the speaker with a name or other name; a new one gets its id from the server.
 *
 * @param {Shown} shown
 * @param {string} name
 * @returns {string | null}
 */
export function speakerCalled(shown, name) {
  const wanted = name.trim().replace(/\s+/g, " ");
  if (!wanted) return null;
  const found =
    shown.speakers.find((speaker) => speaker.name === wanted) ??
    shown.speakers.find((speaker) => speaker.other_names.includes(wanted));
  return found?.id ?? UNSAVED + wanted;
}

/**
 * @param {string} first
 * @param {string} second
 */
function joined(first, second) {
  const wide = /[\u2e81-\uffff]$/.test(first) && /^[\u2e81-\uffff]/.test(second);
  return wide ? first + second : `${first} ${second}`;
}
