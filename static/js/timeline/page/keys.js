// The keys of the editor. `in` says where one works: outside of text fields, in them, or in both.

/** @typedef {{keys: string[], act: string, in: "page" | "text" | "both"}} Binding */

/** @type {{title: string, bindings: Binding[]}[]} */
export const KEYS = [
  {
    title: "group_play",
    bindings: [
      { keys: ["Space"], act: "play", in: "page" },
      { keys: ["Ctrl+Space"], act: "play", in: "both" },
      { keys: ["p"], act: "play_line", in: "page" },
      { keys: [","], act: "play_start", in: "page" },
      { keys: ["."], act: "play_end", in: "page" },
      { keys: ["ArrowLeft"], act: "frame_back", in: "page" },
      { keys: ["ArrowRight"], act: "frame_on", in: "page" },
      { keys: ["Ctrl+ArrowLeft"], act: "second_back", in: "page" },
      { keys: ["Ctrl+ArrowRight"], act: "second_on", in: "page" },
    ],
  },
  {
    title: "group_move",
    bindings: [
      { keys: ["ArrowDown"], act: "next", in: "page" },
      { keys: ["ArrowUp"], act: "previous", in: "page" },
      { keys: ["Shift+ArrowDown"], act: "extend_next", in: "page" },
      { keys: ["Shift+ArrowUp"], act: "extend_previous", in: "page" },
      { keys: ["n"], act: "next_remark", in: "page" },
      { keys: ["Shift+n"], act: "previous_remark", in: "page" },
      { keys: ["+", "="], act: "zoom_in", in: "page" },
      { keys: ["-"], act: "zoom_out", in: "page" },
      { keys: ["z"], act: "zoom_line", in: "page" },
      { keys: ["0"], act: "zoom_all", in: "page" },
      { keys: ["f"], act: "follow", in: "page" },
    ],
  },
  {
    title: "group_times",
    bindings: [
      { keys: ["["], act: "start_here", in: "page" },
      { keys: ["]"], act: "end_here", in: "page" },
      { keys: ["\\"], act: "move_here", in: "page" },
      { keys: ["q"], act: "start_earlier", in: "page" },
      { keys: ["w"], act: "start_later", in: "page" },
      { keys: ["e"], act: "end_earlier", in: "page" },
      { keys: ["r"], act: "end_later", in: "page" },
      { keys: ["a"], act: "move_earlier", in: "page" },
      { keys: ["s"], act: "move_later", in: "page" },
      { keys: ["Shift+q"], act: "start_earlier_snap", in: "page" },
      { keys: ["Shift+w"], act: "start_later_snap", in: "page" },
      { keys: ["Shift+e"], act: "end_earlier_snap", in: "page" },
      { keys: ["Shift+r"], act: "end_later_snap", in: "page" },
      { keys: ["Shift+a"], act: "move_earlier_snap", in: "page" },
      { keys: ["Shift+s"], act: "move_later_snap", in: "page" },
      { keys: ["g"], act: "snap", in: "page" },
      { keys: ["k"], act: "retime", in: "page" },
    ],
  },
  {
    title: "group_lines",
    bindings: [
      { keys: ["Enter"], act: "edit_text", in: "page" },
      { keys: ["1 … 9"], act: "name_nth", in: "page" },
      { keys: ["c"], act: "go_on", in: "page" },
      { keys: ["Backspace"], act: "unname", in: "page" },
      { keys: ["v"], act: "edit_speaker", in: "page" },
      { keys: ["x"], act: "split", in: "page" },
      { keys: ["m"], act: "merge", in: "page" },
      { keys: ["i"], act: "insert", in: "page" },
      { keys: ["Delete"], act: "delete", in: "page" },
      { keys: ["y"], act: "accept", in: "page" },
    ],
  },
  {
    title: "group_dialogues",
    bindings: [
      { keys: ["b"], act: "divide", in: "page" },
      { keys: ["j"], act: "join", in: "page" },
      { keys: ["u"], act: "exclude", in: "page" },
      { keys: ["t"], act: "topic", in: "page" },
    ],
  },
  {
    title: "group_text",
    bindings: [
      { keys: ["Enter"], act: "text_next", in: "text" },
      { keys: ["Shift+Enter"], act: "text_previous", in: "text" },
      { keys: ["Ctrl+Enter"], act: "split", in: "text" },
      { keys: ["Alt+1 … 9"], act: "name_nth", in: "both" },
      { keys: ["Escape"], act: "leave_text", in: "text" },
    ],
  },
  {
    title: "group_page",
    bindings: [
      { keys: ["Ctrl+z"], act: "undo", in: "page" },
      { keys: ["Ctrl+Shift+z", "Ctrl+y"], act: "redo", in: "page" },
      { keys: ["o"], act: "speakers", in: "page" },
      { keys: ["h", "?"], act: "help", in: "page" },
      { keys: ["Escape"], act: "cancel", in: "page" },
    ],
  },
];

/** @type {Map<string, string>} */
const PAGE = new Map();
/** @type {Map<string, string>} */
const TEXT = new Map();
for (const { bindings } of KEYS) {
  for (const binding of bindings) {
    for (const key of binding.keys) {
      if (binding.in !== "text") PAGE.set(key, binding.act);
      if (binding.in !== "page") TEXT.set(key, binding.act);
    }
  }
}

/**
 * Return the name of a pressed key with its modifiers: `Ctrl+Shift+z`.
 *
 * @param {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 */
export function nameOf(event) {
  // an input method that is switched on hides the letter outside of text fields as well
  let key = event.key === "Process" && event.code.startsWith("Key") ? event.code.slice(3) : event.key;
  if (key === " ") key = "Space";
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  if (isLetter) key = key.toLowerCase();
  if (event.altKey && event.code.startsWith("Digit")) key = event.code.slice(5);
  const shift = event.shiftKey && (isLetter || key.length > 1);
  const control = event.ctrlKey || event.metaKey;
  return `${control ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

/**
 * Return what a key does, and the number of a speaker's key.
 *
 * @param {string} name
 * @param {boolean} inText
 * @returns {{act: string, number: number} | null}
 */
export function actOf(name, inText) {
  const digit = /^(Alt\+)?([1-9])$/.exec(name);
  if (digit && (digit[1] || !inText)) return { act: "name_nth", number: Number(digit[2]) };
  const act = (inText ? TEXT : PAGE).get(name);
  return act ? { act, number: 0 } : null;
}
