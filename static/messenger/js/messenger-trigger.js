import { listen } from './listen.js';
import { goTo } from './own-host.js';
import { t } from './strings.js';
import { make } from './views/dom.js';
import { addressOf } from './views/addresses.js';
import { contextFrom, conversationTypeFor } from './views/contexts.js';

const TRIGGERS = '[data-messenger-action="new-conversation"], [data-messenger-action="open-conversation"], [data-quick-compose="true"]';

/** Makes "Message supplier" buttons and links work, wherever they are and whenever they come. Starts itself. */
class Trigger {
  constructor() {
    /** @type {AbortController | null} */
    this._life = null;
    /** @type {MutationObserver | null} */
    this._observer = null;
  }

  init() {
    if (this._life) return;
    this._life = new AbortController();
    this.initializeButtons(document);
    this._observer = new MutationObserver((changes) => {
      changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => node instanceof Element && this._adopt(node)));
    });
    this._observer.observe(document.documentElement, { childList: true, subtree: true });
  }

  /** @param {Element} element */
  _adopt(element) {
    if (element.matches(TRIGGERS)) this.attachHandler(element);
    this.initializeButtons(element);
  }

  /** @param {ParentNode} root */
  initializeButtons(root) {
    root.querySelectorAll(TRIGGERS).forEach((element) => this.attachHandler(element));
  }

  /** @param {Element} element once, however often it is found */
  attachHandler(element) {
    if (!(element instanceof HTMLElement) || element.hasAttribute('data-messenger-initialized')) return;
    element.setAttribute('data-messenger-initialized', 'true');
    const signal = this._life ? this._life.signal : undefined;
    listen(element, 'click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button > 0) return;
      event.preventDefault();
      if (element.getAttribute('aria-busy') !== 'true') this._follow(element);
    }, signal);
  }

  /** @param {HTMLElement} element */
  async _follow(element) {
    element.setAttribute('aria-busy', 'true');
    this._refuse(element, '');
    try {
      const engine = await theEngine();
      const user = await engine.whenIdentified();
      if (!user) goTo(`/auth?redirect=${encodeURIComponent(composeAddress(element))}`);
      else if (element.dataset.quickCompose === 'true') await this._compose(element);
      else this._open(element, await this._conversationOf(element));
    } catch (error) {
      this._refuse(element, error instanceof Error && error.message ? error.message : t('trigger.failed'));
    } finally {
      element.removeAttribute('aria-busy');
    }
  }

  /** @param {HTMLElement} element @returns {Promise<string>} the conversation's id */
  async _conversationOf(element) {
    if (element.dataset.messengerAction === 'open-conversation') return element.dataset.conversationId || '';
    const { recipientId } = element.dataset;
    const context = contextFrom(element.dataset);
    const engine = await theEngine();
    const { conversation } = await engine.createConversation({ type: conversationTypeFor(context), participantIds: [recipientId || ''], context });
    return conversation.id;
  }

  /** @param {HTMLElement} element */
  async _compose(element) {
    const { QuickComposeV4 } = await import('./quick-compose-v4.js');
    QuickComposeV4.open(dataOf(element));
  }

  /** @param {HTMLElement} element @param {string} id */
  _open(element, id) {
    const widget = /** @type {import('./elements/messenger-widget.js').MessengerWidget | null} */ (document.querySelector('messenger-widget'));
    if (element.dataset.messengerOpen === 'widget' && widget) widget.openConversation(id);
    else goTo(addressOf({ conversation: id, prefill: element.dataset.prefill }));
  }

  /** @param {HTMLElement} element @param {string} sentence beside the trigger; `''` takes it away */
  _refuse(element, sentence) {
    const there = element.nextElementSibling;
    if (there && there.matches('.messenger-refusal')) there.remove();
    if (sentence) element.after(make('span', { class: 'messenger-refusal', role: 'alert' }, sentence));
  }

  destroy() {
    if (this._observer) this._observer.disconnect();
    if (this._life) this._life.abort();
    this._life = null;
    this._observer = null;
    document.querySelectorAll('[data-messenger-initialized]').forEach((element) => element.removeAttribute('data-messenger-initialized'));
  }
}

/** Loaded with the first click: who only looks pays for nothing. */
async function theEngine() {
  const { getEngine } = await import('./engine.js');
  return getEngine();
}

/** @param {HTMLElement} element */
function dataOf({ dataset }) {
  const { recipientId = '', recipientName, contextType, contextId, contextTitle, contextImage, prefill } = dataset;
  return { recipientId, recipientName, contextType, contextId, contextTitle, contextImage, prefill };
}

/** @param {HTMLElement} element where the same is done without script */
function composeAddress(element) {
  const { recipientId, prefill, conversationId } = element.dataset;
  if (conversationId) return addressOf({ conversation: conversationId });
  const context = contextFrom(element.dataset);
  return addressOf({ recipientId, prefill, ...context });
}

export const MessengerTrigger = new Trigger();
