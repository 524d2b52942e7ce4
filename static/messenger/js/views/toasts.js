/** Short notes at the edge of the page: at most three, six seconds, longer while the pointer or the focus is there. */

import { t } from '../strings.js';
import { announce, announceNow } from './announce.js';
import { make } from './dom.js';

const MOST = 3;
const STAYS_MS = 6000;

/**
 * @param {object} note
 * @param {string} note.text
 * @param {string} [note.title]
 * @param {string} [note.action] what the button says
 * @param {string} [note.href] where a click on the words leads
 * @param {() => void} [note.onAction]
 * @param {boolean} [note.isError]
 * @param {boolean} [note.isSilent] for what was announced already
 * @returns {() => void} takes it away
 */
export function toast({ text, title = '', action, href, onAction, isError = false, isSilent = false }) {
  const place = placeOfToasts();
  const words = make(href ? 'a' : 'div', { class: 'messenger-toast__words', href });
  if (title) words.append(make('strong', { class: 'messenger-toast__title', dir: 'auto' }, title));
  words.append(make('span', { class: 'messenger-toast__text', dir: 'auto' }, text));
  const element = make('div', { class: `messenger-toast${isError ? ' messenger-toast--error' : ''}` }, words);
  let timer = 0;
  const leave = () => {
    clearTimeout(timer);
    element.remove();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = window.setTimeout(leave, STAYS_MS);
  };
  const act = () => {
    leave();
    if (onAction) onAction();
  };
  if (action) element.append(button('messenger-toast__action', action, act));
  element.append(button('messenger-toast__close', '×', leave, t('toast.close')));
  ['pointerenter', 'focusin'].forEach((type) => element.addEventListener(type, () => clearTimeout(timer)));
  ['pointerleave', 'focusout'].forEach((type) => element.addEventListener(type, wait));
  place.append(element);
  while (place.children.length > MOST) place.children[0].remove();
  wait();
  if (!isSilent) (isError ? announceNow : announce)([title, text].filter(Boolean).join(': '));
  return leave;
}

/** @param {unknown} error with the server's sentence, if it came from there */
export function toastError(error) {
  toast({ text: error instanceof Error && error.message ? error.message : t('error.generic'), isError: true });
}

/** @param {string} className @param {string} words @param {() => void} onClick @param {string} [label] */
function button(className, words, onClick, label) {
  const made = make('button', { type: 'button', class: className, 'aria-label': label }, words);
  made.addEventListener('click', onClick);
  return made;
}

function placeOfToasts() {
  const there = document.getElementById('messenger-toasts');
  if (there) return there;
  const made = make('div', { id: 'messenger-toasts', class: 'messenger-toasts' });
  document.body.append(made);
  return made;
}
