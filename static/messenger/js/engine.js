/** The engine: one store, one connection, one set of timers per browser page, however many faces and views use it. */
import { MessengerAPI } from './api.js';
import { createChanging } from './changing.js';
import { browserClock } from './clock.js';
import { createConnection } from './connection.js';
import { exposeDebug } from './debug.js';
import { createDrafts } from './drafts.js';
import { identify } from './identity.js';
import { createInbound } from './inbound.js';
import { createIntake } from './intake.js';
import { listenToPage } from './page-signals.js';
import { createLoading } from './loading.js';
import { newNonce } from './nonces.js';
import { createOutbox } from './outbox.js';
import { openStorage } from './outbox-storage.js';
import { connectPolling } from './long-polling.js';
import { openRestingLink } from './resting-link.js';
import { createPresence } from './presence.js';
import { createMarking } from './marking.js';
import { openSocket } from './socket.js';
import { initialState } from './state/initial.js';
import { reduce } from './state/reduce.js';
import { createStore } from './store.js';
import { createSync } from './sync.js';
import { createTabs } from './tabs.js';
import { createTyping } from './typing.js';
import { createWindowEvents } from './windowevents.js';

/** @typedef {import('./types.js').BootData} BootData */
/** @typedef {import('./types.js').User} User */
/** @typedef {import('./types.js').Conversation} Conversation */
/** @typedef {ReturnType<typeof createEngine>} Engine */

const KEY = Symbol.for('messenger.engine');
const ONLINE = ['websocket', 'polling', 'rest', 'catching-up'];

/** @returns {Engine} the page's one engine, made at first use */
export function getEngine() {
  const page = /** @type {Record<symbol, Engine | undefined>} */ (/** @type {unknown} */ (window));
  const engine = page[KEY] || createEngine();
  page[KEY] = engine;
  return engine;
}

/**
 * @param {object} [parts] what tests bring themselves
 * @param {import('./clock.js').Clock} [parts.clock]
 * @param {MessengerAPI} [parts.api]
 * @param {(url: string) => import('./long-polling.js').Wire} [parts.connect]
 * @param {(url: string) => import('./long-polling.js').Wire} [parts.poll]
 * @param {Window & typeof globalThis} [parts.page]
 * @param {(userId: string) => Promise<import('./outbox-storage.js').OutboxStorage>} [parts.storage]
 */
export function createEngine({ clock = browserClock(), page = window, api = new MessengerAPI({ clock }), connect = (url) => new WebSocket(url), poll = connectPolling, storage = openStorage } = {}) {
  const store = createStore(reduce, initialState(clock.now()));
  const { getState, dispatch } = store;
  const ending = new AbortController();
  const events = createWindowEvents({ target: page, getState });
  /** @type {Promise<User | null> | null} */
  let started = null;
  let opened = Promise.resolve();
  let knowsAll = false;

  /** The open link; the parts below are made before the connection is. */
  const link = () => connection.link();
  /** @param {string} event @param {object} data */
  const say = (event, data) => {
    const live = link();
    return live !== null && live.say(event, data);
  };

  const tabs = createTabs({
    onMessage(message) {
      if (message.type === 'draft') drafts.heard(message.conversationId);
      if (message.type === 'outbox') void outbox.adopt(message.clientNonce);
      if (message.type === 'signed-out' && getState().user) endSession('signed_out');
    },
  });
  const changing = createChanging({ store, api, link });
  const typing = createTyping({ clock, store, say: (conversationId, isTyping) => tellTyping(conversationId, isTyping) });
  const presence = createPresence({ clock, target: page, signal: ending.signal, onChange: () => say('messenger:v4:presence', { status: presence.status() }) });
  const sync = createSync({ store, ask: askSync, knowsAll: () => knowsAll, onApplied: (before, answer) => intake.synced(before, answer), log: { mark: () => inbound.mark(), leftSince: (mark) => inbound.leftSince(mark) } });
  const inbound = createInbound({ clock, store, heal: (ids) => sync.heal(ids), isSyncing: sync.isRunning, announce: (event, options) => intake.happened(event, options) });
  const marking = createMarking({ clock, store, api, changing, say, heal: (id) => sync.heal([id]) });
  const loading = createLoading({ store, api, inbound });
  const drafts = createDrafts({ clock, store, update: changing.update, page, tell: (conversationId) => tabs.post({ type: 'draft', conversationId }) });
  const outbox = createOutbox({
    clock,
    store,
    api,
    link,
    newNonce,
    isOnline: () => ONLINE.includes(connection.mode()),
    lock: tabs.lock,
    onAcknowledged: (message, clientNonce) => intake.acknowledged(message, clientNonce),
    onStored: (clientNonce) => tabs.post({ type: 'outbox', clientNonce }),
  });
  const intake = createIntake({ clock, store, events, inbound, marking, typing, outbox, loading, knowsAll: () => knowsAll });
  const pollMs = () => getState().limits.pollMs;
  /** @param {import('./connection.js').LinkHandlers} handlers */
  const openNative = (handlers) => openSocket({ url: socketUrl(page), clock, connect, presence: presence.status, ...handlers });
  /** @param {import('./connection.js').LinkHandlers} handlers */
  const openPolling = (handlers) => openSocket({ url: page.location.origin, clock, connect: poll, presence: presence.status, ...handlers });
  const connection = createConnection({
    clock,
    openNative,
    openPolling: (handlers) => openRestingLink({ clock, page, open: openPolling, catchUp, pollMs, handlers }),
    catchUp,
    onHello: (hello) => intake.hello(hello, rejoin),
    onEvent: intake.receive,
    onHeartbeat: (answer) => void inbound.compare((answer && answer.positions) || {}),
    onChange: (changes) => connectionChanged(changes),
    onNews: (name, detail) => events.emit(`messenger:${name}`, detail),
    onSessionEnded: endSession,
    pollMs,
  });

  /** @param {import('./types.js').SyncRequest} request */
  async function askSync(request) {
    const live = link();
    return live ? live.request('messenger:v4:sync', request) : api.sync(request);
  }

  async function catchUp() {
    await sync.catchUp();
    inbound.drainAll();
    if (!knowsAll) await intake.refreshLists();
    marking.retry();
    marking.deliverAll();
  }

  function rejoin() {
    const { activeId } = getState();
    if (activeId) say('messenger:v4:join-conversation', { conversationId: activeId });
  }

  /** @param {string} conversationId @param {boolean} isTyping */
  function tellTyping(conversationId, isTyping) {
    if (say('messenger:v4:typing', { conversationId, isTyping })) return;
    if (['polling', 'rest'].includes(connection.mode())) api.sendTyping(conversationId, isTyping).catch(() => {});
  }

  /** @param {Partial<import('./types.js').ConnectionState>} changes */
  function connectionChanged(changes) {
    dispatch({ type: 'connection', changes });
    if (!changes.mode) return;
    store.flush();
    events.emit('messenger:connection', { mode: changes.mode, since: changes.since });
    if (!link()) typing.forgetOthers();
    if (ONLINE.includes(changes.mode)) outbox.kick();
  }

  /** @param {string} reason */
  function endSession(reason) {
    connection.stop();
    if (!getState().sessionEnded) dispatch({ type: 'sessionEnded', reason: reason || 'session_ended' });
    connectionChanged({ mode: 'signed-out', since: clock.now() });
  }

  /** @param {BootData | null} boot */
  async function begin(boot) {
    if (boot) {
      dispatch({ type: 'booted', boot });
      knowsAll = Boolean(boot.positions);
      if (boot.debugHooks) exposeDebug(page, { store, clock });
    }
    const user = await identify({ boot, api, page }).catch(() => null);
    if (!boot || (user && user.id) !== (boot.user && boot.user.id)) dispatch({ type: 'identified', user });
    if (!user) {
      connectionChanged({ mode: 'signed-out', since: clock.now() });
      return null;
    }
    listenToPage({ page, signal: ending.signal, connection, typing, drafts, changing, marking });
    opened = outbox.open(storage(user.id));
    connection.start();
    return user;
  }

  return {
    store,
    api,
    events,
    tabs,
    clock,

    /** Once; later calls get the first one's promise. @param {BootData | null} [boot] */
    start(boot = null) {
      if (!started) started = begin(boot);
      return started;
    },
    whenIdentified() {
      return this.start();
    },

    /** @param {string} id @param {import('./loading.js').Place} [place] @returns {Promise<Conversation>} */
    async openConversation(id, place = {}) {
      this.closeConversation(id);
      dispatch({ type: 'active', id });
      const conversation = await loading.loadConversation(id);
      if (getState().activeId === id) say('messenger:v4:join-conversation', { conversationId: id });
      await loading.loadFor(id, place);
      return conversation;
    },
    /** @param {string} [except] nothing happens where this one is open */
    closeConversation(except) {
      const { activeId } = getState();
      if (!activeId || activeId === except) return;
      typing.stopTyping(activeId);
      void drafts.flush(activeId);
      say('messenger:v4:leave-conversation', { conversationId: activeId });
      dispatch({ type: 'active', id: null });
    },
    loadConversations: loading.loadConversations,
    loadOlder: loading.loadOlder,
    loadNewer: loading.loadNewer,
    loadLatest: loading.loadLatest,
    loadAround: loading.loadAround,
    loadConversation: loading.loadConversation,

    /** @param {import('./outbox.js').Outgoing} outgoing @returns {string} its `clientNonce` */
    send(outgoing) {
      const id = outgoing.conversationId;
      typing.stopTyping(id);
      drafts.sent(id);
      const window = getState().windows[id];
      if (window && window.hasNewer) loading.loadLatest(id).catch(() => {});
      return outbox.send(outgoing);
    },
    retry: outbox.retry,
    discard: outbox.discard,
    /** Also what earlier pages left. @returns {Promise<number>} */
    unsentCount() {
      return this.whenIdentified().then(() => opened).then(outbox.unsentCount);
    },

    edit: changing.edit,
    remove: changing.remove,
    restore: changing.restore,
    react: changing.react,
    update: changing.update,
    deleteConversation: changing.deleteConversation,
    createConversation: changing.createConversation,
    markRead: marking.markRead,
    markUnread: marking.markUnread,

    typingIn: typing.typingIn,
    stopTyping: typing.stopTyping,
    saveDraft: drafts.save,
    draftOf: drafts.of,
    answerDraftOffer: drafts.answerOffer,

    /** @param {string} q @param {string} [conversationId] @param {{signal?: AbortSignal}} [options] */
    searchMessages: (q, conversationId, options) => api.searchMessages(q, conversationId, options),
    /** @param {string} q @param {{role?: string, limit?: number, signal?: AbortSignal}} [options] @returns {Promise<import('./types.js').Contact[]>} */
    findContacts: async (q, { signal, ...filters } = {}) => (await api.getContacts(q, filters, { signal })).contacts,
    /** @param {string} search @param {{signal?: AbortSignal}} [options] */
    async searchConversations(search, options) {
      const page = await api.getConversations({ search }, options);
      dispatch({ type: 'conversations', conversations: page.conversations });
      return /** @type {Conversation[]} */ (page.conversations);
    },

    /** Without an answer; whether it went out. @param {string} event @param {object} data */
    say,
    mode: () => getState().connection.mode,
    tryNow: () => connection.tryNow(),
    /** Somebody signed in again on this page: go on where they are who they were, else start over. */
    async signedInAgain() {
      const { user } = await api.getMe();
      const before = getState().user;
      if (!user || !before || user.id !== before.id) return page.location.reload();
      dispatch({ type: 'sessionEnded', reason: null });
      connection.start();
    },
    /** Saves drafts, ends the session and clears this user's local data; ask first where `unsentCount()` is not 0. */
    async signOut() {
      await drafts.saveAll();
      await api.logOut();
      connection.stop();
      await Promise.all([outbox.clear(), drafts.clear()]);
      tabs.post({ type: 'signed-out' });
      dispatch({ type: 'signedOut' });
      connectionChanged({ mode: 'signed-out', since: clock.now() });
    },
    /** Leaves nothing behind. */
    destroy() {
      connection.stop();
      ending.abort();
      tabs.close();
      marking.clear();
      inbound.clear();
    },
  };
}

/** @param {Window & typeof globalThis} page */
function socketUrl({ location }) {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/ws/messenger/`;
}
