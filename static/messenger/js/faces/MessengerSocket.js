/**
 * Classic script: `window.MessengerSocket`. Calls made before the modules are here are carried out in order.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.MessengerSocket) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript || document.querySelector('script[src*="/MessengerSocket.js"]'));
  const entry = new URL('../esm/socket.js', script && script.src ? script.src : `${location.origin}/messenger/js/MessengerSocket.js`).href;

  class MessengerSocket {
    /** @param {object} [state] a `MessengerState` that is kept up to date */
    constructor(state) {
      this.state = state || null;
      /** @type {any} */
      this._real = null;
      /** @type {Promise<any> | null} */
      this._loading = null;
    }

    /** @param {string} [userId] another than the session's is ignored */
    connect(userId) {
      return this._call('connect', [userId]);
    }

    disconnect() {
      return this._call('disconnect', []);
    }

    isSocketConnected() {
      return this._real !== null && this._real.isSocketConnected();
    }

    /** @param {string} id */
    joinConversation(id) {
      return this._call('joinConversation', [id]);
    }

    /** @param {string} id */
    leaveConversation(id) {
      return this._call('leaveConversation', [id]);
    }

    /** @param {string} id @param {boolean} isTyping @param {string} [userName] */
    sendTyping(id, isTyping, userName) {
      return this._call('sendTyping', [id, isTyping, userName]);
    }

    /** @param {string} name @param {unknown[]} given */
    _call(name, given) {
      if (!this._loading) {
        this._loading = import(entry).then((module) => {
          this._real = new module.MessengerSocket(this.state);
        });
        this._loading.catch(() => {
          this._loading = null;
        });
      }
      return this._loading.then(() => this._real[name](...given));
    }
  }

  page.MessengerSocket = MessengerSocket;
})();
