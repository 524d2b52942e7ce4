/** What `MessengerSocket.js` loads: no more than it needs. */
export { MessengerSocket } from '../js/messenger-socket.js';
