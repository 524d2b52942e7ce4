import { t } from '../strings.js';
import { find, part, setText } from './dom.js';

/**
 * Ask before something that cannot be taken back.
 *
 * @param {string} key `<key>Title`, `<key>Text` and `<key>` of the catalogue
 * @param {Record<string, string>} [words] instead of the catalogue's `title`, `text`, `yes`
 * @param {HTMLElement} [also] beside the two answers
 * @returns {Promise<boolean>}
 */
export function confirmed(key, words = {}, also) {
  const dialog = find(document, '#messenger-confirm', HTMLDialogElement);
  // a message's bar of actions goes when the focus leaves it; the message takes the focus back instead
  const around = document.activeElement && document.activeElement.closest('message-item');
  setText(part(dialog, 'title'), words.title || t(`${key}Title`));
  setText(part(dialog, 'text'), words.text || t(`${key}Text`));
  setText(part(dialog, 'yes'), words.yes || t(key));
  if (also) part(dialog, 'no').before(also);
  dialog.returnValue = 'no';
  dialog.showModal();
  part(dialog, 'no').focus();
  return new Promise((resolve) => {
    const onClose = () => {
      if (also) also.remove();
      const isLost = document.activeElement === document.body || dialog.contains(document.activeElement);
      if (isLost && around instanceof HTMLElement) around.focus({ preventScroll: true });
      resolve(dialog.returnValue === 'yes');
    };
    dialog.addEventListener('close', onClose, { once: true });
  });
}
