/**
 * What the real `socket.io-client` sees: one scenario per run, `node scenarios.mjs NAME JSON`, its findings as JSON.
 */
import { io } from "socket.io-client";

const [, , name, given] = process.argv;
const wanted = JSON.parse(given ?? "{}");

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The next `event` of an emitter. */
const next = (/** @type {any} */ emitter, /** @type {string} */ event, within = 10_000) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${within} ms`)), within);
    emitter.once(event, (/** @type {any} */ ...args) => {
      clearTimeout(timer);
      resolve(args[0]);
    });
  });

/** A client of its own, in which nothing is shared with another. */
const client = (token = wanted.token, options = {}) =>
  io(wanted.url, { forceNew: true, auth: token ? { token } : {}, ...wanted.options, ...options });

const transportOf = (/** @type {any} */ socket) => socket.io.engine.transport.name;
const send = (/** @type {any} */ socket, /** @type {string} */ content, more = {}) =>
  socket.emitWithAck("messenger:v4:send", { conversationId: wanted.conversationId, content, ...more });

/**
 * Every event that a client may send, with what it answers.
 * @param {(event: string, ...data: any[]) => Promise<any>} ask
 */
async function eachEvent(ask) {
  const { conversationId } = wanted;
  const sent = await ask("messenger:v4:send", { conversationId, content: "Each" });
  const messageId = sent.data.message.id;
  /** @type {Record<string, any>} */
  const asked = {
    "messenger:v4:edit": { messageId, content: "Changed" },
    "messenger:v4:react": { messageId, emoji: "👍", on: true },
    "messenger:v4:read": { conversationId },
    "messenger:v4:delivered": { conversationId, upToSeq: 1 },
    "messenger:v4:typing": { conversationId, isTyping: true },
    "messenger:typing": { conversationId, isTyping: false },
    "messenger:v4:sync": {},
    "messenger:v4:join-conversation": { conversationId },
    "messenger:v4:leave-conversation": { conversationId },
    "messenger:v4:delete": { messageId },
  };
  /** @type {Record<string, any>} */
  const answers = {};
  for (const [event, data] of Object.entries(asked)) answers[event] = await ask(event, data);
  return answers;
}

/**
 * Sends without a pause until the connection ends: what was acknowledged, what it was told, and how it ended.
 * @param {any} socket
 * @param {string} label how its nonces begin
 * @param {string[]} acknowledged of everybody together
 */
async function busyUntilTheEnd(socket, label, acknowledged) {
  /** @type {any} */
  const found = { told: [], refused: [] };
  socket.on("messenger:v4:going-away", (/** @type {any} */ data) => found.told.push(data));
  const ended = new Promise((resolve) =>
    socket.once("disconnect", (/** @type {string} */ reason, /** @type {any} */ details) => {
      found.reason = reason;
      found.isActive = socket.active;
      found.status = Number(details?.description) || 0; // of a request that failed
      found.code = details?.context?.code ?? null; // of a WebSocket's close
      resolve("ended");
    }),
  );
  for (let number = 0; !found.reason; number += 1) {
    const clientNonce = `${label}-${number}`;
    const answer = await Promise.race([send(socket, clientNonce, { clientNonce }), ended]);
    if (answer.ok) acknowledged.push(clientNonce);
    else if (answer !== "ended") found.refused.push(answer.error.code);
  }
  socket.disconnect();
  return found;
}

const scenarios = {
  /** Signs in, is greeted, sends, hears itself; over whatever the options say. */
  async talks() {
    const socket = client();
    const hello = await next(socket, "messenger:v4:hello");
    const first = transportOf(socket);
    const heard = next(socket, "messenger:v4:message");
    const answer = await send(socket, wanted.content);
    const event = await heard;
    await pause(wanted.settle ?? 500);
    const last = transportOf(socket);
    socket.disconnect();
    return { hello, first, last, answer, event };
  },

  /** Another person's messages come in order while the transport changes beneath. */
  async upgradesInMidTraffic() {
    const receiver = client(wanted.otherToken, { transports: ["polling", "websocket"] });
    const sender = client(wanted.token, { transports: ["websocket"] });
    /** @type {string[]} */
    const seen = [];
    /** @type {string[]} */
    const transports = [];
    receiver.on("messenger:v4:message", (/** @type {any} */ event) => {
      seen.push(event.message.content);
      transports.push(transportOf(receiver));
    });
    await Promise.all([next(receiver, "messenger:v4:hello"), next(sender, "messenger:v4:hello")]);
    for (let index = 0; index < wanted.count; index += 1) {
      sender.emit("messenger:v4:send", { conversationId: wanted.conversationId, content: `${index}` });
      if (index % 10 === 9) await pause(4);
    }
    for (let waited = 0; seen.length < wanted.count && waited < 15_000; waited += 20) await pause(20);
    sender.disconnect();
    receiver.disconnect();
    return { seen, transports: [...new Set(transports)] };
  },

  /** The transport breaks; the client comes back by itself and is greeted anew. */
  async comesBack() {
    const socket = client(wanted.token, { reconnectionDelay: 50, reconnectionDelayMax: 100 });
    const before = await next(socket, "messenger:v4:hello");
    await pause(300);
    const reason = next(socket, "disconnect");
    socket.io.engine.close();
    const after = await next(socket, "messenger:v4:hello");
    const answer = await send(socket, "I am back");
    socket.disconnect();
    return { reason: await reason, isNew: before.connectionId !== after.connectionId, answer };
  },

  /** Each answer an acknowledgement callback gets: done, refused, unknown, binary, none at all. */
  async acknowledges() {
    const socket = client();
    await next(socket, "messenger:v4:hello");
    const ask = (/** @type {string} */ event, /** @type {any[]} */ ...data) => socket.emitWithAck(event, ...data);
    const found = {
      done: await send(socket, wanted.content, { clientNonce: "n1" }),
      refused: await ask("messenger:v4:send", { conversationId: "987654321", content: "Hi" }),
      unknown: await ask("no:such:event", {}),
      noObject: await ask("messenger:v4:read", "text"),
      binary: await ask("messenger:v4:send", { conversationId: wanted.conversationId, content: new Uint8Array(70_000) }),
      nothing: await ask("messenger:v4:presence"),
      each: await eachEvent(ask),
      isConnected: socket.connected,
    };
    socket.disconnect();
    return found;
  },

  /** A wrong or expired token. */
  async isRefused() {
    const socket = client(wanted.token);
    const error = await next(socket, "connect_error");
    await pause(200);
    const found = { message: error.message, data: error.data, isActive: socket.active, isConnected: socket.connected };
    socket.disconnect();
    return found;
  },

  /** No proof at the handshake: an event brings it. */
  async provesLater() {
    const socket = client(null);
    await next(socket, "connect");
    const before = await socket.emitWithAck("messenger:v4:presence", {});
    const hello = next(socket, "messenger:v4:hello");
    const wrong = await socket.emitWithAck("auth", { token: "wrong" });
    const success = next(socket, "auth:success");
    const answer = await socket.emitWithAck("auth", { token: wanted.token });
    const found = { before, wrong, answer, success: await success, hello: await hello };
    socket.disconnect();
    return found;
  },

  /** No proof at all. */
  async neverProves() {
    const socket = client(null);
    await next(socket, "connect");
    const [error, reason] = await Promise.all([next(socket, "auth:error", 15_000), next(socket, "disconnect", 15_000)]);
    await pause(500);
    const found = { error, reason, isActive: socket.active };
    socket.disconnect();
    return found;
  },

  /** Signed out elsewhere: told why, disconnected, and not coming back. */
  async isSignedOut() {
    const socket = client();
    await next(socket, "messenger:v4:hello");
    const told = next(socket, "messenger:v4:session-ended");
    const reason = next(socket, "disconnect");
    const answer = await fetch(`${wanted.url}/api/v4/auth/logout`, {
      method: "POST",
      headers: { Authorization: `Bearer ${wanted.token}`, "Content-Type": "application/json" },
      body: "{}",
    });
    const found = { status: answer.status, told: await told, reason: await reason };
    await pause(1000);
    return { ...found, isConnected: socket.connected, isActive: socket.active };
  },

  /** Many at once, every token in turn; each sends one message. */
  async many() {
    const sockets = Array.from({ length: wanted.count }, (_, index) => client(wanted.tokens[index % wanted.tokens.length]));
    const started = Date.now();
    await Promise.all(sockets.map((socket) => next(socket, "messenger:v4:hello", 60_000)));
    const connectedMs = Date.now() - started;
    const answers = await Promise.all(sockets.map((socket) => socket.emitWithAck("messenger:v4:presence", {})));
    await pause(1500);
    const transports = sockets.map(transportOf);
    sockets.forEach((socket) => socket.disconnect());
    return { connectedMs, ok: answers.filter((answer) => answer.ok).length, transports: [...new Set(transports)] };
  },

  /** Two people, each at a process of their own. */
  async acrossProcesses() {
    const alice = client(wanted.token);
    const bob = io(wanted.otherUrl, { forceNew: true, auth: { token: wanted.otherToken }, ...wanted.options });
    await Promise.all([next(alice, "messenger:v4:hello"), next(bob, "messenger:v4:hello")]);
    const heard = next(bob, "messenger:v4:message");
    await send(alice, wanted.content);
    const event = await heard;
    alice.disconnect();
    bob.disconnect();
    return { event };
  },

  /** Its process dies: it comes back at another one, and hears what is said there. */
  async survives() {
    const socket = client(wanted.token, { reconnectionDelay: 50, reconnectionDelayMax: 200 });
    const place = () => socket.io.engine.id.split(".")[0];
    await next(socket, "messenger:v4:hello");
    process.stdout.write(`${place()}\n`);
    await next(socket, "messenger:v4:hello", 30_000);
    process.stdout.write(`${place()}\n`);
    const event = await next(socket, "messenger:v4:message", 20_000);
    socket.disconnect();
    return { heard: event.message.content };
  },

  /** The server goes down: told when to come back, and the transport closes. */
  async isSentAway() {
    const socket = client();
    await next(socket, "messenger:v4:hello");
    process.stdout.write("ready\n");
    const told = await next(socket, "messenger:v4:going-away", 20_000);
    const reason = await next(socket, "disconnect", 20_000);
    const found = { told, reason, isActive: socket.active };
    socket.disconnect();
    return found;
  },

  /** Several send at once when the server goes down; says when they have begun. */
  async areSentAwayWhileTheySend() {
    const sockets = Array.from({ length: wanted.count }, (_, index) =>
      client(wanted.tokens[index % wanted.tokens.length], { reconnectionDelay: 20_000, randomizationFactor: 0 }),
    );
    await Promise.all(sockets.map((socket) => next(socket, "messenger:v4:hello", 20_000)));
    /** @type {string[]} */
    const acknowledged = [];
    const ends = sockets.map((socket, index) => busyUntilTheEnd(socket, `${wanted.label}${index}`, acknowledged));
    while (acknowledged.length < wanted.from) await pause(20);
    process.stdout.write("busy\n");
    return { ends: await Promise.all(ends), acknowledged };
  },
};

const scenario = /** @type {Record<string, () => Promise<unknown>>} */ (scenarios)[name ?? ""];
if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
process.stdout.write(`${JSON.stringify(await scenario())}\n`);
process.exit(0);
