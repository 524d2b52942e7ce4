/** The canonical entry: every class of the promised URLs, by name. */
export { MessengerAPI } from '../js/api.js';
export { MessengerSocket } from '../js/messenger-socket.js';
export { MessengerState } from '../js/messenger-state.js';
export { getEngine } from '../js/engine.js';
