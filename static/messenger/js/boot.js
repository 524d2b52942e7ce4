/** The first view of our own pages needs no request: the server wrote it into the page. */
import { getEngine } from './engine.js';

/** @typedef {import('./types.js').BootData} BootData */

/**
 * @param {Document} [page]
 * @returns {BootData | null} null on pages that carry none
 */
export function readBoot(page = document) {
  const block = page.getElementById('messenger-boot');
  if (!block || !block.textContent) return null;
  try {
    return JSON.parse(block.textContent);
  } catch {
    return null;
  }
}

/** Start the engine with what the page carries. */
export function startPage() {
  const engine = getEngine();
  void engine.start(readBoot());
  return engine;
}

/** The engine of a host page: started once its document is read, since boot data may stand below us. */
export function startHostPage() {
  const engine = getEngine();
  if (document.readyState !== 'loading') void engine.start(readBoot());
  else document.addEventListener('DOMContentLoaded', () => void engine.start(readBoot()), { once: true });
  return engine;
}
