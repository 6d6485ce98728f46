import { fieldsIn, has, member, type Place } from './place.js';

/** The user properties of an MQTT 5 message. A name may occur several times: its value is a list then. @see MQTT 5 §3.3.2.3.7 */
export const mqttProperties: Place = (context) =>
  has(context, 'getPacket', 'getTopic') ? fieldsIn(member(member(context.getPacket(), 'properties'), 'userProperties')) : undefined;
