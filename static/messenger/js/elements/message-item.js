import { isOwn, titleOf } from '../selectors.js';
import { t } from '../strings.js';
import { showAttachments, wordsOf } from '../views/attachments.js';
import { arrange, define, find, make, part, setAttribute, setText } from '../views/dom.js';
import { hueOf, initialsOf, timeOf } from '../views/format.js';
import { withLinks } from '../views/links.js';

/** @typedef {import('../selectors.js').Row} Row */
/** @typedef {import('../types.js').State} State */
/** @typedef {{isGrouped: boolean, isLast: boolean}} Neighbours `isLast`: the newest of one's own */

const ICONS = { sending: 'clock', waiting: 'clock', failed: 'alert', sent: 'sent', delivered: 'seen', read: 'seen' };
const FEW_EMOJI = /^(?:\p{Extended_Pictographic}[\u200d\ufe0f\u{1f3fb}-\u{1f3ff}\p{Extended_Pictographic}]*\s?){1,3}$/u;

/** One message. Markup: templates/messenger/partials/message.html, from the server or cloned. */
export class MessageItem extends HTMLElement {
  /** @type {Row | null} */
  row = null;
  #flags = '';
  #text = '';

  /**
   * Show `row`; the same row again costs nothing.
   *
   * @param {Row} row
   * @param {State} state
   * @param {Neighbours} neighbours
   */
  show(row, state, { isGrouped, isLast }) {
    const flags = `${isGrouped}${isLast}`;
    if (this.row === row && this.#flags === flags) return;
    const own = isOwn(state, row.message);
    this.row = row;
    this.#flags = flags;
    this.#showPlace(row, own);
    this.toggleAttribute('data-grouped', isGrouped);
    this.toggleAttribute('data-last', isLast);
    this.#showText(row);
    showAttachments(find(this, '.messenger-v4__attachments', HTMLElement), row.message, row.pending);
    this.#showQuote(row);
    this.#showMeta(row, own);
    this.#showReactions(row);
    this.#showFailure(row);
    setAttribute(this, 'aria-label', this.#label(row, state, own));
  }

  /** @param {Row} row @param {boolean} own */
  #showPlace({ message, key, state }, own) {
    const side = message.type === 'system' ? 'system' : own ? 'sent' : 'received';
    setAttribute(this, 'class', `messenger-v4__message messenger-v4__message--${side}`);
    setAttribute(this, 'data-key', key);
    setAttribute(this, 'data-id', message.id);
    setAttribute(this, 'data-seq', String(message.seq));
    setAttribute(this, 'data-nonce', message.clientNonce || '');
    setAttribute(this, 'data-sender', message.senderId || '');
    setAttribute(this, 'data-state', state === 'waiting' ? 'sending' : state);
    this.toggleAttribute('data-deleted', message.isDeleted);
    const avatar = find(this, '.messenger-v4__message-avatar', HTMLElement);
    setAttribute(avatar, 'data-hue', hueOf(message.senderId));
    setText(avatar, initialsOf(message.senderName));
    setText(find(this, '.messenger-v4__sender', HTMLElement), message.senderName);
  }

  /** @param {Row} row */
  #showText({ message }) {
    const text = message.isDeleted ? t('message.deleted') : message.content;
    if (this.#text === text) return;
    this.#text = text;
    this.toggleAttribute('data-emoji-only', text.length < 40 && FEW_EMOJI.test(text));
    find(this, '.messenger-v4__message-text', HTMLElement).replaceChildren(withLinks(text));
  }

  /** @param {Row} row */
  #showQuote({ message: { replyTo } }) {
    const quote = find(this, '.messenger-v4__quote', HTMLElement);
    quote.hidden = !replyTo;
    if (!replyTo) return;
    setAttribute(quote, 'data-target-id', replyTo.messageId || replyTo._id);
    setText(part(quote, 'quote-name'), replyTo.senderName || '');
    setText(part(quote, 'quote-text'), replyTo.isDeleted ? t('message.deleted') : replyTo.content || t('preview.file'));
  }

  /** @param {Row} row @param {boolean} own */
  #showMeta({ message, state }, own) {
    find(this, '.messenger-v4__edited-label', HTMLElement).hidden = !message.isEdited;
    const time = find(this, '.messenger-v4__time', HTMLElement);
    setAttribute(time, 'datetime', message.createdAt);
    setText(time, timeOf(message.createdAt));
    const receipt = find(this, '.messenger-v4__read-receipt', HTMLElement);
    receipt.hidden = !own || message.isDeleted || message.type === 'system';
    if (receipt.hidden) return;
    setAttribute(find(receipt, '.icon', HTMLElement), 'class', `icon icon--small icon--${ICONS[state]}`);
    setText(find(receipt, '.messenger-v4__state-words', HTMLElement), t(`state.${state}`));
  }

  /** @param {Row} row */
  #showReactions({ message: { reactionSummary, reactions } }) {
    const place = find(this, '.messenger-v4__reactions', HTMLElement);
    place.hidden = reactionSummary.length === 0;
    const buttons = reactionSummary.map(({ emoji, count, reacted }) => {
      const known = Array.from(place.children).find((child) => child.getAttribute('data-emoji') === emoji);
      const button = known || make('button', { class: 'messenger-v4__reaction', type: 'button', 'data-emoji': emoji });
      const names = reactions.filter((reaction) => reaction.emoji === emoji).map(({ userName }) => userName || '');
      setText(button, `${emoji} ${count}`);
      setAttribute(button, 'aria-pressed', String(Boolean(reacted)));
      setAttribute(button, 'aria-label', t('reaction.label', { emoji, count }));
      setAttribute(button, 'title', names.join(', '));
      return button;
    });
    arrange(place, buttons);
  }

  /** @param {Row} row */
  #showFailure({ state, pending }) {
    const shown = this.querySelector('.messenger-v4__failure');
    const words = state === 'failed' ? (pending && pending.error) || t('message.failed') : '';
    const note = words || (state === 'waiting' ? t('message.waiting') : '');
    if (shown && shown.firstChild && shown.firstChild.textContent === note) return;
    if (shown) shown.remove();
    if (!note) return;
    const line = make('p', { class: 'messenger-v4__failure' }, make('span', {}, note));
    if (words) {
      line.append(...['retry', 'discard'].map((action) => make('button', { type: 'button', class: 'messenger-v4__failure-button', 'data-action': action }, t(`message.${action}`))));
    }
    find(this, '.messenger-v4__bubble', HTMLElement).append(line);
  }

  /** @param {Row} row @param {State} state @param {boolean} own */
  #label({ message, state: rowState }, state, own) {
    const conversation = state.conversations[message.conversationId];
    const values = {
      sender: own ? t('you') : message.senderName || (conversation ? titleOf(state, conversation) : ''),
      time: timeOf(message.createdAt),
      text: message.isDeleted ? t('message.deleted') : wordsOf(message),
      state: t(`state.${rowState}`),
    };
    return t(own ? 'message.labelState' : 'message.label', values);
  }
}

define('message-item', MessageItem);
