import { listen } from '../listen.js';
import { goTo } from '../own-host.js';
import { getEngine } from '../engine.js';
import { conversationOf, listed, sendRefusal, titleOf, totalUnread } from '../selectors.js';
import { t } from '../strings.js';
import { arrange, define, find, make, setAttribute, setText } from '../views/dom.js';
import { badgeOf } from '../views/format.js';
import { chosen } from '../widget/choosing.js';
import { lengthOf, makeItem, makePanel, showItem } from '../widget/item.js';
import { showUnsent } from '../widget/unsent.js';

/** @typedef {import('../widget/choosing.js').Choice} Choice */

const COUNT_FROM = 0.9;
const BONES = 3;
const SHOWN = /** @type {const} */ (['conversations', 'user', 'lists', 'unreadCount', 'pending']);

/**
 * The newest conversations on a host page, with a quick reply in place. `data-state` of the container says how it is:
 * `loading`, `ready`, `empty`, `error`, `anonymous`.
 */
export class MessengerWidget extends HTMLElement {
  constructor() {
    super();
    this._engine = getEngine();
    /** @type {Choice} */
    this.choice = { search: '', filter: 'all', sort: 'newest', maxItems: 5 };
    this.showQuickReply = true;
    /** @type {((conversation: import('../types.js').Conversation) => string) | null} */
    this.conversationUrlBuilder = null;
    /** @type {(() => void) | null} */
    this.onRendered = null;
    this._said = '';
    /** @type {AbortController | null} */
    this._life = null;
  }

  connectedCallback() {
    this._life = new AbortController();
    const { signal } = this._life;
    this.classList.add('mwv4');
    this._list = make('ul', { class: 'mwv4__list', 'aria-label': t('widget.heading') });
    this._note = make('div', { class: 'mwv4__state' });
    this._badge = make('span', { class: 'mwv4__badge', hidden: true });
    this.replaceChildren(
      make('div', { class: 'mwv4__head' }, make('p', { class: 'mwv4__title', role: 'heading', 'aria-level': 2 }, t('widget.heading'), ' ', this._badge), make('a', { class: 'mwv4__link', href: '/messenger/?new=true' }, t('widget.new'))),
      this._note,
      this._list,
      make('p', { class: 'mwv4__foot' }, make('a', { class: 'mwv4__link', href: '/messenger/' }, t('widget.all'))),
    );
    listen(this, 'click', (event) => this._onClick(event), signal);
    listen(this, 'submit', (event) => this._onSubmit(event), signal);
    listen(this, 'input', () => this._showPanel(), signal);
    listen(this, 'keydown', (event) => event.key === 'Escape' && this._closePanel(), signal);
    this._engine.store.subscribe((state, before) => {
      const isChanged = SHOWN.some((part) => state[part] !== before[part]);
      if (isChanged && !signal.aborted) this.draw();
    });
    this._show('loading');
    this._begin();
  }

  disconnectedCallback() {
    if (this._life) this._life.abort();
  }

  async _begin() {
    const user = await this._engine.whenIdentified();
    if (!user) this._show('anonymous');
    else await this.refresh();
  }

  async refresh() {
    try {
      await this._engine.loadConversations('all');
      this.draw();
    } catch (error) {
      this._show('error');
    }
  }

  /** @param {string} id its panel, or its page where quick replies are off */
  openConversation(id) {
    const item = this.querySelector(`.mwv4__item[data-conversation-id="${CSS.escape(id)}"]`);
    if (item instanceof HTMLElement && this.showQuickReply) this._openPanel(item);
    else goTo(this._href(id));
  }

  draw() {
    const state = this._engine.store.getState();
    const list = state.lists.all;
    if (!state.user || !this._list || !(list && list.loaded)) return;
    const conversations = chosen(state, this.choice);
    const known = new Map(Array.from(this._list.children, (item) => [item.getAttribute('data-conversation-id'), item]));
    const items = conversations.map((conversation) => {
      const there = known.get(conversation.id);
      const item = there instanceof HTMLLIElement ? there : makeItem(conversation.id);
      showItem(item, conversation, state, this._href(conversation.id));
      showUnsent(item, state.pending[conversation.id] || []);
      return item;
    });
    arrange(this._list, items);
    this._showPanel();
    this._showBadge(totalUnread(state));
    this._show(items.length > 0 ? 'ready' : 'empty', items.length === 0 && listed(state).length > 0 ? 'none' : undefined);
    if (this.onRendered) this.onRendered();
  }

  /** @param {string} id */
  _href(id) {
    const conversation = conversationOf(this._engine.store.getState(), id);
    return this.conversationUrlBuilder && conversation ? this.conversationUrlBuilder(conversation) : `/messenger/?conversation=${id}`;
  }

  /** @param {number} count */
  _showBadge(count) {
    if (!this._badge) return;
    this._badge.hidden = count === 0;
    setText(this._badge, badgeOf(count));
    setAttribute(this._badge, 'aria-label', t('badge.label', { count }));
  }

  /** @param {'loading' | 'ready' | 'empty' | 'error' | 'anonymous'} state @param {string} [words] where the state's own do not fit */
  _show(state, words = state) {
    if (this.parentElement) this.parentElement.dataset.state = state;
    if (this._said === words || !this._note || !this._list) return;
    this._said = words;
    this._list.hidden = state !== 'ready';
    this._note.replaceChildren(...this._words(words));
  }

  /** @param {string} state @returns {HTMLElement[]} */
  _words(state) {
    if (state === 'ready') return [];
    if (state === 'loading') {
      const bones = Array.from({ length: BONES }, () => make('div', { class: 'mwv4__bone' }));
      return [make('div', { role: 'status', 'aria-label': t('widget.loading') }, ...bones)];
    }
    const note = make('p', { class: `mwv4__note mwv4__note--${state}` }, t(`widget.${state}`), ' ');
    if (state === 'error') note.append(make('button', { type: 'button', class: 'mwv4__button', 'data-action': 'retry' }, t('error.retry')));
    if (state === 'anonymous') note.append(make('a', { class: 'mwv4__link', href: `/auth?redirect=${encodeURIComponent(location.pathname + location.search)}` }, t('widget.signIn')));
    return [note];
  }

  /** @param {MouseEvent} event */
  _onClick(event) {
    const target = event.target instanceof Element ? event.target.closest('[data-action]') : null;
    if (!target || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const action = target.getAttribute('data-action');
    if (action === 'cancel') this._closePanel();
    const unsent = target.closest('.mwv4__unsent');
    if (unsent) this._settle(unsent, action);
    else if (action === 'retry') {
      this._show('loading');
      this.refresh();
    }
    const item = target.closest('.mwv4__item');
    const opens = action === 'open' && target.classList.contains('mwv4__row') && this.showQuickReply;
    if (!opens || !(item instanceof HTMLElement) || item.querySelector('.mwv4__reply-panel')) return;
    event.preventDefault();
    this._openPanel(item);
  }

  /** @param {Element} unsent @param {string | null} action */
  _settle(unsent, action) {
    const nonce = unsent.getAttribute('data-nonce') || '';
    const item = unsent.parentElement;
    if (action === 'retry') this._engine.retry(nonce);
    if (action === 'discard') this._engine.discard(nonce);
    if (item) find(item, '.mwv4__row', HTMLElement).focus();
  }

  /** @param {HTMLElement} item */
  _openPanel(item) {
    this._closePanel();
    const id = item.getAttribute('data-conversation-id') || '';
    const state = this._engine.store.getState();
    const conversation = conversationOf(state, id);
    const panel = makePanel(id, conversation ? titleOf(state, conversation) : '', this._href(id));
    item.append(panel);
    item.classList.add('mwv4__item--open');
    this._showPanel();
    find(panel, 'textarea', HTMLTextAreaElement).focus();
  }

  _closePanel() {
    const panel = this.querySelector('.mwv4__reply-panel');
    if (!panel || !panel.parentElement) return;
    const item = panel.parentElement;
    const hadFocus = panel.contains(document.activeElement);
    panel.remove();
    item.classList.remove('mwv4__item--open');
    if (hadFocus) find(item, '.mwv4__row', HTMLElement).focus();
  }

  /** @param {SubmitEvent} event */
  _onSubmit(event) {
    event.preventDefault();
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const text = find(form, 'textarea', HTMLTextAreaElement).value;
    const length = lengthOf(text);
    if (length === 0 || length > this._engine.store.getState().limits.maxLength) return;
    this._engine.send({ conversationId: form.getAttribute('data-reply-for') || '', content: text.trim() });
    this._closePanel();
  }

  /** How much is written in the open panel, and why nothing can be sent from it, where that is so. */
  _showPanel() {
    const panel = this.querySelector('.mwv4__reply-panel');
    if (!(panel instanceof HTMLFormElement)) return;
    const state = this._engine.store.getState();
    const refusal = sendRefusal(state, panel.getAttribute('data-reply-for') || '');
    const error = find(panel, '.mwv4__error', HTMLElement);
    error.hidden = refusal === null;
    setText(error, refusal === null ? '' : t(`refusal.${refusal}`) || t('composer.refused'));
    const box = find(panel, 'textarea', HTMLTextAreaElement);
    box.disabled = refusal !== null;
    const limit = state.limits.maxLength;
    const length = lengthOf(box.value);
    const counter = find(panel, '.mwv4__count', HTMLElement);
    counter.hidden = length < limit * COUNT_FROM;
    setText(counter, length > limit ? t('widget.tooLong', { count: length - limit }) : t('composer.left', { count: length, limit }));
    find(panel, '[data-action="send"]', HTMLButtonElement).disabled = refusal !== null || length > limit;
  }
}

define('messenger-widget', MessengerWidget);
