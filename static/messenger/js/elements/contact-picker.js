import { getEngine } from '../engine.js';
import { listen } from '../listen.js';
import { t } from '../strings.js';
import { clone, define, find, part, setText, tell } from '../views/dom.js';
import { showAvatar } from '../views/avatars.js';

const SEARCH_AFTER_MS = 250;

/** @typedef {{userId: string, displayName: string, avatar?: string | null, role?: string, status?: string}} Contact */

/** Whom to write to. Tells `messenger-contact {userId, displayName}`. */
export class ContactPicker extends HTMLElement {
  #engine = getEngine();
  /** @type {AbortController | null} */
  #searching = null;
  #timer = 0;
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    listen(find(this, '#v4ContactSearch', HTMLElement), 'input', () => this.#later(), signal);
    listen(this, 'click', (event) => this.#onClick(event), signal);
    listen(this, 'keydown', (event) => this.#onKey(event), signal);
  }

  disconnectedCallback() {
    if (this.#life) this.#life.abort();
  }

  open() {
    const field = find(this, '#v4ContactSearch', HTMLInputElement);
    field.value = '';
    find(this, '#v4ContactResults', HTMLElement).replaceChildren();
    find(this, 'dialog', HTMLDialogElement).showModal();
    field.focus();
    this.#search();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#search(), SEARCH_AFTER_MS);
  }

  async #search() {
    if (this.#searching) this.#searching.abort();
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    const note = part(this, 'note');
    const query = find(this, '#v4ContactSearch', HTMLInputElement).value.trim();
    setText(note, t('contacts.loading'));
    try {
      const contacts = await this.#engine.findContacts(query, { signal });
      if (signal.aborted) return;
      this.#show(contacts);
      setText(note, contacts.length === 0 ? t('contacts.none') : '');
    } catch (error) {
      if (!signal.aborted) setText(note, error instanceof Error ? error.message : t('error.generic'));
    }
  }

  /** @param {Contact[]} contacts */
  #show(contacts) {
    const rows = contacts.map(({ userId, displayName, avatar, role, status }) => {
      const row = clone('messenger-contact-template', HTMLLIElement);
      const button = find(row, '.messenger-v4__contact-item', HTMLElement);
      button.setAttribute('data-user-id', userId);
      showAvatar(part(row, 'avatar'), { name: displayName, hueId: userId, picture: avatar });
      find(row, '.messenger-v4__presence', HTMLElement).setAttribute('data-presence', status || 'offline');
      setText(part(row, 'name'), displayName);
      setText(part(row, 'role'), t(`role.${role || 'customer'}`));
      return row;
    });
    find(this, '#v4ContactResults', HTMLElement).replaceChildren(...rows);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const dialog = find(this, 'dialog', HTMLDialogElement);
    const item = target && target.closest('.messenger-v4__contact-item');
    if (item || target === dialog || (target && target.closest('[data-action="close"]'))) dialog.close();
    if (item) tell(this, 'messenger-contact', { userId: item.getAttribute('data-user-id'), displayName: part(item, 'name').textContent });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const stops = /** @type {HTMLElement[]} */ (Array.from(this.querySelectorAll('#v4ContactSearch, .messenger-v4__contact-item')));
    const next = stops[stops.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

define('contact-picker', ContactPicker);
