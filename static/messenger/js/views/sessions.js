/** Signing out, and what happens when the server ended the session. */

import { listen } from '../listen.js';
import { t } from '../strings.js';
import { confirmed } from './confirm.js';
import { toastError } from './toasts.js';

/** @typedef {import('../engine.js').Engine} Engine */

/** @param {Engine} engine @param {AbortSignal} signal */
export function wireSignOut(engine, signal) {
  document.querySelectorAll('form[data-sign-out]').forEach((form) => {
    listen(form, 'submit', (event) => {
      event.preventDefault();
      leave(engine).catch(toastError);
    }, signal);
  });
}

/** @param {Engine} engine */
async function leave(engine) {
  const count = await engine.unsentCount();
  const words = { title: t('signOut.title'), text: t('signOut.unsent', { count }), yes: t('signOut.yes') };
  if (count > 0 && !(await confirmed('signOut', words))) return;
  await engine.signOut();
  location.assign('/auth?mode=signin');
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
