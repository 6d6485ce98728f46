import { has, type MessageFields, type Place } from './place.js';

/** The headers of a NATS message: pairs of a name and a list of values. A message may have none. */
export const natsHeaders: Place = (context) => {
  if (!has(context, 'getSubject', 'getHeaders')) return undefined;
  const headers = context.getHeaders();
  return isIterable(headers) ? headers : [];
};

function isIterable(value: unknown): value is MessageFields {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
