import { valuesOfFields } from '../../../http/header-field.js';
import { wireRequest } from '../../../http/wire-request.js';
import { FIELD_NAMES, has, type MessageFields, type Place } from './place.js';

/** The HTTP request that brought a message: the tools of `@rekog/mcp-nest` are handlers of messages that arrive over HTTP. */
export const httpRequest: Place = (context): MessageFields | undefined => {
  if (!has(context, 'getRawRequest')) return undefined;
  const request = context.getRawRequest();
  if (typeof request !== 'object' || request === null) return [];
  const { rawHeaders } = wireRequest(request);
  return FIELD_NAMES.map((name) => [name, valuesOfFields(rawHeaders, name)]);
};
