import { has, type Place } from './place.js';

/** The headers of a NATS message: pairs of a name and a list of values. A message may have none. */
export const natsHeaders: Place = (context, reader) => {
  if (!has(context, 'getSubject', 'getHeaders')) return false;
  const headers = context.getHeaders();
  if (isIterable(headers)) for (const [name, values] of headers) reader.add(name, values);
  return true;
};

function isIterable(value: unknown): value is Iterable<readonly [unknown, unknown]> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
