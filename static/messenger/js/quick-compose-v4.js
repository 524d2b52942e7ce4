import { getEngine } from './engine.js';
import { goTo } from './own-host.js';
import { t } from './strings.js';
import { find, make, setText } from './views/dom.js';
import { addressOf } from './views/addresses.js';
import { contextFrom, conversationTypeFor } from './views/contexts.js';
import { toast } from './views/toasts.js';
import { lengthOf } from './widget/item.js';

const STORED_AS = 'messenger:quick-compose';
const COUNT_FROM = 0.9;

/**
 * @typedef {object} QuickData
 * @property {string} recipientId
 * @property {string} [recipientName]
 * @property {string} [contextType]
 * @property {string} [contextId]
 * @property {string} [contextTitle]
 * @property {string} [contextImage]
 * @property {string} [prefill]
 */

/** A small dialog on a host page: write to somebody without leaving it. */
class QuickCompose {
  /** @param {QuickData} data */
  open(data) {
    const known = document.querySelector('.qcv4');
    if (known) known.remove();
    const dialog = makeDialog(data.recipientName || '');
    document.body.append(dialog);
    const box = find(dialog, '#qcv4-message', HTMLTextAreaElement);
    box.value = data.prefill || '';
    const showCount = () => this._showCount(dialog, box.value);
    box.addEventListener('input', showCount);
    dialog.addEventListener('close', () => dialog.remove());
    ['#qcv4-close-btn', '#qcv4-cancel-btn'].forEach((selector) => find(dialog, selector, HTMLElement).addEventListener('click', () => dialog.close()));
    find(dialog, 'form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this._send(dialog, data, box.value);
    });
    showCount();
    dialog.showModal();
    box.focus();
  }

  /** The triggers with `data-quick-compose` are found by MessengerTrigger; this makes sure that it runs. */
  async attachAll() {
    const { MessengerTrigger } = await import('./messenger-trigger.js');
    MessengerTrigger.init();
    MessengerTrigger.initializeButtons(document);
  }

  /** Open again what was written when the session ended in the middle. */
  restoreDraftIfPresent() {
    const kept = sessionStorage.getItem(STORED_AS);
    if (!kept) return false;
    sessionStorage.removeItem(STORED_AS);
    this.open(JSON.parse(kept));
    return true;
  }

  /** @param {HTMLElement} dialog @param {string} text */
  _showCount(dialog, text) {
    const limit = getEngine().store.getState().limits.maxLength;
    const length = lengthOf(text);
    const counter = find(dialog, '#qcv4-chars', HTMLElement);
    counter.hidden = length < limit * COUNT_FROM;
    setText(counter, length > limit ? t('composer.over', { count: length - limit }) : t('composer.left', { count: length, limit }));
    find(dialog, '#qcv4-submit-btn', HTMLButtonElement).disabled = length === 0 || length > limit;
  }

  /** @param {HTMLDialogElement} dialog @param {QuickData} data @param {string} text */
  async _send(dialog, data, text) {
    const submit = find(dialog, '#qcv4-submit-btn', HTMLButtonElement);
    const error = find(dialog, '#qcv4-error', HTMLElement);
    const context = contextFrom({ ...data });
    submit.disabled = true;
    error.hidden = true;
    try {
      const { conversation } = await getEngine().createConversation({ type: conversationTypeFor(context), participantIds: [data.recipientId], context, message: text.trim() });
      dialog.close();
      toast({ text: t('quick.sent'), action: t('widget.open'), onAction: () => goTo(addressOf({ conversation: conversation.id })) });
    } catch (problem) {
      this._fail(problem, { ...data, prefill: text }, error);
      submit.disabled = false;
    }
  }

  /** @param {unknown} problem @param {QuickData} data @param {HTMLElement} error */
  _fail(problem, data, error) {
    setText(error, problem instanceof Error && problem.message ? problem.message : t('error.generic'));
    error.hidden = false;
    if (/** @type {{status?: number}} */ (problem).status !== 401) return;
    sessionStorage.setItem(STORED_AS, JSON.stringify(data));
    goTo(`/auth?reason=session-ended&redirect=${encodeURIComponent(location.pathname + location.search)}`);
  }
}

/** @param {string} name */
function makeDialog(name) {
  const submit = make('button', { id: 'qcv4-submit-btn', type: 'submit', class: 'qcv4__button qcv4__button--main' }, t('quick.send'));
  const form = make(
    'form',
    { method: 'dialog' },
    make('div', { class: 'qcv4__head' }, make('h2', { id: 'qcv4-title', class: 'qcv4__title' }, t('quick.title')), make('button', { id: 'qcv4-close-btn', type: 'button', class: 'qcv4__button', 'aria-label': t('toast.close') }, '×')),
    make('p', { id: 'qcv4-recipient', class: 'qcv4__recipient', dir: 'auto' }, name ? t('quick.to', { name }) : ''),
    make('textarea', { id: 'qcv4-message', class: 'qcv4__textarea', rows: 5, dir: 'auto', 'aria-label': t('quick.message'), 'aria-describedby': 'qcv4-chars qcv4-error' }),
    make('p', { id: 'qcv4-chars', class: 'qcv4__chars', hidden: true }),
    make('p', { id: 'qcv4-error', class: 'qcv4__error', role: 'alert', hidden: true }),
    make('div', { class: 'qcv4__deeds' }, make('button', { id: 'qcv4-cancel-btn', type: 'button', class: 'qcv4__button' }, t('quick.cancel')), submit),
  );
  return make('dialog', { class: 'qcv4', 'aria-labelledby': 'qcv4-title' }, form);
}

export const QuickComposeV4 = new QuickCompose();
