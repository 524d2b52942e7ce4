import { MessengerWidget } from './elements/messenger-widget.js';
import { listen } from './listen.js';
import { make } from './views/dom.js';

/**
 * The widget of host pages, by container id.
 *
 * @typedef {object} WidgetOptions
 * @property {number} [maxItems] 5
 * @property {number} [refreshIntervalMs] kept for older callers: the connection brings what is new
 * @property {boolean} [showQuickReply] true
 * @property {string} [currentUserId] kept for older callers: the session says who it is
 * @property {(conversation: import('./types.js').Conversation) => string} [conversationUrlBuilder]
 * @property {string} [searchInputId]
 * @property {string} [filterSelectId]
 * @property {string} [sortSelectId]
 * @property {() => void} [onRendered]
 */
export class MessengerWidgetV4 {
  /** @param {string} containerId @param {WidgetOptions} [options] */
  constructor(containerId, options = {}) {
    this.options = options;
    this.container = document.getElementById(containerId);
    this._life = new AbortController();
    /** @type {MessengerWidget | null} */
    this._widget = null;
    if (this.container) this._mount(this.container);
    else console.warn(`MessengerWidgetV4: there is no element #${containerId}.`);
  }

  /** @param {HTMLElement} container */
  _mount(container) {
    const { maxItems = 5, showQuickReply = true, conversationUrlBuilder, onRendered } = this.options;
    const widget = make(/** @type {any} */ ('messenger-widget'));
    if (!(widget instanceof MessengerWidget)) return;
    widget.choice = { ...widget.choice, maxItems };
    widget.showQuickReply = showQuickReply;
    widget.conversationUrlBuilder = conversationUrlBuilder || null;
    widget.onRendered = onRendered || null;
    this._widget = widget;
    this._control('searchInputId', 'search', 'input');
    this._control('filterSelectId', 'filter', 'change');
    this._control('sortSelectId', 'sort', 'change');
    container.replaceChildren(widget);
  }

  /** @param {'searchInputId' | 'filterSelectId' | 'sortSelectId'} option @param {'search' | 'filter' | 'sort'} name @param {string} type */
  _control(option, name, type) {
    const id = this.options[option];
    const control = id ? document.getElementById(id) : null;
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
    listen(control, type, () => {
      if (!this._widget) return;
      this._widget.choice = { ...this._widget.choice, [name]: control.value };
      this._widget.draw();
    }, this._life.signal);
  }

  refresh() {
    return this._widget ? this._widget.refresh() : Promise.resolve();
  }

  /** @param {string} id */
  openConversation(id) {
    if (this._widget) this._widget.openConversation(String(id));
  }

  destroy() {
    this._life.abort();
    if (this._widget) this._widget.remove();
    this._widget = null;
    if (this.container) delete this.container.dataset.state;
  }
}
