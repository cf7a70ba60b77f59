// Geometry of the arc between two chosen answers: boxes in, SVG path data out.

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {{path: string, tip: string, middle: {x: number, y: number}}} Arc the line, the arrow head, and the centre of the value */

const TIP = 7;
const SAG = 14;

/**
 * Return the arc from one box to another.
 *
 * @param {Box} from the chosen answer of the link's source
 * @param {Box} to the chosen answer of the link's target
 * @returns {Arc}
 */
export function linkArc(from, to) {
  const up = to.top < from.top;
  const level = to.top === from.top;
  const start = { x: centre(from), y: up || level ? from.top : from.bottom };
  const end = { x: centre(to), y: level ? to.top : up ? to.bottom : to.top };
  const away = up ? -1 : 1;
  // the line ends where the arrow head begins, so that a thick line does not cover its point
  const neck = { x: end.x, y: end.y + (level ? -TIP : -away * TIP) };
  const reach = level ? -SAG * 2 : (away * Math.max(SAG, Math.abs(neck.y - start.y))) / 2;
  const one = { x: start.x, y: start.y + reach };
  const other = { x: end.x, y: level ? neck.y + reach : neck.y - reach };
  return {
    path: `M${at(start)}C${at(one)} ${at(other)} ${at(neck)}`,
    tip: `M${at(end)}L${at({ x: end.x - TIP * 0.8, y: neck.y })}L${at({ x: end.x + TIP * 0.8, y: neck.y })}Z`,
    // the midpoint of a cubic Bézier curve is (p0 + 3 p1 + 3 p2 + p3) / 8
    middle: {
      x: (start.x + 3 * one.x + 3 * other.x + neck.x) / 8,
      y: (start.y + 3 * one.y + 3 * other.y + neck.y) / 8,
    },
  };
}

/** @param {Box} box */
function centre({ left, right }) {
  return (left + right) / 2;
}

/** @param {{x: number, y: number}} point */
function at({ x, y }) {
  return `${round(x)} ${round(y)}`;
}

/** @param {number} number */
function round(number) {
  return Math.round(number * 10) / 10;
}
