import { getEngine } from '../engine.js';
import { listen } from '../listen.js';
import { listed } from '../selectors.js';
import { t } from '../strings.js';
import { arrange, clone, define, find, part, setAttribute, setText, tell } from '../views/dom.js';
import { showConversation } from '../views/conversation-row.js';

/** @typedef {import('../types.js').Conversation} Conversation */

const SEARCH_AFTER_MS = 300;
const MORE_WITHIN_PX = 400;

/** The list: tabs, search, rows. Tells `messenger-open {id}` and `messenger-tab {tab}`. */
export class ConversationList extends HTMLElement {
  #engine = getEngine();
  #tab = 'all';
  #query = '';
  /** @type {Conversation[] | null} what a search found, null without one */
  #found = null;
  /** @type {AbortController | null} */
  #searching = null;
  #timer = 0;
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const selected = this.querySelector('.messenger-v4__filter-tab[aria-selected="true"]');
    this.#tab = (selected && selected.getAttribute('data-tab')) || 'all';
    listen(this, 'click', (event) => this.#onClick(event), signal);
    listen(this, 'keydown', (event) => this.#onKey(event), signal);
    listen(find(this, '.messenger-v4__search', HTMLFormElement), 'submit', (event) => event.preventDefault(), signal);
    listen(this.#search, 'input', () => this.#onSearch(), signal);
    listen(find(this, '#v4ListScroller', HTMLElement), 'scroll', () => this.#more(), signal, { passive: true });
    this.#engine.store.subscribe((state, before) => {
      const isChanged = ['conversations', 'typing', 'presence', 'activeId', 'lists', 'user'].some((name) => state[/** @type {keyof typeof state} */ (name)] !== before[/** @type {keyof typeof state} */ (name)]);
      if (isChanged && !signal.aborted) this.#draw();
    });
    this.#markTab();
    this.#draw();
    this.#load();
    if (this.#search.value) this.#onSearch();
  }

  disconnectedCallback() {
    if (this.#life) this.#life.abort();
  }

  get #search() {
    return find(this, '.messenger-v4__search-input', HTMLInputElement);
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  /** @param {string} tab `all`, `unread`, `pinned` or `archived` */
  show(tab) {
    if (tab === this.#tab) return;
    this.#tab = tab;
    this.#markTab();
    this.#draw();
    this.#load();
  }

  #markTab() {
    this.querySelectorAll('.messenger-v4__filter-tab').forEach((link) => {
      const isSelected = link.getAttribute('data-tab') === this.#tab;
      setAttribute(link, 'aria-selected', String(isSelected));
      setAttribute(link, 'tabindex', isSelected ? null : '-1');
    });
  }

  /** @param {number} step 1 for the next one, -1 for the one above @returns {string | null} its id */
  neighbour(step) {
    const ids = this.#shown().map(({ id }) => id);
    const at = ids.indexOf(this.#engine.store.getState().activeId || '');
    return ids[at < 0 ? 0 : at + step] || null;
  }

  #shown() {
    return this.#found || listed(this.#engine.store.getState(), this.#tab);
  }

  #draw() {
    const state = this.#engine.store.getState();
    const list = find(this, '#v4ConversationList', HTMLElement);
    const known = new Map(Array.from(list.children, (row) => [row.getAttribute('data-key') || '', row]));
    const rows = this.#shown().map((conversation) => {
      const row = known.get(conversation.id) || clone('messenger-conversation-template', HTMLLIElement);
      showConversation(row, conversation, state);
      return row;
    });
    const hadFocus = list.contains(document.activeElement) ? document.activeElement : null;
    arrange(list, rows);
    if (hadFocus instanceof HTMLElement && hadFocus !== document.activeElement) hadFocus.focus();
    this.#oneTabStop(list);
    this.#showEmpty(rows.length === 0);
  }

  /** @param {HTMLElement} list */
  #oneTabStop(list) {
    const links = Array.from(list.querySelectorAll('a'));
    const stop = links.find((link) => link === document.activeElement) || links.find((link) => link.hasAttribute('aria-current')) || links[0];
    links.forEach((link) => setAttribute(link, 'tabindex', link === stop ? '0' : '-1'));
  }

  /** @param {boolean} isEmpty */
  #showEmpty(isEmpty) {
    const loading = this.#engine.store.getState().lists[this.#tab];
    const empty = part(this, 'empty');
    const error = isEmpty && loading ? loading.error : null;
    empty.hidden = !isEmpty || Boolean(loading && loading.loading);
    if (empty.hidden) return;
    const key = this.#found ? 'search' : this.#tab;
    setText(part(this, 'empty-title'), error ? t('error.generic') : t(`empty.${key}.title`));
    setText(part(this, 'empty-text'), error || t(`empty.${key}.text`));
    find(this, '[data-action="retry-list"]', HTMLElement).hidden = !error;
  }

  #load() {
    const list = this.#engine.store.getState().lists[this.#tab];
    if (!list || !list.loaded) this.#engine.loadConversations(this.#tab).catch(() => this.#draw());
  }

  #more() {
    const scroller = find(this, '#v4ListScroller', HTMLElement);
    const list = this.#engine.store.getState().lists[this.#tab];
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < MORE_WITHIN_PX;
    if (isNear && !this.#found && list && list.hasMore && !list.loading) this.#engine.loadConversations(this.#tab, { more: true }).catch(() => this.#draw());
  }

  #onSearch() {
    clearTimeout(this.#timer);
    if (this.#searching) this.#searching.abort();
    this.#query = this.#search.value.trim();
    if (this.#query === '') {
      this.#found = null;
      this.#draw();
      return;
    }
    this.#timer = window.setTimeout(() => this.#run(this.#query), SEARCH_AFTER_MS);
  }

  #endSearch() {
    if (this.#search.value === '') return;
    this.#search.value = '';
    this.#onSearch();
  }

  /** @param {string} query */
  async #run(query) {
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    try {
      const found = await this.#engine.searchConversations(query, { signal });
      if (signal.aborted || query !== this.#query) return;
      this.#found = found;
      this.#draw();
    } catch (error) {
      if (!signal.aborted) tell(this, 'messenger-refused', { error });
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    const tab = target.closest('.messenger-v4__filter-tab');
    const item = target.closest('.messenger-v4__conversation-item');
    if (!tab && !item) {
      if (target.closest('[data-action="retry-list"]')) this.#engine.loadConversations(this.#tab).catch(() => this.#draw());
      return;
    }
    event.preventDefault();
    if (tab) {
      this.#endSearch();
      tell(this, 'messenger-tab', { tab: tab.getAttribute('data-tab') });
    }
    if (item) tell(this, 'messenger-open', { id: item.getAttribute('data-id') });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const focused = document.activeElement;
    if (!focused || event.altKey) return;
    const isTab = focused.matches('.messenger-v4__filter-tab');
    if (!isTab && !focused.matches('.messenger-v4__conversation-item')) return;
    const items = /** @type {HTMLElement[]} */ (Array.from(this.querySelectorAll(isTab ? '.messenger-v4__filter-tab' : '.messenger-v4__conversation-item')));
    const at = items.indexOf(/** @type {HTMLElement} */ (focused));
    const steps = { [isTab ? 'ArrowRight' : 'ArrowDown']: at + 1, [isTab ? 'ArrowLeft' : 'ArrowUp']: at - 1, Home: 0, End: items.length - 1 };
    const next = items[steps[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (isTab) next.click();
    else this.#oneTabStop(find(this, '#v4ConversationList', HTMLElement));
  }
}

define('conversation-list', ConversationList);
