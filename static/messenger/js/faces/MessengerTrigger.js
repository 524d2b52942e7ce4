/**
 * Classic script: `window.MessengerTrigger`, which finds its buttons by itself. Calls made before the modules are here are carried out in order.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.MessengerTrigger) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript || document.querySelector('script[src*="/MessengerTrigger.js"]'));
  const entry = new URL('../esm/trigger.js', script && script.src ? script.src : `${location.origin}/messenger/js/MessengerTrigger.js`).href;
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
  const call = (name, values) => load().then((/** @type {any} */ { MessengerTrigger: real }) => real[name](...values));

  /** @type {Record<string, (...values: unknown[]) => Promise<unknown>>} */
  const face = {};
  ['init', 'initializeButtons', 'attachHandler', 'destroy'].forEach((name) => {
    face[name] = (...values) => call(name, values);
  });
  page.MessengerTrigger = face;
  const start = () => void face.init();
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
