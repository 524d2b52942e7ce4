/** What the browser and host pages tell the engine. */
import { listen } from './listen.js';

/**
 * @param {object} parts
 * @param {Window & typeof globalThis} parts.page
 * @param {AbortSignal} parts.signal
 * @param {ReturnType<typeof import('./connection.js').createConnection>} parts.connection
 * @param {ReturnType<typeof import('./typing.js').createTyping>} parts.typing
 * @param {ReturnType<typeof import('./drafts.js').createDrafts>} parts.drafts
 * @param {ReturnType<typeof import('./changing.js').createChanging>} parts.changing
 * @param {ReturnType<typeof import('./marking.js').createMarking>} parts.marking
 */
export function listenToPage({ page, signal, connection, typing, drafts, changing, marking }) {
  const { document } = page;
  listen(page, 'online', () => connection.tryNow(), signal);
  listen(page, 'offline', () => connection.lostNetwork(), signal);
  listen(page, 'pageshow', (event) => event.persisted && connection.tryNow(), signal);
  listen(page, 'pagehide', () => leave(), signal);
  listen(
    document,
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') connection.tryNow();
      else void drafts.flushAll();
    },
    signal,
  );

  const leave = () => {
    typing.stopTyping();
    void drafts.flushAll();
  };

  /** @param {string} name @param {(id: string) => unknown} act */
  const obey = (name, act) => {
    listen(
      page,
      name,
      ({ detail }) => {
        if (!detail || !detail.id) return;
        Promise.resolve(act(String(detail.id))).catch(() => {});
      },
      signal,
    );
  };
  obey('messenger:pin-conversation', (id) => changing.update(id, { isPinned: true }));
  obey('messenger:archive-conversation', (id) => changing.update(id, { isArchived: true }));
  obey('messenger:mark-read', (id) => marking.markRead(id));
  obey('messenger:mark-unread', (id) => marking.markUnread(id));
}
