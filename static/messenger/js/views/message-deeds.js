import { ownSeatOf } from '../selectors.js';
import { t } from '../strings.js';
import { confirmed } from './confirm.js';
import { toast, toastError } from './toasts.js';

/** @typedef {import('../types.js').Message} Message */
/** @typedef {import('../types.js').Pending} Pending */
/** @typedef {import('../engine.js').Engine} Engine */
/** @typedef {{message: Message, pending: Pending | null, emoji?: string | null}} Subject */

/** What the actions of a message do, but for replying and editing, which are the composer's. @type {Record<string, (engine: Engine, subject: Subject) => Promise<unknown>>} */
const DEEDS = {
  react: (engine, { message, emoji }) => (emoji ? engine.react(message, emoji) : Promise.resolve()),
  copy: async (_, { message }) => {
    await navigator.clipboard.writeText(message.content);
    toast({ text: t('message.copied') });
  },
  delete: async (engine, { message }) => {
    if (!(await confirmed('message.delete'))) return;
    await engine.remove(message);
    toast({ text: t('message.deletedToast'), action: t('message.undo'), onAction: () => engine.restore(message).catch(toastError) });
  },
  retry: async (engine, { pending }) => pending && engine.retry(pending.clientNonce),
  discard: async (engine, { pending }) => pending && engine.discard(pending.clientNonce),
};

/** @param {Engine} engine @param {string} action @param {Subject} subject */
export function doToMessage(engine, action, subject) {
  const deed = DEEDS[action];
  if (deed) deed(engine, subject).catch(toastError);
}

/**
 * What the conversation's menu does.
 *
 * @param {Engine} engine
 * @param {string} action
 * @param {string} id
 */
export async function doToConversation(engine, action, id) {
  const state = engine.store.getState();
  const conversation = state.conversations[id];
  if (!conversation || !ownSeatOf(state, conversation)) return;
  const { isPinned, isMuted, isArchived } = conversation;
  try {
    if (action === 'pin') await engine.update(id, { isPinned: !isPinned });
    if (action === 'mute') await engine.update(id, { isMuted: !isMuted });
    if (action === 'mark-unread') await engine.markUnread(id);
    if (action === 'archive') {
      await engine.update(id, { isArchived: !isArchived });
      if (!isArchived) toast({ text: t('menu.archived'), action: t('message.undo'), onAction: () => engine.update(id, { isArchived: false }).catch(toastError) });
    }
    if (action === 'delete-conversation' && (await confirmed('conversation.delete'))) await engine.deleteConversation(id);
  } catch (error) {
    toastError(error);
  }
}
