/** The class of the classic face, for modules. */
import './faces/MessengerState.js';

/** @type {any} */
export const MessengerState = /** @type {any} */ (globalThis).MessengerState;
