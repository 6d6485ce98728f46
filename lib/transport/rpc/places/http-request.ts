import { valuesOfFields } from '../../../http/header-field.js';
import { wireRequest } from '../../../http/wire-request.js';
import { FIELD_NAMES, has, type Place } from './place.js';

/** The HTTP request that brought a message: the tools of `@rekog/mcp-nest` are handlers of messages that arrive over HTTP. */
export const httpRequest: Place = (context, reader) => {
  if (!has(context, 'getRawRequest')) return false;
  const request = context.getRawRequest();
  if (typeof request !== 'object' || request === null) return true;
  const { rawHeaders } = wireRequest(request);
  for (const name of FIELD_NAMES) reader.add(name, valuesOfFields(rawHeaders, name));
  return true;
};
