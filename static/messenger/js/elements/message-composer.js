import { getEngine } from '../engine.js';
import { listen } from '../listen.js';
import { canEdit, isOwn, messagesOf, sendRefusal } from '../selectors.js';
import { t } from '../strings.js';
import { wordsOf } from '../views/attachments.js';
import { define, find, part, setAttribute, setText, tell } from '../views/dom.js';
import { FileTray } from '../views/file-tray.js';

/** @typedef {import('../types.js').Message} Message */

const COUNT_FROM = 0.9;

/** @param {string} text @returns {string} as the server stores it */
const cleaned = (text) => text.trim().normalize('NFC');

/** @param {string} before @param {string} after @returns {string} both, on lines of their own */
const joined = (before, after) => [before, after].filter(Boolean).join('\n');

/**
 * Where one writes. In a conversation it sends by itself and tells `messenger-sent`; for a new one it tells
 * `messenger-first-message {content}`.
 * Edits and replies show as bars above the text.
 */
export class MessageComposer extends HTMLElement {
  #engine = getEngine();
  /** @type {string | null} the conversation; null while a new one is composed */
  #id = null;
  /** @type {Message | null} */
  #replyTo = null;
  /** @type {Message | null} */
  #editing = null;
  #beforeEdit = '';
  #isBusy = false;
  /** @type {FileTray | null} */
  #tray = null;
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#box.required = false;
    this.#tray = new FileTray(this, { signal, limits: () => this.#engine.store.getState().limits, onChange: () => this.#showState() });
    listen(find(this, 'form', HTMLFormElement), 'submit', (event) => this.#onSubmit(event), signal);
    listen(this.#box, 'input', () => this.#onInput(), signal);
    listen(this.#box, 'keydown', (event) => this.#onKey(event), signal);
    listen(this.#box, 'blur', () => this.#id && this.#engine.stopTyping(this.#id), signal);
    listen(find(this, '#v4ReplyCancelBtn', HTMLElement), 'click', () => this.reply(null), signal);
    listen(find(this, '[data-action="cancel-edit"]', HTMLElement), 'click', () => this.#stopEditing(), signal);
    ['take', 'keep'].forEach((answer) => listen(find(this, `[data-action="${answer}-draft"]`, HTMLElement), 'click', () => this.#answerOffer(answer === 'take'), signal));
    this.#engine.store.select(() => this.#isEditedGone, (isGone) => isGone && this.#endEdit(), { signal });
    this.#engine.store.select((state) => (this.#id ? state.draftOffers[this.#id] : null), () => this.#showOffer(), { signal });
    this.#engine.store.select((state) => (this.#id ? sendRefusal(state, this.#id) : null), () => this.#showState(), { signal });
  }

  disconnectedCallback() {
    if (this.#life) this.#life.abort();
  }

  get #box() {
    return find(this, '#v4ComposerTextarea', HTMLTextAreaElement);
  }

  /** What is written and not sent. */
  get text() {
    return this.#box.value;
  }

  /** @param {string | null} id a conversation, or null for a new one @param {{prefill?: string}} [options] fills an empty composer only */
  open(id, { prefill = '' } = {}) {
    if (this.#editing) this.#stopEditing();
    this.#id = id;
    if (this.#tray) this.#tray.open(id);
    const draft = id ? this.#engine.draftOf(id) : null;
    this.#box.value = (draft && draft.text) || prefill;
    const quoted = id && draft && draft.replyToId ? this.#messageOf(draft.replyToId) : null;
    this.#setReply(quoted);
    this.#showOffer();
    this.#showState();
  }

  /** Unless the keyboard of a touch screen would jump up. */
  focusWhereFit() {
    if (!window.matchMedia('(pointer: coarse)').matches && !this.#box.disabled) this.#box.focus({ preventScroll: true });
  }

  /** @param {Message | null} message */
  reply(message) {
    this.#setReply(message);
    this.#saveDraft();
    if (message) this.#box.focus();
  }

  /** @param {Message} message one's own */
  edit(message) {
    if (!this.#editing) this.#beforeEdit = this.#box.value;
    this.#editing = message;
    setText(part(this, 'edit-text'), message.content.slice(0, 100));
    find(this, '#v4EditBar', HTMLElement).hidden = false;
    this.#box.value = message.content;
    this.#showState();
    this.#box.focus();
  }

  /** While a new conversation is being made. @param {boolean} isBusy */
  setBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#showState();
  }

  #stopEditing() {
    this.#editing = null;
    find(this, '#v4EditBar', HTMLElement).hidden = true;
    this.#box.value = this.#beforeEdit;
    this.#beforeEdit = '';
    this.#showState();
    this.#box.focus();
  }

  /** @param {Message | null} message */
  #setReply(message) {
    this.#replyTo = message;
    find(this, '#v4ReplyBar', HTMLElement).hidden = message === null;
    if (!message) return;
    setText(part(this, 'reply-name'), isOwn(this.#engine.store.getState(), message) ? t('you') : message.senderName);
    setText(part(this, 'reply-text'), wordsOf(message).slice(0, 100));
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    event.preventDefault();
    const content = cleaned(this.#box.value);
    if (find(this, '#v4SendBtn', HTMLButtonElement).disabled || (content === '' && (this.#editing || this.#fileCount === 0))) return;
    if (this.#editing) this.#sendEdit(this.#editing, content);
    else if (this.#id) this.#send(this.#id, content);
    else tell(this, 'messenger-first-message', { content });
  }

  /** @param {string} conversationId @param {string} content */
  #send(conversationId, content) {
    this.#engine.send({ conversationId, content, replyTo: this.#replyTo || undefined, files: this.#tray ? this.#tray.take() : [] });
    this.#box.value = '';
    this.#setReply(null);
    this.#saveDraft();
    this.#engine.stopTyping(conversationId);
    this.#showState();
    this.#box.focus({ preventScroll: true });
    tell(this, 'messenger-sent');
  }

  /** @param {Message} message @param {string} content */
  #sendEdit(message, content) {
    this.#stopEditing();
    if (content === message.content) return;
    this.#engine.edit(message, content).catch((error) => {
      tell(this, 'messenger-refused', { error });
      this.#giveBack(message, content);
    });
  }

  /** An edit that was refused goes on, or else becomes text that is not sent. @param {Message} message @param {string} content */
  #giveBack(message, content) {
    const { conversationId } = message;
    if (this.#id !== conversationId) {
      const draft = this.#engine.draftOf(conversationId);
      this.#engine.saveDraft(conversationId, { text: joined(draft ? draft.text : '', content), replyToId: (draft && draft.replyToId) || null });
    } else if (this.#editing) this.#beforeEdit = joined(this.#beforeEdit, content);
    else if (canEdit(this.#engine.store.getState(), this.#messageOf(message.id) || message, Date.now())) {
      this.edit(message);
      this.#box.value = content;
      this.#showState();
    } else this.#addText(content);
  }

  /** The message that is being edited is gone: what was written in its place stays. */
  #endEdit() {
    const message = this.#editing;
    if (!message) return;
    const written = this.#box.value;
    this.#stopEditing();
    if (written.trim() === message.content) return;
    this.#addText(written);
    tell(this, 'messenger-refused', { error: new Error(t('composer.editedGone')) });
  }

  /** @param {string} text */
  #addText(text) {
    this.#box.value = joined(this.#box.value, text);
    this.#saveDraft();
    this.#showState();
  }

  get #isEditedGone() {
    const known = this.#editing && this.#messageOf(this.#editing.id);
    return Boolean(known && known.isDeleted);
  }

  #onInput() {
    this.#showState();
    if (!this.#id || this.#editing) return;
    this.#saveDraft();
    if (this.#box.value === '') this.#engine.stopTyping(this.#id);
    else this.#engine.typingIn(this.#id);
  }

  /** Where two devices wrote different drafts: ours stays, the other is offered. */
  #showOffer() {
    const offer = this.#id ? this.#engine.store.getState().draftOffers[this.#id] : null;
    find(this, '#v4DraftOffer', HTMLElement).hidden = !offer;
    setText(part(this, 'offer-text'), offer ? offer.text.slice(0, 100) : '');
  }

  /** @param {boolean} isTaken */
  #answerOffer(isTaken) {
    if (!this.#id) return;
    const offer = this.#engine.store.getState().draftOffers[this.#id];
    this.#engine.answerDraftOffer(this.#id, isTaken);
    if (isTaken && offer) this.#box.value = offer.text;
    this.#showState();
    this.#box.focus();
  }

  #saveDraft() {
    if (!this.#id || this.#editing) return;
    this.#engine.saveDraft(this.#id, { text: this.#box.value, replyToId: this.#replyTo ? this.#replyTo.id : null });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const isTouch = window.matchMedia('(pointer: coarse)').matches;
    if (event.key === 'Enter' && !event.shiftKey && !isTouch) {
      event.preventDefault();
      find(this, 'form', HTMLFormElement).requestSubmit();
    } else if (event.key === 'Escape' && this.#editing) {
      event.stopPropagation();
      this.#stopEditing();
    } else if (event.key === 'Escape' && this.#replyTo) {
      event.stopPropagation();
      this.reply(null);
    } else if (event.key === 'ArrowUp' && this.#box.value === '' && this.#id) {
      tell(this, 'messenger-edit-last');
    }
  }

  get #fileCount() {
    return this.#tray ? this.#tray.count : 0;
  }

  #showState() {
    const { limits } = this.#engine.store.getState();
    const refusal = this.#id ? sendRefusal(this.#engine.store.getState(), this.#id) : null;
    const notice = find(this, '#v4ComposerNotice', HTMLElement);
    notice.hidden = refusal === null;
    setText(notice, refusal === null ? '' : t(`refusal.${refusal}`) || t('composer.refused'));
    const length = Array.from(cleaned(this.#box.value)).length;
    this.#showCount(length, limits.maxLength);
    this.#box.disabled = refusal !== null;
    if (this.#tray) this.#tray.allow(refusal === null && !this.#editing);
    find(this, '#v4SendBtn', HTMLButtonElement).disabled = refusal !== null || this.#isBusy || length > limits.maxLength;
    setAttribute(this.#box, 'aria-invalid', length > limits.maxLength ? 'true' : null);
  }

  /** @param {number} length @param {number} limit */
  #showCount(length, limit) {
    const counter = find(this, '#v4CharCount', HTMLElement);
    counter.hidden = length < limit * COUNT_FROM;
    counter.toggleAttribute('data-over', length > limit);
    if (counter.hidden) return;
    setText(counter, length > limit ? t('composer.over', { count: length - limit }) : t('composer.left', { count: length, limit }));
  }

  /** @param {string} id @returns {Message | null} */
  #messageOf(id) {
    const row = messagesOf(this.#engine.store.getState(), this.#id || '').find(({ message }) => message.id === id);
    return row ? row.message : null;
  }
}

define('message-composer', MessageComposer);
