import { getEngine } from '../engine.js';
import { listen } from '../listen.js';
import { canEdit, conversationOf, isOwn, messagesOf, presenceOf, typistsOf, otherOf } from '../selectors.js';
import { t } from '../strings.js';
import { announce } from '../views/announce.js';
import { wordsOf } from '../views/attachments.js';
import { showComposeHead, showContext, showHead } from '../views/chat-head.js';
import { define, find, part, setText, tell } from '../views/dom.js';
import { wireMenu } from '../views/menus.js';
import { doToConversation, doToMessage } from '../views/message-deeds.js';
import { toast, toastError } from '../views/toasts.js';
import { MessageComposer } from './message-composer.js';
import { MessageList } from './message-list.js';

/** @typedef {{recipientId: string, recipientName: string, context?: import('../views/contexts.js').NewContext, prefill?: string}} Compose */
/** @typedef {{messageId?: string, prefill?: string}} OpenOptions */

const UNAVAILABLE = new Set([400, 403, 404]);

/** The right pane: a conversation, a new one being composed, nothing, or "not available". */
export class ChatView extends HTMLElement {
  #engine = getEngine();
  /** @type {string | null} */
  #id = null;
  /** @type {string} the newest message that was spoken */
  #spoken = '';
  /** @type {Compose | null} */
  compose = null;
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const { store } = this.#engine;
    store.select((state) => this.#relevant(state), () => this.#showHead(), { signal });
    ['messenger:v4:message', 'messenger:new-message'].forEach((name) => listen(window, name, (event) => this._onNewMessage(event), signal));
    listen(this, 'messenger-message-action', (event) => this.#onAction(event.detail), signal);
    listen(this, 'messenger-unseen', (event) => this.#showUnseen(event.detail), signal);
    listen(this, 'messenger-edit-last', () => this.#editLast(), signal);
    listen(this, 'messenger-sent', () => this.#list.followSent(), signal);
    listen(this, 'messenger-refused', (event) => toastError(event.detail.error), signal);
    listen(find(this, '#v4ScrollToBottom', HTMLElement), 'click', () => this.#list.toNewest().catch(toastError), signal);
    wireMenu(find(this, '#v4ChatMenuBtn', HTMLElement), find(this, '#v4ChatMenu', HTMLElement), {
      signal,
      onOpen: () => this.#nameMenu(),
      onChoose: (action) => this.#id && doToConversation(this.#engine, action, this.#id),
    });
  }

  disconnectedCallback() {
    if (this.#life) this.#life.abort();
  }

  get #list() {
    return find(this, 'message-list', MessageList);
  }

  get composer() {
    return find(this, 'message-composer', MessageComposer);
  }

  /** @param {string} id @param {OpenOptions} [options] */
  async open(id, { messageId, prefill } = {}) {
    this.#id = id;
    this.compose = null;
    const isKnown = conversationOf(this.#engine.store.getState(), id) !== null;
    const opening = this.#engine.openConversation(id, messageId ? { messageId } : {});
    if (isKnown) this.#start(id, prefill);
    try {
      await opening;
      if (this.#id !== id) return;
      if (!isKnown) this.#start(id, prefill);
      if (messageId) await this.#list.reveal(messageId);
    } catch (error) {
      if (this.#id !== id) return;
      const isMissing = UNAVAILABLE.has(/** @type {{status?: number}} */ (error).status || 0);
      if (isMissing && messageId) await this.#openWithout(id, prefill);
      else if (isMissing) this.showUnavailable();
      // the list says itself that it could not be loaded
      else if (messageId || !isKnown) toastError(error);
    }
  }

  /** The message that was named is not there; the conversation may be. @param {string} id @param {string} [prefill] */
  async #openWithout(id, prefill) {
    await this.open(id, { prefill });
    if (this.#id === id) toast({ text: t('message.unavailable') });
  }

  /** @param {Compose} compose */
  openCompose(compose) {
    this.#close();
    this.compose = compose;
    this.#show('compose');
    showComposeHead(this, compose);
    const { context } = compose;
    showContext(this, context ? { type: context.type, title: context.referenceTitle || '', href: null } : null);
    this.composer.open(null, { prefill: compose.prefill });
    this.composer.focusWhereFit();
  }

  showEmpty() {
    this.#close();
    this.#show('empty');
  }

  showUnavailable() {
    this.#close();
    this.#show('unavailable');
  }

  /**
   * Speaks others' messages in the open conversation: each once, under whichever of its two names it comes; never
   * history.
   *
   * @param {CustomEvent<{conversationId: string, message: import('../types.js').Message, source?: string}>} event
   */
  _onNewMessage({ detail: { conversationId, message, source } }) {
    if (conversationId !== this.#id || source === 'sync' || message.id === this.#spoken) return;
    this.#spoken = message.id;
    if (isOwn(this.#engine.store.getState(), message)) return;
    announce(t('message.from', { name: message.senderName, text: wordsOf(message) }));
  }

  /** @param {import('../types.js').Message | null} message */
  reply(message) {
    this.composer.reply(message);
  }

  /** @param {string} id @param {string} [prefill] */
  #start(id, prefill) {
    this.#show('conversation');
    this.dataset.conversationId = id;
    this.#showHead();
    this.#list.open(id);
    this.composer.open(id, { prefill });
    this.composer.focusWhereFit();
  }

  #close() {
    if (this.#id) this.#engine.closeConversation();
    this.#id = null;
    this.compose = null;
    this.#list.close();
    delete this.dataset.conversationId;
  }

  /** @param {'empty' | 'conversation' | 'compose' | 'unavailable'} view */
  #show(view) {
    this.dataset.view = view;
    this.querySelectorAll('[data-shows]').forEach((element) => {
      if (element instanceof HTMLElement) element.hidden = !(element.dataset.shows || '').split(' ').includes(view);
    });
    if (view !== 'conversation') showContext(this, null);
  }

  /** The parts of the state that the header shows, as one value. @param {import('../types.js').State} state */
  #relevant(state) {
    const conversation = conversationOf(state, this.#id);
    if (!conversation) return this.#id && this.dataset.view === 'conversation' ? 'gone' : null;
    const other = otherOf(state, conversation);
    const presence = other ? presenceOf(state, other.userId) : null;
    const typing = typistsOf(state, conversation.id).map(({ userName }) => userName).join();
    return `${conversation.id} ${conversation.version} ${conversation.privateVersion} ${conversation.participantCount} ${presence ? presence.status + presence.lastSeen : ''} ${typing}`;
  }

  #showHead() {
    if (!this.#id || this.dataset.view !== 'conversation') return;
    const state = this.#engine.store.getState();
    const conversation = conversationOf(state, this.#id);
    if (conversation) showHead(this, conversation, state);
    else {
      this.showUnavailable();
      tell(this, 'messenger-gone');
    }
  }

  /** @param {{count: number, isAtEnd: boolean}} unseen */
  #showUnseen({ count, isAtEnd }) {
    const button = find(this, '#v4ScrollToBottom', HTMLElement);
    button.hidden = isAtEnd;
    button.dataset.count = String(count);
    const pill = part(button, 'count');
    pill.hidden = count === 0;
    setText(pill, String(count));
    setText(part(button, 'words'), count > 0 ? t('bottom.count', { count }) : t('bottom.newest'));
  }

  /** @param {{action: string, message: import('../types.js').Message, pending: import('../types.js').Pending | null, emoji?: string}} subject */
  #onAction({ action, message, pending, emoji }) {
    if (action === 'reply') this.composer.reply(message);
    else if (action === 'edit') this.composer.edit(message);
    else doToMessage(this.#engine, action, { message, pending, emoji });
  }

  #editLast() {
    const state = this.#engine.store.getState();
    const row = messagesOf(state, this.#id || '').filter(({ message }) => canEdit(state, message, Date.now())).pop();
    if (row) this.composer.edit(row.message);
  }

  #nameMenu() {
    const conversation = conversationOf(this.#engine.store.getState(), this.#id);
    if (!conversation) return;
    const { isPinned, isMuted, isArchived } = conversation;
    const words = { pin: isPinned ? 'unpin' : 'pin', mute: isMuted ? 'unmute' : 'mute', archive: isArchived ? 'unarchive' : 'archive' };
    Object.entries(words).forEach(([action, key]) => {
      setText(part(find(this, `#v4ChatMenu [data-action="${action}"]`, HTMLElement), 'words'), t(`menu.${key}`));
    });
  }
}

define('chat-view', ChatView);
