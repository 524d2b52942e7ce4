import { t } from '../strings.js';
import { timeOf } from '../views/format.js';

/** @typedef {import('../types.js').Message} Message */

/** @param {readonly Message[]} messages @param {Message} message */
export function isWithin(messages, message) {
  return messages.some(({ id }) => id === message.id);
}

/** @param {Message} message @returns {string} what a screen reader calls the row */
export function rowLabel(message) {
  const text = message.isDeleted ? t('message.deleted') : message.content;
  return t('message.label', { sender: message.senderName, time: timeOf(message.createdAt), text });
}
