/** A service of a demo, which runs as a process of its own. */
export interface DemoService {
  readonly name: string;
  /** The compiled entry file. */
  readonly main: URL;
  readonly port: number;
  /** An address of it that answers when it is ready, with whatever status. */
  readonly probe: string;
}

/** One request, and the answer that it should get. */
export interface Step {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  /** Header fields; `$NAME` stands for a variable of the demo, here and on the command line that is shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly expect: Expectation;
}

/** What an answer should be. */
export interface Expectation {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body: a text, or what its JSON says. */
  readonly body: unknown;
}

/** PEM texts for the connections of a demo. */
export interface DemoTls {
  readonly ca: string;
  /** The client certificate that the probes show. */
  readonly cert: string;
  readonly key: string;
}

/** A sample that can be started and shown. */
export interface Demo {
  /** The services in the order in which they start: one that others ask comes before them. */
  readonly services: readonly DemoService[];
  readonly steps: readonly Step[];
  /** What `$NAME` stands for, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly tls: DemoTls;
  /** The file of the CA, for the command lines that are shown. */
  readonly caFile: string;
  /** What to say to somebody who wants to go on by hand. */
  readonly suggestions: readonly string[];
}
