/**
 * Classic script: `window.MessengerWidgetV4`. Calls made before the modules are here are carried out in order; where
 * they cannot be loaded, the container says so and offers to try again.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.MessengerWidgetV4) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript || document.querySelector('script[src*="/MessengerWidgetV4.js"]'));
  const entry = new URL('../esm/widget.js', script && script.src ? script.src : `${location.origin}/messenger/js/MessengerWidgetV4.js`).href;

  class MessengerWidgetV4 {
    /** @param {string} containerId @param {object} [options] */
    constructor(containerId, options) {
      this._arguments = [containerId, options];
      this._isOver = false;
      /** @type {any} */
      this._real = null;
      this.container = document.getElementById(containerId);
      if (!this.container) {
        console.warn(`MessengerWidgetV4: there is no element #${containerId}.`);
        return;
      }
      this.container.dataset.state = 'loading';
      this._load();
    }

    _load() {
      this._ready = import(entry).then(
        ({ MessengerWidgetV4: Real }) => {
          if (!this._isOver) this._real = new Real(...this._arguments);
        },
        () => this._fail(),
      );
    }

    _fail() {
      if (!this.container || this._isOver) return;
      const retry = document.createElement('button');
      retry.type = 'button';
      retry.className = 'mwv4__button';
      retry.dataset.action = 'retry';
      retry.textContent = 'Retry';
      retry.addEventListener('click', () => location.reload());
      this.container.dataset.state = 'error';
      this.container.replaceChildren(retry);
    }

    refresh() {
      return this._later('refresh', []);
    }

    /** @param {string} id */
    openConversation(id) {
      return this._later('openConversation', [id]);
    }

    /** @param {string} name @param {unknown[]} values */
    _later(name, values) {
      return Promise.resolve(this._ready).then(() => (this._real ? this._real[name](...values) : undefined));
    }

    destroy() {
      this._isOver = true;
      if (this._real) this._real.destroy();
      this._real = null;
    }
  }

  page.MessengerWidgetV4 = MessengerWidgetV4;
})();
