import * as z from 'zod';
import { fields, optional, text } from './config/schema.js';
import { isToken } from './http/challenge.js';
import type { WebSocketTokenSource } from './http/web-socket.config.js';
import { cookieSource, eachOnce, headerSource, sourceOf, wrong } from './strategies/token-from.schema.js';

const SHAPES = 'must be { header: "…" }, { auth: "…" }, { subprotocol: "…" }, { cookie: "…" } or { message: "…" }';
const SOURCES: Readonly<Record<string, z.ZodType<WebSocketTokenSource>>> = {
  header: headerSource,
  cookie: cookieSource,
  auth: fields(() => ({ auth: text })),
  subprotocol: fields(() => ({ subprotocol: text.refine(isToken, { error: 'cannot be the name of a subprotocol' }) })),
  message: fields(() => ({ message: text })),
};

const source = sourceOf<WebSocketTokenSource>(SHAPES, 'another source', (value) => {
  const [kind, ...others] = Object.keys(SOURCES).filter((key) => key in value);
  if (others.length > 0) return wrong(`has ${[kind, ...others].join(' and ')}: write a source for each`);
  return SOURCES[kind ?? ''] ?? wrong(SHAPES);
});

const tokenFrom = z
  .array(source)
  .min(1, "must not be empty. Leave it out for the Authorization header field and socket.io's auth.token")
  .superRefine(eachOnce)
  .superRefine((sources, context) => {
    const isMessage = (each: WebSocketTokenSource) => 'message' in each;
    if (sources.filter(isMessage).length > 1) context.addIssue({ code: 'custom', message: 'has several { message } sources: keep one' });
  });

/** The schema of the option `webSocket`. */
export const webSocketSchema = fields(() => ({
  tokenFrom: optional(tokenFrom),
  onExpiry: optional(z.enum(['close', 'refuse'])),
  firstMessageWithin: optional(z.number().positive('must be a number of seconds above 0').max(3600, 'must be 3600 seconds or less')),
  recheck: optional(z.number().min(1, 'must be a number of seconds, 1 or more')),
})).superRefine(({ tokenFrom: sources = [], firstMessageWithin }, context) => {
  if (firstMessageWithin === undefined || sources.some((each) => 'message' in each)) return;
  const message = 'has no effect without a source { message } in tokenFrom. Add one, or remove this field';
  context.addIssue({ code: 'custom', path: ['firstMessageWithin'], message });
});
