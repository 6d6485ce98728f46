import { has, type Place, readFieldsOf } from './place.js';

/** `packet.metadata` of Nest 12's TCP and Redis, and of every other context with `getMetadata()`: that of a transporter of your own. */
export const packetMetadata: Place = (context, reader) => {
  if (!has(context, 'getMetadata')) return false;
  readFieldsOf(context.getMetadata(), reader);
  return true;
};
