import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** The codings that are asked for. @see RFC 9110 §12.5.3 */
export const ACCEPTED_CODINGS = 'gzip, deflate, br';

/** Bytes that arrive. */
export type Chunks = AsyncIterable<Buffer>;

/** Makes the unpacker of a body by the first byte of it. */
type Unpacker = (first: number | undefined) => Transform;

const UNPACKERS: Readonly<Record<string, Unpacker>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  // By its name it is the format of zlib. Some servers send it without the header of zlib, whose first byte ends in 8. RFC 1950 §2.2
  deflate: (first = 8) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
};

/** The packed answer is damaged or cut off. */
export class DamagedCodingError extends Error {}

/** Leaves a body as it is. */
export const PLAIN = (plain: Chunks): Chunks => plain;

/** Finds how to unpack a body by its `content-encoding`; undefined for a coding that was not asked for. Several codings on top of each other are such a one. */
export function unpackerFor(coding: string | readonly string[] | undefined): ((packed: Chunks) => Chunks) | undefined {
  const name = String(coding ?? 'identity')
    .trim()
    .toLowerCase();
  if (name === 'identity') return PLAIN;
  const unpacker = Object.hasOwn(UNPACKERS, name) ? UNPACKERS[name] : undefined;
  return unpacker === undefined ? undefined : (packed) => unpack(packed, unpacker);
}

/** Unpacks on demand: a reader that stops reading stops the unpacking. */
async function* unpack(packed: Chunks, unpacker: Unpacker): AsyncGenerator<Buffer> {
  const source = packed[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return;
  const all = async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => source };
  };
  const plain: Readable = pipeline(all, unpacker(first.value[0]), () => {});
  try {
    yield* plain as Chunks;
  } catch (error) {
    // Its code and nothing else: the message may say what is in the answer.
    throw new DamagedCodingError(String((error as { readonly code?: unknown }).code));
  }
}
