import { FIELD_NAMES, has, member, type Place } from './place.js';

/** The metadata of a call of gRPC, whose names are in lower case. Node's http2 keeps the first of several `authorization` fields. */
export const grpcMetadata: Place = (call, reader) => {
  if (!has(call, 'getPeer')) return false;
  const metadata = member(call, 'metadata');
  const get = member(metadata, 'get');
  if (typeof get === 'function') for (const name of FIELD_NAMES) reader.add(name, get.call(metadata, name));
  return true;
};
