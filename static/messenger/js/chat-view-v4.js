import { listen } from './listen.js';
import { t } from './strings.js';
import { arrange, find, make, setText } from './views/dom.js';
import { withLinks } from './views/links.js';
import { isWithin, rowLabel } from './widget/chat-rows.js';

/** @typedef {import('./types.js').Message} Message */

const NEAR_PX = 100;

/**
 * A plain chat on a host page, over a `MessengerState` and a `MessengerAPI` that the page made.
 *
 * Both window events of a new message are heard; one id is one row.
 */
export class ChatViewV4 {
  /**
   * @param {HTMLElement | string} container
   * @param {any} state a `MessengerState`
   * @param {any} api a `MessengerAPI`
   * @param {{conversationId?: string}} [options]
   */
  constructor(container, state, api, options = {}) {
    this.container = typeof container === 'string' ? document.getElementById(container) : container;
    this.state = state;
    this.api = api;
    this.options = options;
    /** @type {string | null} */
    this.conversationId = null;
    /** @type {Message[]} */
    this._messages = [];
    /** @type {AbortController | null} */
    this._life = null;
    if (!this.container) console.warn('ChatViewV4: there is no container.');
  }

  init() {
    if (!this.container || this._life) return this;
    this._life = new AbortController();
    const { signal } = this._life;
    ['messenger:v4:message', 'messenger:new-message'].forEach((name) => listen(window, name, (event) => this._onNewMessage(event), signal));
    listen(window, 'messenger:typing', ({ detail }) => this._onTyping(detail), signal);
    listen(window, 'messenger:message-edited', ({ detail }) => detail.message && this._replace(detail.message), signal);
    listen(window, 'messenger:message-deleted', ({ detail }) => this._remove(detail.messageId), signal);
    this.render();
    if (this.options.conversationId) this.loadConversation(this.options.conversationId);
    return this;
  }

  render() {
    if (!this.container) return;
    const form = make('form', { class: 'mwv4__deeds' }, make('textarea', { class: 'mwv4__textarea', rows: 2, dir: 'auto', 'aria-label': t('quick.message') }), make('button', { type: 'submit', class: 'mwv4__button mwv4__button--main' }, t('widget.send')));
    const view = make('section', { class: 'messenger-chatv4' }, make('div', { class: 'messenger-chatv4__rows', role: 'log', 'aria-live': 'off', tabindex: 0 }), make('p', { class: 'messenger-chatv4__typing' }), form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this._send(find(form, 'textarea', HTMLTextAreaElement));
    });
    this.container.replaceChildren(view);
    this._draw();
  }

  /** @param {string} id */
  async loadConversation(id) {
    this.conversationId = String(id);
    const { messages } = await this.api.getMessages(this.conversationId);
    if (this.conversationId !== String(id)) return;
    if (this.state && this.state.setMessages) this.state.setMessages(this.conversationId, messages);
    this._messages = messages;
    this._draw();
    this.scrollToBottom(false);
  }

  /** @param {Message} message */
  appendMessage(message) {
    const isNear = this._isNearEnd();
    this._messages = isWithin(this._messages, message) ? this._messages : [...this._messages, message].sort((a, b) => a.seq - b.seq);
    this._draw();
    if (isNear) this.scrollToBottom(false);
  }

  /** @param {Message[]} messages older ones */
  prependMessages(messages) {
    const rows = this._rows();
    const fromEnd = rows ? rows.scrollHeight - rows.scrollTop : 0;
    this._messages = [...messages.filter((message) => !isWithin(this._messages, message)), ...this._messages];
    this._draw();
    if (rows) rows.scrollTop = rows.scrollHeight - fromEnd;
  }

  /** @param {boolean} [smooth] */
  scrollToBottom(smooth = true) {
    const rows = this._rows();
    if (rows) rows.scrollTo({ top: rows.scrollHeight, behavior: smooth ? 'smooth' : 'auto' });
  }

  /** @param {string} name */
  showTyping(name) {
    this._say(t('typing.one', { name }));
  }

  hideTyping() {
    this._say('');
  }

  reset() {
    this.conversationId = null;
    this._messages = [];
    this._draw();
    this.hideTyping();
  }

  destroy() {
    if (this._life) this._life.abort();
    this._life = null;
    if (this.container) this.container.replaceChildren();
  }

  /** @param {CustomEvent} event of either name */
  _onNewMessage({ detail }) {
    if (detail && String(detail.conversationId) === this.conversationId) this.appendMessage(detail.message);
  }

  /** @param {{conversationId: string, isTyping: boolean, userName: string}} detail */
  _onTyping({ conversationId, isTyping, userName }) {
    if (String(conversationId) !== this.conversationId) return;
    if (isTyping) this.showTyping(userName);
    else this.hideTyping();
  }

  /** @param {Message} message */
  _replace(message) {
    this._messages = this._messages.map((known) => (known.id === message.id ? message : known));
    this._draw();
  }

  /** @param {string} id */
  _remove(id) {
    this._messages = this._messages.map((known) => (known.id === String(id) ? { ...known, isDeleted: true, content: '' } : known));
    this._draw();
  }

  /** @param {HTMLTextAreaElement} box */
  async _send(box) {
    const content = box.value.trim();
    if (!content || !this.conversationId) return;
    box.value = '';
    try {
      const { message } = await this.api.sendMessage(this.conversationId, content);
      this.appendMessage(message);
      this.scrollToBottom(false);
    } catch (error) {
      if (box.value === '') box.value = content;
      this._say(error instanceof Error ? error.message : t('error.generic'));
    }
  }

  _draw() {
    const rows = this._rows();
    if (!rows) return;
    const known = new Map(Array.from(rows.children, (row) => [row.getAttribute('data-id'), row]));
    const own = this.state && this.state.currentUser ? String(this.state.currentUser.id) : '';
    arrange(rows, this._messages.map((message) => {
      const row = known.get(message.id) || make('div', { role: 'article', 'data-id': message.id });
      row.className = `messenger-chatv4__row messenger-chatv4__row--${message.senderId === own ? 'sent' : 'received'}`;
      row.setAttribute('aria-label', rowLabel(message));
      const text = message.isDeleted ? t('message.deleted') : message.content;
      if (row.textContent !== text) row.replaceChildren(withLinks(text));
      return row;
    }));
  }

  /** @param {string} words */
  _say(words) {
    const line = this.container ? this.container.querySelector('.messenger-chatv4__typing') : null;
    if (line) setText(line, words);
  }

  /** @returns {HTMLElement | null} */
  _rows() {
    return this.container ? this.container.querySelector('.messenger-chatv4__rows') : null;
  }

  _isNearEnd() {
    const rows = this._rows();
    return !rows || rows.scrollHeight - rows.scrollTop - rows.clientHeight < NEAR_PX;
  }
}
