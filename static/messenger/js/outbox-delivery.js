/** How one unsent message reaches the server: files first, then the text over whichever door is open. */

/** @typedef {import('./outbox-storage.js').OutboxRecord} OutboxRecord */
/** @typedef {import('./types.js').PendingFile} PendingFile */
/** @typedef {import('./types.js').Message} Message */

const ANSWER_WITHIN_MS = 10000;
/** Larger ones go by REST: the socket takes frames of 256 KiB. */
const LARGEST_FRAME = 100000;

/**
 * Upload the files that are not uploaded yet, and remember each as soon as it is.
 *
 * @param {object} parts
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {OutboxRecord} parts.record
 * @param {(record: OutboxRecord) => Promise<void>} parts.save
 * @param {(files: PendingFile[]) => void} parts.onProgress
 * @returns {Promise<OutboxRecord>}
 */
export async function uploadFiles({ api, record, save, onProgress }) {
  let current = record;
  for (const [index, file] of record.files.entries()) {
    if (file.attachmentId) continue;
    /** @param {number} progress */
    const tell = (progress) => onProgress(current.files.map(({ name, type, size, attachmentId }, at) => ({ name, type, size, progress: at === index ? progress : attachmentId ? 1 : 0 })));
    const { attachment } = await api.uploadAttachment(new File([file.blob], file.name, { type: file.type }), { onProgress: tell });
    current = { ...current, files: current.files.map((known, at) => (at === index ? { ...known, attachmentId: String(attachment.id) } : known)) };
    await save(current);
    tell(1);
  }
  return current;
}

/**
 * Send over the socket; without an answer in 10 s, again by REST with the same nonce.
 *
 * @param {object} parts
 * @param {import('./api.js').MessengerAPI} parts.api
 * @param {import('./socket.js').Link | null} parts.link
 * @param {OutboxRecord} parts.record
 * @returns {Promise<Message>} as the server has it
 */
export async function deliver({ api, link, record }) {
  const { conversationId, content, clientNonce, metadata } = record;
  const replyTo = record.replyTo ? record.replyTo._id : null;
  const uploaded = record.files.flatMap(({ attachmentId }) => (attachmentId ? [attachmentId] : []));
  const attachmentIds = [...record.attachmentIds, ...uploaded];
  if (link && content.length < LARGEST_FRAME) {
    try {
      const data = { conversationId, content, clientNonce, ...(replyTo ? { replyTo } : {}), ...(attachmentIds.length ? { attachmentIds } : {}), ...(metadata ? { metadata } : {}) };
      const { message } = await link.request('messenger:v4:send', data, ANSWER_WITHIN_MS);
      return message;
    } catch (error) {
      if (/** @type {import('./errors.js').ApiError} */ (error).status !== 0) throw error;
    }
  }
  const options = { clientNonce, metadata, retries: 0, ...(attachmentIds.length ? { attachmentIds } : {}) };
  const { message } = await api.sendMessage(conversationId, content, [], replyTo, options);
  return message;
}
