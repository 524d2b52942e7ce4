/** What the engine needs of a browser page, and nothing else: its own code is the real one. */
import { createEngine } from '../../../static/messenger/js/engine.js';
import { memoryStorage } from '../../../static/messenger/js/outbox-storage.js';
import { fakeClock } from './clock.js';
import { fakeSockets } from './socket.js';

export const EMPTY_SYNC = { success: true, epoch: 'e1', conversations: [], messages: {}, pointers: {}, positions: {}, removed: [], unreadCount: 0, cursor: null, hasMore: false };

export function enginePage({ api = {}, disk = memoryStorage(), meta = null, host = {} } = {}) {
  const clock = fakeClock();
  const sockets = fakeSockets();
  const polls = fakeSockets();
  const asked = [];
  const page = Object.assign(new EventTarget(), {
    location: { protocol: 'http:', host: 'test', reload: () => asked.push('reload') },
    localStorage: { getItem: () => null, setItem: () => {}, removeItem: () => {} },
    document: Object.assign(new EventTarget(), { visibilityState: 'visible', querySelector: () => (meta ? { getAttribute: () => meta } : null), querySelectorAll: () => [] }),
    ...host,
  });
  const answers = { sync: async () => EMPTY_SYNC, getMe: async () => ({ user: null }), ...api };
  const counted = new Proxy(
    {},
    {
      get: (_, name) => async (...given) => {
        asked.push(name);
        if (!answers[name]) throw new Error(`nobody answers ${String(name)}`);
        return answers[name](...given);
      },
    },
  );
  const engine = createEngine({ clock, page, api: counted, connect: sockets.connect, poll: polls.connect, storage: async () => disk });
  return { engine, clock, sockets, polls, page, asked, store: engine.store };
}

/** Up to `websocket`: hello said, the one sync answered. */
export async function connectedPage(boot, options) {
  const parts = enginePage(options);
  void parts.engine.start(boot);
  await parts.clock.settle();
  parts.sockets.last().hello();
  await parts.clock.settle();
  const sync = parts.sockets.last().last('messenger:v4:sync');
  parts.sockets.last().answer(sync.ref, EMPTY_SYNC);
  await parts.clock.settle();
  return { ...parts, sync };
}
