/**
 * Classic script: `window.ChatViewV4`. Calls made before the modules are here are carried out in order.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.ChatViewV4) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript || document.querySelector('script[src*="/ChatViewV4.js"]'));
  const entry = new URL('../esm/chat-view.js', script && script.src ? script.src : `${location.origin}/messenger/js/ChatViewV4.js`).href;
  const METHODS = ['init', 'render', 'loadConversation', 'appendMessage', 'prependMessages', 'scrollToBottom', 'showTyping', 'hideTyping', 'reset', 'destroy', '_onNewMessage'];

  class ChatViewV4 {
    /** @param {HTMLElement | string} container @param {object} state @param {object} api @param {object} [options] */
    constructor(container, state, api, options) {
      this.container = container;
      this.state = state;
      this.api = api;
      this._real = import(entry).then(({ ChatViewV4: Real }) => new Real(container, state, api, options));
      this._real.catch(() => console.warn('ChatViewV4: its modules could not be loaded.'));
    }
  }
  METHODS.forEach((name) => {
    Object.defineProperty(ChatViewV4.prototype, name, {
      configurable: true,
      writable: true,
      /** @this {{_real: Promise<any>}} @param {unknown[]} values */
      value(...values) {
        return this._real.then((real) => real[name](...values));
      },
    });
  });
  page.ChatViewV4 = ChatViewV4;
})();
