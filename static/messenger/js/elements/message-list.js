import { getEngine } from '../engine.js';
import { listen } from '../listen.js';
import { connectionOf, conversationOf, isOwn, messagesOf } from '../selectors.js';
import { t } from '../strings.js';
import { arrange, define, make, tell } from '../views/dom.js';
import { MessageActions } from '../views/message-actions.js';
import { elementsOf } from '../views/message-rows.js';
import { Scrolling } from '../views/scrolling.js';
import { MessageItem } from './message-item.js';

/** @typedef {import('../selectors.js').Row} Row */

const LOAD_WITHIN_PX = 600;
const GENTLY_WITHIN_SCREENS = 3;

/**
 * The messages of one conversation. Tells `messenger-message-action {action, message, pending, emoji?}` and
 * `messenger-unseen {count, isAtEnd}`.
 */
export class MessageList extends HTMLElement {
  #engine = getEngine();
  #id = '';
  #readUpTo = Infinity;
  #seenSeq = 0;
  /** Whether the view stands where it opens: nothing counts as read before. */
  #isPlaced = false;
  /** @type {Map<string, {key: string, top: number}>} */
  #left = new Map();
  #scrolling = new Scrolling(this, () => this.#isCut);
  /** @type {MessageActions | null} */
  #actions = null;
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    const life = new AbortController();
    this.#life = life;
    const { signal } = life;
    this.#actions = new MessageActions(this, () => this.#engine.store.getState(), signal);
    listen(this, 'scroll', () => this.#onScroll(), signal, { passive: true });
    listen(this, 'click', (event) => this.#onClick(event), signal);
    listen(this, 'keydown', (event) => this.#onKey(event), signal);
    ['focus', 'visibilitychange'].forEach((type) => listen(type === 'focus' ? window : document, type, () => this.#markVisible(), signal));
    const resized = new ResizeObserver(() => this.#scrolling.isAtEnd && this.#scrolling.toEnd());
    resized.observe(this);
    listen(signal, 'abort', () => resized.disconnect());
    this.#engine.store.select((state) => messagesOf(state, this.#id), () => this.#draw(), { signal });
    this.#engine.store.select((state) => state.windows[this.#id], () => this.#onWindow(), { signal });
    this.#engine.store.select((state) => (conversationOf(state, this.#id) || { lastSeq: 0 }).lastSeq, () => this.#count(), { signal });
    this.#engine.store.select((state) => connectionOf(state).mode, (mode) => mode !== 'offline' && this.#tryAgain(), { signal });
  }

  disconnectedCallback() {
    if (this.#life) this.#life.abort();
  }

  /** @param {string} id the conversation, whose rows may still be on their way */
  open(id) {
    if (id === this.#id) return;
    this.#leave();
    this.#id = id;
    const state = this.#engine.store.getState();
    const conversation = conversationOf(state, id);
    this.#readUpTo = conversation && conversation.unreadCount > 0 ? conversation.lastReadSeq : Infinity;
    this.toggleAttribute('data-many', Boolean(conversation && (conversation.type === 'group' || (conversation.participantCount || 0) > 2)));
    this.#isPlaced = false;
    this.#draw();
  }

  close() {
    this.#leave();
    this.replaceChildren();
  }

  /** To the end, gently where it is near. */
  async toNewest() {
    const window = this.#engine.store.getState().windows[this.#id];
    const isFar = this.scrollHeight - this.scrollTop > GENTLY_WITHIN_SCREENS * this.clientHeight;
    if (window && window.hasNewer) await this.#engine.loadLatest(this.#id);
    this.#draw();
    this.#scrolling.toEnd(!isFar && !(window && window.hasNewer));
  }

  /** Something was sent from here: it comes after what may not be loaded yet. */
  followSent() {
    if (this.#isCut) this.#try(this.toNewest());
  }

  /** Show and mark one message, loading what lies around it. @param {string} messageId */
  async reveal(messageId) {
    if (!this.#itemOf(messageId)) await this.#engine.loadAround(this.#id, { messageId });
    this.#draw();
    const item = this.#itemOf(messageId);
    if (!item) return;
    this.#scrolling.to(item, 0.35);
    item.removeAttribute('data-highlighted');
    requestAnimationFrame(() => item.setAttribute('data-highlighted', ''));
    item.focus({ preventScroll: true });
  }

  #draw() {
    if (!this.#id) return;
    const state = this.#engine.store.getState();
    const rows = messagesOf(state, this.#id);
    const known = new Map(Array.from(this.children, (child) => [child.getAttribute('data-key') || '', child]));
    const newest = rows[rows.length - 1];
    const isJustSent = newest !== undefined && newest.pending !== null && !known.has(newest.key);
    const change = () => arrange(this, this.#withNote(elementsOf(rows, state, { known, readUpTo: this.#readUpTo })));
    if (isJustSent) {
      change();
      this.#scrolling.toEnd();
    } else this.#scrolling.keeping(change);
    if (!this.#isPlaced && rows.length > 0) this.#place();
    this.#count();
    this.#markVisible();
  }

  /** @param {Element[]} elements @returns {Element[]} */
  #withNote(elements) {
    if (elements.length > 0) return elements;
    const window = this.#engine.store.getState().windows[this.#id];
    const note = make('p', { class: 'messenger-v4__messages-note' });
    if (window && window.error) note.append(window.error, make('button', { class: 'button', type: 'button', 'data-action': 'reload' }, t('error.retry')));
    else if (window && !window.hasOlder && !window.hasNewer) note.append(t('messages.none'));
    else {
      note.toggleAttribute('data-loading', true);
      note.append(t('messages.loading'));
    }
    return [note];
  }

  #place() {
    this.#isPlaced = true;
    const left = this.#left.get(this.#id);
    const divider = this.querySelector('.messenger-v4__unread-divider');
    if (divider) this.#scrolling.to(divider, 0.25);
    else if (left) this.#scrolling.restore(left);
    else this.#scrolling.toEnd();
  }

  #leave() {
    if (!this.#id) return;
    const anchor = this.#scrolling.isAtEnd ? null : this.#scrolling.anchor();
    if (anchor) this.#left.set(this.#id, anchor);
    else this.#left.delete(this.#id);
    this.#id = '';
    this.#seenSeq = 0;
    this.#scrolling.toEnd();
  }

  #onScroll() {
    this.#scrolling.note();
    this.#count();
    this.#markVisible();
    this.#fill();
  }

  #onWindow() {
    if (!this.querySelector('message-item')) this.#draw();
    this.#fill();
  }

  /** What could not be loaded is loaded as soon as there is a connection again. */
  #tryAgain() {
    const window = this.#engine.store.getState().windows[this.#id];
    if (!window || !window.error) return;
    if (window.rows.length === 0) this.#try(this.#engine.loadLatest(this.#id));
    else this.#fill(true);
  }

  /** Load what the view is about to reach. @param {boolean} [isAgain] though it failed before */
  #fill(isAgain = false) {
    const window = this.#engine.store.getState().windows[this.#id];
    if (!window || window.loading || (window.error && !isAgain)) return;
    if (window.hasOlder && this.scrollTop < LOAD_WITHIN_PX) this.#try(this.#engine.loadOlder(this.#id));
    else if (window.hasNewer && this.scrollHeight - this.scrollTop - this.clientHeight < LOAD_WITHIN_PX) this.#try(this.#engine.loadNewer(this.#id));
  }

  /** @param {Promise<unknown>} loading an error stays in the store's window and is shown from there */
  #try(loading) {
    loading.catch(() => this.#draw());
  }

  /** Whether the rows end before the newest message: what follows is not loaded. */
  get #isCut() {
    const window = this.#engine.store.getState().windows[this.#id];
    return Boolean(window && window.hasNewer && window.rows.length > 0);
  }

  /** What came since the view was at the end, or since it was opened elsewhere. */
  #count() {
    const state = this.#engine.store.getState();
    const conversation = conversationOf(state, this.#id);
    const rows = messagesOf(state, this.#id);
    const { isAtEnd } = this.#scrolling;
    const newest = this.#isCut && conversation ? conversation.lastSeq : rows.reduce((most, { message }) => Math.max(most, message.seq), 0);
    if (isAtEnd || this.#seenSeq === 0) this.#seenSeq = newest;
    const unseen = rows.filter(({ message }) => message.seq > this.#seenSeq && !isOwn(state, message));
    tell(this, 'messenger-unseen', { count: this.#isCut ? newest - this.#seenSeq : unseen.length, isAtEnd });
  }

  #markVisible() {
    const conversation = conversationOf(this.#engine.store.getState(), this.#id);
    if (!conversation || !this.#isPlaced || document.visibilityState !== 'visible' || !document.hasFocus()) return;
    const end = this.getBoundingClientRect().bottom;
    for (let row = this.lastElementChild; row; row = row.previousElementSibling) {
      const box = row.getBoundingClientRect();
      const seq = Number(row.getAttribute('data-seq') || 0);
      if (seq > 0 && box.top + box.height / 2 <= end) {
        if (seq > conversation.lastReadSeq) this.#engine.markRead(this.#id, seq);
        return;
      }
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target.closest('button') : null;
    if (!target || !this.contains(target)) return;
    const item = target.closest('message-item');
    const action = target.getAttribute('data-action');
    if (action === 'react' && this.#actions) this.#actions.toggleQuick();
    else if (action === 'reload') this.#try(this.#engine.loadLatest(this.#id));
    else if (target.hasAttribute('data-target-id')) this.#try(this.reveal(target.getAttribute('data-target-id') || ''));
    else if (item instanceof MessageItem && item.row) this.#act(item.row, target, action);
  }

  /** @param {Row} row @param {Element} button @param {string | null} action */
  #act({ message, pending }, button, action) {
    const emoji = button.getAttribute('data-quick') || button.getAttribute('data-emoji');
    if (emoji && this.#actions) this.#actions.toggleQuick(false);
    if (emoji || action) tell(this, 'messenger-message-action', { action: emoji ? 'react' : action, message, pending, emoji });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const items = Array.from(this.querySelectorAll('message-item'));
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const steps = { ArrowUp: at < 0 ? items.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 };
    if (!(event.key in steps) || (document.activeElement !== this && !(document.activeElement instanceof MessageItem))) return;
    const next = items[steps[/** @type {keyof typeof steps} */ (event.key)]];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  }

  /** @param {string} messageId */
  #itemOf(messageId) {
    const item = this.querySelector(`message-item[data-id="${CSS.escape(messageId)}"]`);
    return item instanceof MessageItem ? item : null;
  }
}

define('message-list', MessageList);
