import { has, member, type Place, readFieldsOf } from './place.js';

/** The user properties of an MQTT 5 message. A name may occur several times: its value is a list then. @see MQTT 5 §3.3.2.3.7 */
export const mqttProperties: Place = (context, reader) => {
  if (!has(context, 'getPacket', 'getTopic')) return false;
  readFieldsOf(member(member(context.getPacket(), 'properties'), 'userProperties'), reader);
  return true;
};
