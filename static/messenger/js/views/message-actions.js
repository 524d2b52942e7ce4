/** The bar of actions on a message: one for the list, moved to the message under the pointer or with the focus. */

import { canDelete, canEdit } from '../selectors.js';
import { listen } from '../listen.js';
import { t } from '../strings.js';
import { MessageItem } from '../elements/message-item.js';
import { clone, find, make } from './dom.js';

/** @typedef {import('../types.js').State} State */

export const QUICK_REACTIONS = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

export class MessageActions {
  #list;
  #getState;
  /** @type {HTMLElement | null} */
  #bar = null;
  #isMoving = false;

  /** @param {HTMLElement} list @param {() => State} getState @param {AbortSignal} signal */
  constructor(list, getState, signal) {
    this.#list = list;
    this.#getState = getState;
    listen(list, 'pointermove', (event) => event.pointerType === 'mouse' && this.showOn(event.target), signal);
    listen(list, 'pointerleave', (event) => event.pointerType === 'mouse' && this.#hideUnlessFocused(), signal);
    listen(list, 'focusin', (event) => event.target !== list && this.showOn(event.target), signal);
    listen(list, 'focusout', (event) => !this.#isMoving && !list.contains(event.relatedTarget) && this.hide(), signal);
    listen(list, 'contextmenu', (event) => this.#onLongPress(event), signal);
  }

  /** @param {EventTarget | null} target something in a message */
  showOn(target) {
    const item = target instanceof Element ? target.closest('message-item') : null;
    if (!(item instanceof MessageItem) || !item.row || !item.row.message.id || item.row.message.type === 'system') return;
    const bar = this.#bar || this.#make();
    if (item.contains(bar)) return;
    this.toggleQuick(false);
    this.#fit(bar, item);
    // the focus may be in it, and is lost by the move
    this.#isMoving = true;
    find(item, '.messenger-v4__bubble', HTMLElement).append(bar);
    this.#isMoving = false;
  }

  hide() {
    if (this.#bar) this.#bar.remove();
  }

  /** @param {boolean} [isOpen] */
  toggleQuick(isOpen) {
    if (!this.#bar) return;
    const group = find(this.#bar, '.messenger-v4__quick-reactions', HTMLElement);
    group.hidden = isOpen === undefined ? !group.hidden : !isOpen;
    find(this.#bar, '[data-action="react"]', HTMLElement).setAttribute('aria-expanded', String(!group.hidden));
    const first = group.firstElementChild;
    if (isOpen === undefined && !group.hidden && first instanceof HTMLElement) first.focus();
  }

  #make() {
    const bar = clone('messenger-actions-template', HTMLElement);
    const quick = QUICK_REACTIONS.map((emoji) =>
      make('button', { type: 'button', class: 'messenger-v4__quick-reaction', 'data-quick': emoji, 'aria-label': t('reaction.with', { emoji }) }, emoji),
    );
    find(bar, '.messenger-v4__quick-reactions', HTMLElement).append(...quick);
    this.#bar = bar;
    return bar;
  }

  /** @param {HTMLElement} bar @param {MessageItem} item */
  #fit(bar, item) {
    if (!item.row) return;
    const { message } = item.row;
    const state = this.#getState();
    const allowed = {
      react: !message.isDeleted,
      reply: !message.isDeleted,
      copy: !message.isDeleted && message.content !== '',
      edit: canEdit(state, message, Date.now()),
      delete: canDelete(state, message),
    };
    Object.entries(allowed).forEach(([action, isAllowed]) => {
      find(bar, `[data-action="${action}"]`, HTMLElement).hidden = !isAllowed;
    });
    bar.hidden = !Object.values(allowed).includes(true);
  }

  #hideUnlessFocused() {
    if (!this.#list.contains(document.activeElement)) this.hide();
  }

  /** @param {PointerEvent} event */
  #onLongPress(event) {
    if (event.pointerType !== 'touch') return;
    event.preventDefault();
    this.showOn(event.target);
  }
}
