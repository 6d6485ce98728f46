/** A client of `ws`. */
export interface NativeClient {
  readonly readyState: number;
  send(text: string): void;
  close(code: number, reason?: string): void;
}

/** A client of socket.io. */
export interface SocketIoClient {
  emit(event: string, data: unknown): void;
  disconnect(close: boolean): void;
}

const OPEN = 1;

/** Whether a client is one of `ws`. Its `emit` sends nothing. */
export function isNative(client: object): client is NativeClient {
  const { readyState, send } = client as Partial<NativeClient>;
  return typeof readyState === 'number' && typeof send === 'function';
}

/** Whether a client is still connected. */
export function isConnected(client: object): boolean {
  return isNative(client) ? client.readyState === OPEN : (client as { readonly connected?: boolean }).connected !== false;
}

/** Sends an `exception` event, in the form that both adapters of Nest have. */
export function sendException(client: object, data: object): void {
  sendEvent(client, 'exception', data);
}

/** Sends an event to a client of either kind. */
export function sendEvent(client: object, event: string, data: object): void {
  if (isNative(client)) {
    if (client.readyState === OPEN) client.send(JSON.stringify({ event, data }));
  } else (client as Partial<SocketIoClient>).emit?.(event, data);
}

/**
 * Ends a connection; with socket.io that to its namespace, because those to others have credentials of their own.
 *
 * @param code - the close code of `ws`; socket.io has none.
 * @see RFC 6455 §7.4.2
 */
export function disconnect(client: object, code: number, reason?: string): void {
  const { disconnect: leave, close } = client as Partial<SocketIoClient & NativeClient>;
  if (!isNative(client) && leave !== undefined) leave.call(client, false);
  else close?.call(client, code, reason);
}
