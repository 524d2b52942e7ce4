/** What a conversation may be about: names that host pages use, and the type of conversation that follows. */

/** @typedef {{type: string, referenceId: string, referenceTitle?: string, referenceImage?: string}} NewContext */

/** @type {Record<string, string>} */
const ALIASES = {
  supplier: 'supplier_profile',
  listing: 'marketplace_listing',
  marketplace: 'marketplace_listing',
  find_supplier: 'find_a_supplier',
};

/** @type {Record<string, string>} */
const TYPES = { package: 'enquiry', marketplace_listing: 'marketplace' };

/**
 * @param {Record<string, string | undefined | null>} named
 * @returns {NewContext | undefined} undefined where nothing is named
 */
export function contextFrom({ contextType, contextId, contextTitle, contextImage }) {
  if (!contextType || !contextId) return undefined;
  return {
    type: ALIASES[contextType] || contextType,
    referenceId: contextId,
    referenceTitle: contextTitle || undefined,
    referenceImage: contextImage || undefined,
  };
}

/** @param {NewContext | undefined} context @returns {string} the type of a conversation with one person about it */
export function conversationTypeFor(context) {
  return (context && TYPES[context.type]) || 'direct';
}
