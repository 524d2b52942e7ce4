/** Listeners that end with their owner's signal, also where `addEventListener` does not know `signal` (Safari 14). */

let listening = 0;

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => void} handler
 * @param {AbortSignal} [signal] the listener ends when it aborts
 * @param {AddEventListenerOptions} [options]
 * @returns {() => void} ends it now
 */
export function listen(target, type, handler, signal, options) {
  let isOn = true;
  const stop = () => {
    if (!isOn) return;
    isOn = false;
    listening -= 1;
    target.removeEventListener(type, handler, options);
    if (signal) signal.removeEventListener('abort', stop);
  };
  if (signal && signal.aborted) return () => {};
  listening += 1;
  target.addEventListener(type, handler, options);
  if (signal) signal.addEventListener('abort', stop);
  return stop;
}

/** How many listeners of ours are on. */
export function listenerCount() {
  return listening;
}
