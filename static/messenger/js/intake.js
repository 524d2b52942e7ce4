/** Where everything the server says comes in: events, hello, sync answers, acknowledgements. Store first, listeners after. */
import { newsOf } from './news.js';

/** @typedef {import('./types.js').ServerEvent} ServerEvent */
/** @typedef {import('./types.js').Message} Message */

const PREFIX = 'messenger:v4:';

/**
 * @param {object} parts
 * @param {import('./clock.js').Clock} parts.clock
 * @param {import('./store.js').Store} parts.store
 * @param {ReturnType<typeof import('./windowevents.js').createWindowEvents>} parts.events
 * @param {ReturnType<typeof import('./inbound.js').createInbound>} parts.inbound
 * @param {ReturnType<typeof import('./marking.js').createMarking>} parts.marking
 * @param {ReturnType<typeof import('./typing.js').createTyping>} parts.typing
 * @param {{settle: (clientNonce: string) => Promise<void>}} parts.outbox
 * @param {ReturnType<typeof import('./loading.js').createLoading>} parts.loading
 * @param {() => boolean} parts.knowsAll
 */
export function createIntake({ clock, store, events, inbound, marking, typing, outbox, loading, knowsAll }) {
  let hasSynced = false;

  /** Lists and the open conversation again, after what we held was thrown away. */
  const reload = () => {
    loading.loadConversations('all').catch(() => {});
    const { activeId } = store.getState();
    if (activeId) {
      void loading
        .loadConversation(activeId)
        .then(() => loading.loadFor(activeId, {}))
        .catch(() => {});
    }
  };

  /** @param {ServerEvent} event */
  const noticed = ({ event, data }) => {
    const { user } = store.getState();
    if (event === `${PREFIX}typing`) typing.heard(data);
    if (event !== `${PREFIX}message` || !data.message || !user) return;
    if (data.message.clientNonce) void outbox.settle(data.message.clientNonce);
    if (data.message.senderId !== user.id) marking.delivered(data.message.conversationId || data.conversationId || '', data.message.seq);
  };

  return {
    /** @param {ServerEvent} event as it came */
    receive(event) {
      inbound.receive(event.event === `${PREFIX}typing` ? { event: event.event, data: Object.assign({}, event.data, { now: clock.now() }) } : event);
    },

    /** The store has it. @param {ServerEvent} event @param {{isRepeat: boolean}} options */
    happened(event, options) {
      noticed(event);
      store.flush();
      events.announce(event, 'live', options);
    },

    /** @param {Message} message @param {string} clientNonce */
    acknowledged(message, clientNonce) {
      const data = { conversationId: message.conversationId, message: { ...message, clientNonce }, version: message.version };
      inbound.remember({ event: `${PREFIX}message`, data });
      store.flush();
      events.announce({ event: `${PREFIX}message`, data }, 'live');
    },

    /** @param {import('./types.js').EventData} hello @param {() => void} rejoin */
    hello(hello, rejoin) {
      const { epoch, unreadCount } = store.getState();
      const isOther = Boolean(hello.epoch && epoch && hello.epoch !== epoch);
      if (hello.epoch) store.dispatch({ type: 'epoch', epoch: hello.epoch });
      if (isOther) {
        inbound.clear();
        reload();
      }
      if (typeof hello.unreadCount === 'number' && hello.unreadCount !== unreadCount) {
        store.dispatch({ type: 'unread', unreadCount: hello.unreadCount });
        store.flush();
        events.announce({ event: `${PREFIX}unread`, data: { unreadCount: hello.unreadCount } }, 'sync');
      }
      rejoin();
    },

    /** @param {import('./types.js').State} before @param {import('./types.js').SyncAnswer} answer already in the store */
    synced(before, answer) {
      for (const [conversationId, messages] of Object.entries(answer.messages || {})) {
        for (const message of messages) {
          inbound.remember({ event: `${PREFIX}message`, data: { conversationId, message, version: message.version } });
          if (message.clientNonce) void outbox.settle(message.clientNonce);
        }
      }
      if (before.epoch && answer.epoch !== before.epoch) {
        inbound.clear();
        reload();
      }
      store.flush();
      const news = newsOf(before, answer, { tellsCreated: knowsAll() || hasSynced });
      hasSynced = true;
      for (const event of news) events.announce(event, 'sync');
      inbound.drainAll();
    },

    /** Where we do not know all conversations, sync does not tell of new ones. */
    async refreshLists() {
      const { lists, connection } = store.getState();
      if (!hasSynced || !connection.everConnected || !lists.all.loaded) return;
      await loading.loadConversations('all').catch(() => {});
    },
  };
}
