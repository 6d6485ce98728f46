import type { KeyFiles } from '../sample/support/keys/local-ca.js';
import type { Collector } from './trace/collector.js';

/** A service of a demo, which runs as a process of its own. */
export interface DemoService {
  readonly name: string;
  /** The compiled entry file. */
  readonly main: URL;
  readonly port: number;
  /** An address of it that answers when it is ready, with whatever status. */
  readonly probe: string;
  /** Environment variables of its process, beside those of this one. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One request, and the answer that it should get. */
export interface Step {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  /** Header fields; `$NAME` stands for a variable of the demo, here, in the form and on the command line that is shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** A user name and a password, with a colon between them, for the Basic scheme. */
  readonly user?: string;
  /** The client certificate to show. */
  readonly certificate?: KeyFiles;
  readonly json?: unknown;
  /** The fields of a form. */
  readonly form?: Readonly<Record<string, string>>;
  readonly expect: Expectation;
  /** Keeps the `access_token` of the answer as the variable of this name. */
  readonly keepToken?: string;
  /** For how many seconds an answer that is not as expected is followed by another attempt; after a 503, when its `Retry-After` says so. */
  readonly patience?: number;
}

/** What an answer should be. */
export interface Expectation {
  /** The status; where the connection itself should not come about, nothing else is compared. */
  readonly status: number | 'handshake failed';
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  /** The whole body: a text, or what its JSON says. */
  readonly body?: unknown;
  /** Some members of a body of which not everything is known beforehand; in place of `body`. */
  readonly bodyHas?: Readonly<Record<string, unknown>>;
}

/** Something that happens between two requests. */
export interface Incident {
  readonly title: string;
  /** The name of the service that stops. */
  readonly stop?: string;
  /** The name of the service that starts again. */
  readonly start?: string;
  /** Does something else: changes a file that a service reads, for instance. */
  readonly change?: () => Promise<void>;
  /** What a service writes to its log, sooner or later. */
  readonly logged?: LogLine;
}

/** Something that is looked at after a request, and counts as one. */
export interface Inspection {
  readonly title: string;
  readonly inspect: () => Promise<Finding>;
}

/** What was found. */
export interface Finding {
  /** What there is to see, line by line. */
  readonly shown: readonly string[];
  /** What is not as it should be. */
  readonly wrong: readonly string[];
}

/** A line of a service's log. */
export interface LogLine {
  /** The name of the service. */
  readonly by: string;
  /** What the line has in it. */
  readonly text: string;
}

/** PEM texts for the connections of a demo. */
export interface DemoTls {
  readonly ca: string;
  /** The client certificate that the probes show. */
  readonly cert: string;
  readonly key: string;
}

/** A part of a demo that has its own count. */
export interface Chapter {
  /** What it is about; a demo of one chapter needs none. */
  readonly title?: string;
  readonly steps: readonly (Step | Incident | Inspection)[];
}

/** A sample that can be started and shown. */
export interface Demo {
  /** The services in the order in which they start: one that others ask comes before them. */
  readonly services: readonly DemoService[];
  /** What it goes through, in order. What one chapter keeps the next one has. */
  readonly chapters: readonly Chapter[];
  /** What `$NAME` stands for, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly tls: DemoTls;
  /** The file of the CA, for the command lines that are shown. */
  readonly caFile: string;
  /** What to say to somebody who wants to go on by hand. */
  readonly suggestions: readonly string[];
  /** What a demo with tracing begins with; it looks at what the collector receives. Undefined where the services send no traces. */
  readonly trace?: (collector: Pick<Collector, 'spans' | 'waitUntil'>) => Chapter;
}

/** Whether something is a request. */
export function isStep(item: Step | Incident | Inspection): item is Step {
  return 'url' in item;
}

/** Whether something is looked at. */
export function isInspection(item: Step | Incident | Inspection): item is Inspection {
  return 'inspect' in item;
}
