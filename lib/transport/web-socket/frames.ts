import type { EventEmitter } from 'node:events';
import { isNative } from './send-exception.js';

/** A message of a client. */
export interface Frame {
  /** Its name; undefined for one that cannot be read. */
  readonly event: unknown;
  readonly data: unknown;
  /** What its emitter emitted: the name of the event, and the rest. */
  readonly parameters: [string, ...unknown[]];
}

/** The messages of a client, before any gateway listens to them. */
export interface Frames {
  listen(receive: (frame: Frame) => void): void;
  stop(): void;
  /** Reads no more from the network, as far as the client can stop. */
  pause(): void;
  resume(): void;
}

/** Reads a message of `ws`: the parser of the adapter. */
export type ParseMessage = (data: unknown) => unknown;

/** The part of a client of either kind. */
interface Client extends EventEmitter {
  pause?(): void;
  resume?(): void;
  onAny?(listener: (event: string, ...parameters: unknown[]) => void): void;
  offAny?(listener: (event: string, ...parameters: unknown[]) => void): void;
}

/** The messages of a client of `ws` or socket.io. @param parse - reads messages of `ws`; JSON where the adapter has no parser */
export function framesOf(client: object, parse: ParseMessage = parseJson): Frames {
  return isNative(client) ? framesOfNative(client as object as Client, parse) : framesOfSocketIo(client as Client);
}

function framesOfNative(client: Client, parse: ParseMessage): Frames {
  let listener: ((...parameters: unknown[]) => void) | undefined;
  return {
    listen(receive) {
      listener = (...parameters) => receive({ ...readMessage(parameters[0], parse), parameters: ['message', ...parameters] });
      client.on('message', listener);
    },
    stop: () => void (listener && client.off('message', listener)),
    pause: () => client.pause?.(),
    resume: () => client.resume?.(),
  };
}

function framesOfSocketIo(client: Client): Frames {
  let listener: ((event: string, ...parameters: unknown[]) => void) | undefined;
  return {
    listen(receive) {
      listener = (event, ...parameters) => receive({ event, data: parameters[0], parameters: [event, ...parameters] });
      client.onAny?.(listener);
    },
    stop: () => void (listener && client.offAny?.(listener)),
    pause: () => undefined,
    resume: () => undefined,
  };
}

function readMessage(data: unknown, parse: ParseMessage): Pick<Frame, 'event' | 'data'> {
  try {
    const message: unknown = parse(data);
    const { event, data: content } = Object(message) as Readonly<Record<string, unknown>>;
    return { event, data: content };
  } catch {
    return { event: undefined, data: undefined };
  }
}

function parseJson(data: unknown): unknown {
  return JSON.parse(String(data));
}
