import { getEngine } from './engine.js';
import { listen } from './listen.js';
import { conversationOf, isOwn, totalUnread } from './selectors.js';
import { t } from './strings.js';
import { badgeOf } from './views/format.js';
import { toast } from './views/toasts.js';
import { showBadges } from './widget/badges.js';

const STORED_AS = 'messenger:bridge';
const SEEN_MOST = 200;

/** @typedef {{toast: boolean, title: boolean, showPreview: boolean, desktop: boolean}} BridgePreferences */

/** @type {BridgePreferences} */
const USUAL = { toast: true, title: true, showPreview: true, desktop: false };

/** Tells of what happens elsewhere, on any page: badges, the title, toasts. Starts itself, once a page. */
class Bridge {
  constructor() {
    /** @type {AbortController | null} */
    this._life = null;
    /** @type {string | null} */
    this._title = null;
    /** @type {Set<string>} */
    this._told = new Set();
  }

  async init() {
    if (this._life) return;
    this._life = new AbortController();
    const { signal } = this._life;
    const engine = getEngine();
    listen(window, 'messenger:new-message', (event) => this._onMessage(event.detail), signal);
    listen(window, 'messenger:notification', (event) => this._onNotification(event.detail), signal);
    await engine.whenIdentified();
    if (signal.aborted) return;
    engine.store.select(totalUnread, (count) => this.updateUnreadBadge(count), { signal });
    // without an answer the store tells, as soon as there is a connection
    if (engine.store.getState().user) await this.fetchUnreadCount().catch(() => {});
  }

  destroy() {
    if (this._life) this._life.abort();
    this._life = null;
    this._told.clear();
    if (this._title !== null) document.title = this._title;
    this._title = null;
  }

  /** @param {number} count */
  updateUnreadBadge(count) {
    showBadges(count);
    if (!this.getPreferences().title || document.querySelector('messenger-app')) return;
    if (this._title === null) this._title = document.title;
    document.title = count > 0 ? t('title.unread', { count: badgeOf(count), title: this._title }) : this._title;
  }

  async fetchUnreadCount() {
    const { unreadCount } = await getEngine().api.getUnreadCount();
    this.updateUnreadBadge(unreadCount);
    return /** @type {number} */ (unreadCount);
  }

  /** @returns {BridgePreferences} */
  getPreferences() {
    try {
      return { ...USUAL, ...JSON.parse(localStorage.getItem(STORED_AS) || '{}') };
    } catch {
      return { ...USUAL };
    }
  }

  /** @param {Partial<BridgePreferences>} preferences */
  setPreferences(preferences) {
    const merged = { ...this.getPreferences(), ...preferences };
    try {
      localStorage.setItem(STORED_AS, JSON.stringify(merged));
    } catch {
      // storage is full or forbidden: they hold for this page
    }
    return merged;
  }

  /** Call after a click: browsers ask people only then. @returns {Promise<string>} */
  requestPermission() {
    return typeof Notification === 'undefined' ? Promise.resolve('denied') : Notification.requestPermission();
  }

  /** @param {string} title @param {string} body @param {NotificationOptions & {href?: string}} [options] */
  notify(title, body, options = {}) {
    const { href, ...rest } = options;
    if (document.visibilityState === 'hidden' && this.getPreferences().desktop && typeof Notification !== 'undefined' && Notification.permission === 'granted') {
      new Notification(title, { body, ...rest });
      return;
    }
    toast({ title, text: body, href });
  }

  /** What the people who run this place have to say is shown whatever one prefers. @param {{notification?: Record<string, any>}} detail */
  _onNotification({ notification }) {
    if (!notification || notification.type !== 'moderation') return;
    this.notify(notification.title, notification.message, { tag: `notification-${notification.id}`, href: notification.actionUrl || undefined });
  }

  /** @param {{conversationId: string, message: import('./types.js').Message, source?: string}} detail */
  _onMessage({ conversationId, message, source }) {
    const state = getEngine().store.getState();
    const conversation = conversationOf(state, conversationId);
    if (source === 'sync' || this._told.has(message.id) || isOwn(state, message) || message.type === 'system') return;
    this._told.add(message.id);
    if (this._told.size > SEEN_MOST) this._told.delete(this._told.values().next().value || '');
    const isOnScreen = state.activeId === conversationId && document.visibilityState === 'visible';
    if (isOnScreen || (conversation && (conversation.isMuted || conversation.isArchived)) || !this.getPreferences().toast) return;
    const text = this.getPreferences().showPreview ? message.content : t('badge.label', { count: 1 });
    this.notify(message.senderName, text, { tag: conversationId, href: `/messenger/?conversation=${conversationId}&message=${message.id}` });
  }
}

export const NotificationBridge = new Bridge();
