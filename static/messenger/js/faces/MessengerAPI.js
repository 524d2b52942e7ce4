/**
 * Classic script: `window.MessengerAPI`. The class is there once this has run; its methods wait for the modules.
 */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  if (page.MessengerAPI) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript || document.querySelector('script[src*="/MessengerAPI.js"]'));
  const entry = new URL('../esm/api.js', script && script.src ? script.src : `${location.origin}/messenger/js/MessengerAPI.js`).href;
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
  const METHODS = [
    'request', 'createConversation', 'getConversations', 'getConversation', 'updateConversation', 'deleteConversation', 'getMessages',
    'sendMessage', 'editMessage', 'deleteMessage', 'toggleReaction', 'markAsRead', 'markAsUnread', 'sendTyping', 'searchMessages',
    'getContacts', 'searchContacts', 'getUnreadCount', 'sync', 'uploadAttachment', 'reportMessage', 'block', 'unblock',
  ];

  class MessengerAPI {
    constructor() {
      this.baseUrl = '/api/v4/messenger';
    }

    getCsrfToken() {
      const cookie = ['csrf', 'csrfToken'].map(cookieValue).find(Boolean);
      const meta = document.querySelector('meta[name="csrf-token"]');
      const found = [cookie, meta && meta.getAttribute('content'), page.__CSRF_TOKEN__, page.csrfToken];
      return found.find((value) => typeof value === 'string' && value) || '';
    }
  }

  /** @param {string} name the whole value, `=` included */
  function cookieValue(name) {
    const pair = document.cookie.split(';').map((part) => part.trim()).find((part) => part.startsWith(`${name}=`));
    return pair ? pair.slice(name.length + 1) : '';
  }

  /** @type {WeakMap<object, Promise<any>>} */
  const realOf = new WeakMap();
  /** @param {MessengerAPI} face */
  const real = (face) => {
    const known = realOf.get(face);
    if (known) return known;
    const made = load().then((module) => new module.MessengerAPI());
    made.catch(() => realOf.delete(face));
    realOf.set(face, made);
    return made;
  };
  for (const name of METHODS) {
    Object.defineProperty(MessengerAPI.prototype, name, {
      configurable: true,
      writable: true,
      /** @this {MessengerAPI} @param {unknown[]} given */
      value(...given) {
        return real(this).then((api) => Object.assign(api, { baseUrl: this.baseUrl })[name](...given));
      },
    });
  }
  page.MessengerAPI = MessengerAPI;
})();
