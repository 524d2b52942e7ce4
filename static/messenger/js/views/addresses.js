/** Addresses of the messenger page: what its query says, and how a place in it is written. */

const TABS = ['all', 'unread', 'pinned', 'archived'];

/**
 * @typedef {object} Place
 * @property {string | null} [conversation]
 * @property {string} [message]
 * @property {string} [tab]
 * @property {string} [recipientId] a new conversation, with the following
 * @property {string} [type] of the context
 * @property {string} [referenceId]
 * @property {string} [referenceTitle]
 * @property {string} [referenceImage]
 * @property {string} [prefill]
 */

/** @param {string} search @returns {{conversation: string | null, message: string | undefined, tab: string, prefill: string | undefined, isPicking: boolean}} `isPicking`: a new conversation, with nobody named */
export function routeOf(search) {
  const query = new URLSearchParams(search);
  const tab = query.get('tab') || 'all';
  return {
    conversation: query.get('conversation'),
    message: query.get('message') || undefined,
    tab: TABS.includes(tab) ? tab : 'all',
    prefill: query.get('prefill') || undefined,
    isPicking: query.has('new') && !query.get('recipientId') && !query.get('contact'),
  };
}

/** @param {Place} place */
export function addressOf({ conversation, message, tab, recipientId, type, referenceId, referenceTitle, referenceImage, prefill }) {
  const query = new URLSearchParams();
  const entries = {
    new: recipientId ? 'true' : '',
    recipientId,
    contextType: type,
    contextId: referenceId,
    contextTitle: referenceTitle,
    contextImage: referenceImage,
    conversation,
    message,
    tab: tab === 'all' ? '' : tab,
    prefill,
  };
  Object.entries(entries).forEach(([name, value]) => value && query.set(name, value));
  const text = query.toString();
  return text ? `/messenger/?${text}` : '/messenger/';
}

/** @param {string} search @returns {string} the same place, once what it filled in is sent */
export function withoutPrefill(search) {
  const query = new URLSearchParams(search);
  query.delete('prefill');
  const text = query.toString();
  return text ? `/messenger/?${text}` : '/messenger/';
}
