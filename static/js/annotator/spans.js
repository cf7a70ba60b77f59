/**
 * Plays a span of an episode next to the message about it. The page has one video element, which moves to that message.
 */

const video = document.createElement("video");
video.playsInline = true;
video.controls = true;
video.className = "note-video";
let watch = 0;

function stop() {
  cancelAnimationFrame(watch);
  video.pause();
}

/**
 * @param {HTMLElement} scene that contains the video
 * @param {string} address
 * @param {{start: number, end: number}} span in ms
 */
function play(scene, address, { start, end }) {
  stop();
  if (video.parentElement !== scene) scene.append(video);
  if (video.getAttribute("src") !== address) video.src = address;
  video.currentTime = start / 1000;
  video.play().catch(() => {});
  const check = () => {
    if (video.ended || video.currentTime * 1000 >= end) stop();
    else watch = requestAnimationFrame(check);
  };
  video.addEventListener("seeked", check, { once: true });
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (
    event.target instanceof Element ? event.target.closest("[data-start]") : null
  );
  const note = /** @type {HTMLElement | null} */ (button?.closest("[data-spans]") ?? null);
  const scene = /** @type {HTMLElement | null} */ (note?.querySelector("[data-scene]") ?? null);
  if (!button || !note?.dataset.spans || !scene) return;
  play(scene, note.dataset.spans, { start: Number(button.dataset.start), end: Number(button.dataset.end) });
});
