/** Own presence: `away` after 5 minutes without input, told by the heartbeat and at once when it changes. */
import { listen } from './listen.js';

const AWAY_AFTER_MS = 300000;
/** What somebody who uses the page causes. */
export const SIGNS_OF_LIFE = ['pointerdown', 'keydown', 'touchstart', 'wheel'];

/**
 * @param {object} parts
 * @param {import('./clock.js').Clock} parts.clock
 * @param {EventTarget} parts.target the window
 * @param {AbortSignal} parts.signal
 * @param {() => void} parts.onChange say it now
 */
export function createPresence({ clock, target, signal, onChange }) {
  let lastInputAt = clock.now();
  let isAway = false;
  /** @type {number | null} */
  let timer = null;

  const goAway = () => {
    const idleMs = clock.now() - lastInputAt;
    if (idleMs < AWAY_AFTER_MS) {
      timer = clock.after(goAway, AWAY_AFTER_MS - idleMs);
      return;
    }
    timer = null;
    isAway = true;
    onChange();
  };
  const wake = () => {
    lastInputAt = clock.now();
    if (timer === null && !signal.aborted) timer = clock.after(goAway, AWAY_AFTER_MS);
    if (!isAway) return;
    isAway = false;
    onChange();
  };

  for (const sign of SIGNS_OF_LIFE) listen(target, sign, wake, signal, { passive: true, capture: true });
  listen(signal, 'abort', () => clock.cancel(timer));
  timer = clock.after(goAway, AWAY_AFTER_MS);

  return {
    /** @returns {'online' | 'away'} */
    status: () => (isAway ? 'away' : 'online'),
    idleMs: () => clock.now() - lastInputAt,
  };
}
