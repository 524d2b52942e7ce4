/**
 * Classic script: `window.QuickComposeV4`, which starts itself. Calls made before the modules are here are carried out in order.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.QuickComposeV4) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript || document.querySelector('script[src*="/QuickComposeV4.js"]'));
  const entry = new URL('../esm/quick-compose.js', script && script.src ? script.src : `${location.origin}/messenger/js/QuickComposeV4.js`).href;
  /** @type {Promise<any> | null} */
  let modules = null;
  const load = () => {
    if (!modules) {
      modules = import(entry);
      modules.catch(() => {
        modules = null;
      });
    }
    return modules;
  };
  /** @param {string} name @param {unknown[]} values */
  const call = (name, values) => load().then((/** @type {any} */ { QuickComposeV4: real }) => real[name](...values));

  /** @type {Record<string, (...values: unknown[]) => Promise<unknown>>} */
  const face = {};
  ['open', 'attachAll', 'restoreDraftIfPresent'].forEach((name) => {
    face[name] = (...values) => call(name, values);
  });
  page.QuickComposeV4 = face;
  const start = () => void face.attachAll().then(() => face.restoreDraftIfPresent());
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
