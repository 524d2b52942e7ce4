/** Signing out, and what happens when the server ended the session. */

import { conversationOf, titleOf } from '../selectors.js';
import { t } from '../strings.js';
import { confirmed } from './confirm.js';
import { make } from './dom.js';
import { toastError } from './toasts.js';

/** @typedef {import('../engine.js').Engine} Engine */

/** Ask where something is unsent, then sign out and clear what this device keeps. @param {Engine} engine */
export async function signOut(engine) {
  try {
    const count = await engine.unsentCount();
    if (count > 0 && !(await isGivenUp(engine, count))) return;
    await engine.signOut();
    location.assign('/auth?mode=signin');
  } catch (error) {
    toastError(error);
  }
}

/** Wait, save it as a file, or let it go. @param {Engine} engine @param {number} count */
async function isGivenUp(engine, count) {
  const address = URL.createObjectURL(new Blob([unsentText(engine.store.getState())], { type: 'text/plain' }));
  const save = make('a', { class: 'button', href: address, download: 'unsent-messages.txt' }, t('signOut.save'));
  const words = { title: t('signOut.title'), text: t('signOut.unsent', { count }), yes: t('signOut.yes') };
  const isYes = await confirmed('signOut', words, save);
  URL.revokeObjectURL(address);
  return isYes;
}

/** @param {import('../types.js').State} state */
function unsentText(state) {
  const messages = Object.values(state.pending).flat().map(({ conversationId, createdAt, content, files }) => {
    const conversation = conversationOf(state, conversationId);
    const head = [conversation ? titleOf(state, conversation) : '', createdAt].filter(Boolean).join(', ');
    return [head, content, ...files.map(({ name }) => name)].filter(Boolean).join('\n');
  });
  return `${messages.join('\n\n')}\n`;
}

/** Ask to sign in again, once; afterwards the same place is open. @param {Engine} engine @param {AbortSignal} signal */
export function askOnSessionEnd(engine, signal) {
  engine.store.select((state) => state.sessionEnded, (reason) => {
    if (!reason) return;
    const place = encodeURIComponent(location.pathname + location.search);
    const words = { title: t('session.title'), text: t('session.ended'), yes: t('session.signIn') };
    confirmed('session', words).then((isYes) => isYes && location.assign(`/auth?reason=session-ended&redirect=${place}`));
  }, { signal });
}
