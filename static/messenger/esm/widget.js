/** What the face `MessengerWidgetV4` loads. */
export { MessengerWidgetV4 } from '../js/messenger-widget-v4.js';
