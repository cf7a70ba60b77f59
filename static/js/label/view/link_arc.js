// Geometry of the arc between two chosen answers: boxes in, SVG path data out.

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{path: string, tip: string, middle: Point, isAside: boolean}} Arc the line, the arrow head, the centre of the value, and whether it runs through the gutter */

const TIP = 7;
const SAG = 14;
const LANE = 6; // from an answer to the line that runs along it, half of the space between two lines of answers
const CORNER = 4;

/**
 * Return the arc from one box to another: straight if nothing lies between them, else through the gutter.
 *
 * @param {Box} from the chosen answer of the link's source
 * @param {Box} to the chosen answer of the link's target
 * @param {Box[]} [obstacles] boxes of texts that the arc must not cover
 * @param {number} [gutter] x of the free column beside the answers
 * @returns {Arc}
 */
export function linkArc(from, to, obstacles = [], gutter = 0) {
  return obstacles.some((box) => isBetween(box, from, to)) ? arcAside(from, to, gutter) : straightArc(from, to);
}

/**
 * @param {Box} from
 * @param {Box} to
 * @returns {Arc}
 */
function straightArc(from, to) {
  const up = to.top < from.top;
  const level = to.top === from.top;
  const start = { x: centre(from), y: up || level ? from.top : from.bottom };
  const end = { x: centre(to), y: level ? to.top : up ? to.bottom : to.top };
  const away = up ? -1 : 1;
  // the line ends where the arrow head begins, so that a thick line does not cover its point
  const neck = { x: end.x, y: end.y + (level ? -TIP : -away * TIP) };
  // half of the way at most, so that the line stays between the two answers
  const reach = level ? -SAG * 2 : (away * Math.abs(neck.y - start.y)) / 2;
  const one = { x: start.x, y: start.y + reach };
  const other = { x: end.x, y: level ? neck.y + reach : neck.y - reach };
  return {
    path: `M${at(start)}C${at(one)} ${at(other)} ${at(neck)}`,
    tip: tipAt(end, neck),
    // the midpoint of a cubic Bézier curve is (p0 + 3 p1 + 3 p2 + p3) / 8
    middle: {
      x: (start.x + 3 * one.x + 3 * other.x + neck.x) / 8,
      y: (start.y + 3 * one.y + 3 * other.y + neck.y) / 8,
    },
    isAside: false,
  };
}

/**
 * Along the line of the source's answers to the gutter, and along the line of the target's answers back.
 *
 * @param {Box} from
 * @param {Box} to
 * @param {number} gutter
 * @returns {Arc}
 */
function arcAside(from, to, gutter) {
  const away = to.top < from.top ? -1 : 1;
  const start = { x: centre(from), y: away < 0 ? from.top : from.bottom };
  const end = { x: centre(to), y: away < 0 ? to.bottom : to.top };
  const neck = { x: end.x, y: end.y - away * TIP };
  const out = start.y + away * LANE;
  const back = neck.y - away * 2;
  const points = [
    start,
    { x: start.x, y: out },
    { x: gutter, y: out },
    { x: gutter, y: back },
    { x: end.x, y: back },
    neck,
  ];
  return {
    path: rounded(points),
    tip: tipAt(end, neck),
    middle: { x: gutter, y: (out + back) / 2 },
    isAside: true,
  };
}

/**
 * Return whether a box reaches into the space between two others.
 *
 * @param {Box} box
 * @param {Box} from
 * @param {Box} to
 */
function isBetween(box, from, to) {
  const [upper, lower] = to.top < from.top ? [to, from] : [from, to];
  const isAcross = box.right > Math.min(centre(from), centre(to)) && box.left < Math.max(centre(from), centre(to));
  return isAcross && box.bottom > upper.bottom + 1 && box.top < lower.top - 1;
}

/**
 * Return a path along points with rounded corners.
 *
 * @param {Point[]} points
 */
function rounded(points) {
  const inner = points.slice(1, -1).map((corner, i) => {
    const [before, after] = [points[i], points[i + 2]].map((other) => towards(corner, other));
    return `L${at(before)}Q${at(corner)} ${at(after)}`;
  });
  return `M${at(points[0])}${inner.join("")}L${at(points[points.length - 1])}`;
}

/**
 * Return the point at which a corner's rounding begins.
 *
 * @param {Point} corner
 * @param {Point} other the next corner
 */
function towards(corner, other) {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y) || 1;
  const share = Math.min(CORNER, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}

/**
 * @param {Point} end
 * @param {Point} neck
 */
function tipAt(end, neck) {
  return `M${at(end)}L${at({ x: end.x - TIP * 0.8, y: neck.y })}L${at({ x: end.x + TIP * 0.8, y: neck.y })}Z`;
}

/** @param {Box} box */
function centre({ left, right }) {
  return (left + right) / 2;
}

/** @param {Point} point */
function at({ x, y }) {
  return `${round(x)} ${round(y)}`;
}

/** @param {number} number */
function round(number) {
  return Math.round(number * 10) / 10;
}
