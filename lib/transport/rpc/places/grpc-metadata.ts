import { FIELD_NAMES, has, member, type Place } from './place.js';

/** The metadata of a call of gRPC, whose names are in lower case. Node's http2 keeps the first of several `authorization` fields. */
export const grpcMetadata: Place = (call) => {
  if (!has(call, 'getPeer')) return undefined;
  const metadata = member(call, 'metadata');
  const get = member(metadata, 'get');
  if (typeof get !== 'function') return [];
  return FIELD_NAMES.map((name) => [name, get.call(metadata, name)] as const);
};
