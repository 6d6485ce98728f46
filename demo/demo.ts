import type { Collector } from './trace/collector.js';

/** The PEM files of a client certificate and its private key. */
export interface ClientCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A service of a demo. It runs in its own process. */
export interface DemoService {
  readonly name: string;
  /** The compiled entry file. */
  readonly main: URL;
  readonly port: number;
  /** A URL that answers with any status once the service is ready. */
  readonly probe: string;
  /** Environment variables of its process, in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A request and the expected answer. */
export interface Step {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  /** Header fields. `$NAME` is a variable of the demo: here, in the form and on the command line that is shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name:password`, for the Basic scheme. */
  readonly user?: string;
  /** The client certificate to send. */
  readonly certificate?: ClientCertificate;
  readonly json?: unknown;
  /** The fields of a form. */
  readonly form?: Readonly<Record<string, string>>;
  readonly expect: Expectation;
  /** Keeps the `access_token` of the answer as the variable of this name. */
  readonly keepToken?: string;
  /** For how many seconds the request is repeated while the answer is not as expected; after a 503, at the time that `Retry-After` tells. */
  readonly patience?: number;
}

/** An expected answer. */
export interface Expectation {
  /** The status. If the TLS handshake should fail, nothing else is compared. */
  readonly status: number | 'handshake failed';
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  /** The whole body: a text, or the value of its JSON. */
  readonly body?: unknown;
  /** Some members of a JSON body, in place of `body`: for a body whose other members are not known in advance. */
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
  /** A line that a service writes to its log. The demo waits for it. */
  readonly logged?: LogLine;
}

/** A check after a request. It counts like a request. */
export interface Inspection {
  readonly title: string;
  readonly inspect: () => Promise<Finding>;
}

/** The result of a check. */
export interface Finding {
  /** The lines to show. */
  readonly shown: readonly string[];
  /** The problems, one line each. */
  readonly wrong: readonly string[];
}

/** A line of a service's log. */
export interface LogLine {
  /** The name of the service. */
  readonly by: string;
  /** A part of the line. */
  readonly text: string;
}

/** PEM texts for the connections of a demo. */
export interface DemoTls {
  readonly ca: string;
  /** The client certificate that the probes send. */
  readonly cert: string;
  readonly key: string;
}

/** A part of a demo with its own score. */
export interface Chapter {
  /** Its title. A demo of one chapter needs none. */
  readonly title?: string;
  readonly steps: readonly (Step | Incident | Inspection)[];
}

/** A demonstration of a sample. */
export interface Demo {
  /** The services in the order in which they start: a service that others depend on comes first. */
  readonly services: readonly DemoService[];
  /** Its chapters, in order. A later chapter can use the tokens that an earlier one has kept. */
  readonly chapters: readonly Chapter[];
  /** The values of the `$NAME`s, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Undefined for services with plain HTTP. */
  readonly tls?: DemoTls;
  /** The file of the CA, for the command lines that are shown. Undefined for services with plain HTTP. */
  readonly caFile?: string;
  /** Commands for a user who wants to continue by hand. */
  readonly suggestions: readonly string[];
  /** The first chapter of a demo with tracing. It checks the spans that the collector receives. Undefined if the services send no traces. */
  readonly trace?: (collector: Pick<Collector, 'spans' | 'waitUntil'>) => Chapter;
}

/** Whether something is a request. */
export function isStep(item: Step | Incident | Inspection): item is Step {
  return 'url' in item;
}

/** Whether something is a check. */
export function isInspection(item: Step | Incident | Inspection): item is Inspection {
  return 'inspect' in item;
}
