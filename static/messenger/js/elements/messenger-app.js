import { getEngine } from '../engine.js';
import { listen } from '../listen.js';
import { listed, otherOf, totalUnread } from '../selectors.js';
import { t } from '../strings.js';
import { announce } from '../views/announce.js';
import { addressOf, routeOf, withoutPrefill } from '../views/addresses.js';
import { showConnection } from '../views/connection-banner.js';
import { contextFrom, conversationTypeFor } from '../views/contexts.js';
import { define, find } from '../views/dom.js';
import { badgeOf } from '../views/format.js';
import { wireKeys } from '../views/keys.js';
import { guideTo } from '../views/guidance.js';
import { askOnSessionEnd } from '../views/sessions.js';
import { toastError } from '../views/toasts.js';
import { ChatView } from './chat-view.js';
import { ContactPicker } from './contact-picker.js';
import { ConversationList } from './conversation-list.js';

/** @typedef {import('./chat-view.js').Compose} Compose */

/** The messenger page: which conversation is open, what the address says, and what other scripts may ask of it. */
export class MessengerApp extends HTMLElement {
  #engine = getEngine();
  /** @type {Map<string, string>} what was written to somebody and is not sent, by the address of the new conversation */
  #written = new Map();
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    showConnection(this.#engine, signal);
    askOnSessionEnd(this.#engine, signal);
    wireKeys(this, signal);
    this.#listen(signal);
    this.#engine.store.select(totalUnread, (count) => this.#showTitle(count), { signal });
    this.#openFirst();
    requestAnimationFrame(() => this.setAttribute('data-ready', 'true'));
  }

  disconnectedCallback() {
    if (this.#life) this.#life.abort();
  }

  get chat() {
    return find(this, 'chat-view', ChatView);
  }

  get list() {
    return find(this, 'conversation-list', ConversationList);
  }

  /** @param {string} id @param {import('./chat-view.js').OpenOptions} [options] */
  open(id, options = {}) {
    const address = addressOf({ conversation: id });
    if (routeOf(location.search).conversation === id) history.replaceState(history.state, '', address);
    else history.pushState({ isFromList: this.dataset.view === 'list' }, '', address);
    return this.#showChat(() => this.chat.open(id, options));
  }

  /** Back to the list, where there is room for one pane only. */
  toList() {
    if (history.state && history.state.isFromList) history.back();
    else {
      history.pushState({}, '', addressOf({}));
      this.#follow();
    }
  }

  /** Write to somebody: in the conversation there is, else in one that the first message makes. @param {Compose} compose */
  writeTo(compose) {
    guideTo('check-existing');
    const known = compose.context ? null : this.#directWith(compose.recipientId);
    if (known) {
      this.open(known, { prefill: compose.prefill });
      return;
    }
    history.pushState({ compose, isFromList: this.dataset.view === 'list' }, '', newAddress(compose));
    this.#compose(compose);
  }

  /** @param {() => unknown} show */
  #showChat(show) {
    this.#leaveCompose();
    this.dataset.view = 'chat';
    return show();
  }

  /** @param {Compose} compose what was written to them before comes back */
  #compose(compose) {
    this.#showChat(() => this.chat.openCompose({ ...compose, prefill: this.#written.get(newAddress(compose)) ?? compose.prefill }));
  }

  /** A new conversation has no draft on the server: what is written stays on this page. */
  #leaveCompose() {
    const { compose, composer } = this.chat;
    if (!compose) return;
    this.#written.set(newAddress(compose), composer.text);
    composer.setBusy(false);
  }

  /** @param {string} userId */
  #directWith(userId) {
    const state = this.#engine.store.getState();
    const found = listed(state).find((conversation) => {
      const other = otherOf(state, conversation);
      return conversation.type === 'direct' && !conversation.context && other && other.userId === userId;
    });
    return found ? found.id : null;
  }

  #openFirst() {
    const { view, conversationId, recipientId, recipientName, contextType, contextId, contextTitle } = this.chat.dataset;
    const { prefill, message, isPicking } = routeOf(location.search);
    if (view === 'empty' && isPicking) this.#pick();
    if (view === 'conversation' && conversationId) this.chat.open(conversationId, { messageId: message, prefill });
    if (view !== 'compose' || !recipientId) return;
    const compose = { recipientId, recipientName: recipientName || '', context: contextFrom({ contextType, contextId, contextTitle }), prefill };
    history.replaceState({ compose }, '');
    this.chat.openCompose(compose);
  }

  /** Show what the address says; after back and forward. */
  #follow() {
    const { conversation, message, tab } = routeOf(location.search);
    this.list.show(tab);
    if (conversation) this.#showChat(() => this.chat.open(conversation, { messageId: message }));
    else if (history.state && history.state.compose) this.#compose(history.state.compose);
    else {
      this.#leaveCompose();
      this.dataset.view = 'list';
      this.chat.showEmpty();
    }
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const on = (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(detail: any, event: any) => void} */ run) =>
      listen(target, type, (event) => run(event.detail, event), signal);
    on(window, 'popstate', () => this.#follow());
    on(this, 'messenger-open', ({ id }) => this.open(id));
    on(this, 'messenger-tab', ({ tab }) => this.#showTab(tab));
    on(this, 'messenger-contact', ({ userId, displayName }) => this.writeTo({ recipientId: userId, recipientName: displayName }));
    on(this, 'messenger-first-message', ({ content }) => this.#create(content));
    on(this, 'messenger-gone', () => announce(t('conversation.gone')));
    on(this, 'submit', () => this.#onSent());
    on(this, 'click', (_, event) => this.#onClick(event));
    on(window, 'messenger:conversation-selected', ({ id }) => this.open(String(id)));
    on(window, 'messenger:open-contact-picker', () => this.#pick());
    on(window, 'messenger:open-contact-by-id', (detail) => location.assign(addressOf({ recipientId: String(detail.userId), prefill: detail.prefill, ...detail.context })));
    on(window, 'messenger:mobile-back', () => this.toList());
    on(window, 'messenger:set-reply', ({ message }) => this.chat.reply(message));
  }

  /** @param {string} tab */
  #showTab(tab) {
    const { conversation } = routeOf(location.search);
    history.replaceState(history.state, '', addressOf({ conversation, tab }));
    this.list.show(tab);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest('.messenger-v4__new-convo-btn, [data-action="new-conversation"]')) this.#pick();
    const back = target.closest('#v4BackBtn, [data-action="to-list"], .messenger-v4__brand');
    if (!back || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.toList();
  }

  /** What an address filled in is filled in once. */
  #onSent() {
    const { conversation, prefill } = routeOf(location.search);
    if (conversation && prefill && this.chat.composer.text === '') history.replaceState(history.state, '', withoutPrefill(location.search));
  }

  #pick() {
    guideTo('start');
    find(this, 'contact-picker', ContactPicker).open();
  }

  /** @param {string} content */
  async #create(content) {
    const { compose, composer } = this.chat;
    if (!compose) return;
    composer.setBusy(true);
    try {
      guideTo('create');
      const { conversation } = await this.#engine.createConversation({
        type: conversationTypeFor(compose.context),
        participantIds: [compose.recipientId],
        context: compose.context,
        message: content,
      });
      this.#written.delete(newAddress(compose));
      if (this.chat.compose !== compose) return;
      history.replaceState(history.state, '', addressOf({ conversation: conversation.id }));
      await this.chat.open(conversation.id);
      guideTo('open');
      guideTo('focus-input');
    } catch (error) {
      toastError(error);
    } finally {
      composer.setBusy(false);
    }
  }

  /** @param {number} count */
  #showTitle(count) {
    const title = t('title.page');
    document.title = count > 0 ? t('title.unread', { count: badgeOf(count), title }) : title;
  }
}

/** @param {Compose} compose */
function newAddress({ recipientId, context }) {
  return addressOf({ recipientId, ...context });
}

define('messenger-app', MessengerApp);
