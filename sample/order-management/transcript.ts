import { readFile } from 'node:fs/promises';

/** The session of the guide: every request with its exact answer. */
export interface Transcript {
  /** The guide's own tokens, by the name of the user. */
  readonly tokens: { readonly counter: string; readonly admin: string };
  readonly steps: readonly TranscriptStep[];
}

/** One request of the session. */
export interface TranscriptStep {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  /** The user whose token is sent. */
  readonly as?: keyof Transcript['tokens'];
  readonly json?: unknown;
  readonly expect: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

/** Reads the session. */
export async function readTranscript(): Promise<Transcript> {
  return JSON.parse(await readFile(new URL('./transcript.json', import.meta.url), 'utf8'));
}
