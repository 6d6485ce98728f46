import { fieldsIn, has, type Place } from './place.js';

/** `packet.metadata` of Nest 12's TCP and Redis, and of every other context with `getMetadata()`: that of a transporter of your own. */
export const packetMetadata: Place = (context) => (has(context, 'getMetadata') ? fieldsIn(context.getMetadata()) : undefined);
