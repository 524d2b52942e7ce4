/** The browser's WebSocket, held in the test's hand. */
export function fakeSockets() {
  const made = [];
  const connect = (url) => {
    const raw = {
      url,
      readyState: 0,
      sent: [],
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send(text) {
        raw.sent.push(JSON.parse(text));
      },
      close() {
        raw.readyState = 3;
      },
      /** The server speaks. */
      say(event, data = {}) {
        raw.onmessage({ data: JSON.stringify({ event, data }) });
      },
      answer(ref, data) {
        raw.onmessage({ data: JSON.stringify({ ref, ok: true, data }) });
      },
      refuse(ref, error) {
        raw.onmessage({ data: JSON.stringify({ ref, ok: false, error }) });
      },
      hello(extra = {}) {
        raw.readyState = 1;
        raw.say('messenger:v4:hello', { userId: '1', connectionId: 'c', epoch: 'e1', unreadCount: 0, heartbeatInterval: 30, version: '4', ...extra });
      },
      drop(code = 1006, reason = '') {
        raw.readyState = 3;
        if (raw.onclose) raw.onclose({ code, reason });
      },
      last: (event) => raw.sent.filter((frame) => frame.event === event).pop(),
      all: (event) => raw.sent.filter((frame) => frame.event === event),
    };
    made.push(raw);
    return raw;
  };
  return { connect, made, last: () => made[made.length - 1] };
}
