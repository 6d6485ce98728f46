/**
 * The kinds of mistakes in a configuration, each with the words by which its messages are known, in the order in which they are tried.
 * A kind is an entry of docs/errors.md: its code is the anchor there.
 *
 * The words are here and not where the errors are thrown: strategies of the application throw such errors too.
 */
const KINDS = {
  'auth-module':
    /AuthModule is not imported|without forRoot\(\)|finds no AuthModule|is imported twice|not among the global guards|needs exactly one of useFactory|cannot come from a factory/,
  'request-scope': /must be singletons|is request-scoped|is transient/,
  'not-provided': /is not provided|has no method enrich\(\)|must be a class/,
  'uncovered-route': /not covered by any declaration/,
  'nothing-to-inherit': /no entries to inherit/,
  anonymous:
    /\b(end|ends) in '|Put '.*' last|must be the last: what follows|is the only entry\.|has no scheme beside|admits requests without credentials/,
  'wrong-declaration':
    /@\w+Auth stands on|declares no auth|needs an object, not|but only "auth" is allowed|duplicate decorator|@\w+Auth has no effect|which has @\w+Auth, but|requires nothing\.|runs the same function as/,
  'no-guard': /no guard runs|does not protect/,
  'rule-protects-nothing':
    /protects nothing|is listed as open|no route has such a path|no request has such a path|its methods are not those/,
  'rule-pattern':
    /is not a glob|must begin with "\/"|is not a valid regular expression|without trying alternatives|is too complex|is not a method\.|lists "all" beside|is false, but the rule/,
  'called-too-early': /was called before the application was initialized/,
  'optional-package': /needs the optional package|npm install /,
  production: /NODE_ENV is "production"/,
  environment: /environment variable|_FILE are both set|names a file|the file that \w+ names/i,
  'unknown-name': /is not (a )?known|which is not known|is not an option|There is no client|Did you mean|does not have\./,
  'wrong-entry':
    /name of a scheme|is not combined|cannot be combined|combines one entry|An entry is one way|A scheme has one config|has no scheme|has requirements but no scheme|Requirements belong|list of (the )?entries|is (an )?empty( list|\.)?.*(Known configs|would be refused)|is an empty group|in the group already|contains itself|is a reserved name|configKey|is inherited\./,
  'proxy-trust':
    /trusts a header|trusts too many addresses|nothing shows that the proxy|certificates that it did not verify|cannot be a trusted CA|is not an IP address|prefix length/,
  'insecure-connection':
    /uses http:|in clear|begins with https|is for another machine|are sent nowhere else|for ldap|on ldap|older versions are not secure/,
  'no-keys':
    /no key material|several kinds of key material|No token can be verified|is required where the keys|Without signatureConfig|no list of issuers/,
  'weak-key': /weak key|is too short|needs more work than|which must be from|small order|is not Base64|is not hexadecimal/,
  'key-or-certificate':
    /certificate|private key|public key|PEM|PKCS#12|trust store|cannot be used for TLS|revocation list|cipher suite|keyFile|no known algorithm|none that fits|no key that can verify|has a key that|is cut off/i,
  password: /is not a known hash|argon2id|bcrypt|scrypt|is not of the form/,
  file: /cannot read|cannot be read|TOML|is not JSON|there already|\[\[|has no (users|API keys|rules)|has no .* any more|there is no such file|begin each/,
  'unreachable-at-boot': /Without preload|cannot be fetched|metadata/,
  'several-answers': /leave one of them out|remove one of them|omit one|Keep one|has both|exactly one of|is a duplicate|has already/,
  'no-effect': /has no effect|omit it|Leave it out|need mappings|replaces |without mappings/,
  'not-supported':
    /is not supported|must not be used|is refused:|is written by the HTTP client|is a parameter of the protocol|writes it|writes too|which auth writes|before 12\.0\.4 loses|no message can meet|since version 5 only|since Nest 12 only/,
  'missing-value': /has no value|is required|is needed|are needed|is missing|needs a value|needs a /,
  'on-behalf-of': /onBehalfOf|\.attach\(\)|on behalf of a caller/,
  'wrong-value':
    /\b(must|need|needs|cannot|may)\b|carries credentials|is empty|is not (a|an|the|of|valid)\b|is none of|is longer than|contains |has (a|no|several|control) |begins (with|or)|is (a|the|one too many)\b|names |holds |have no|returned /,
} as const satisfies Readonly<Record<string, RegExp>>;

/** The codes of the kinds of mistakes: the anchors of docs/errors.md for an {@link AuthConfigurationError}. */
export const MISTAKE_KINDS: readonly string[] = [...Object.keys(KINDS), 'configuration'];

/** Where the package has its page about errors, as a reader of the message finds it. */
const PAGE = 'node_modules/nest-service-auth/docs/errors.md';

/** What a message ends with: for each kind of mistake in it, its code and the place of its explanation. */
export function helpFor(text: string): string {
  return kindsIn(text)
    .map((kind) => `\n[${kind}] ${PAGE}#${kind}`)
    .join('');
}

/** The kinds of the mistakes in a text, each once: a line is of the first kind whose words it has. */
function kindsIn(text: string): readonly string[] {
  const found = text.split('\n').flatMap((line) => Object.entries(KINDS).find(([, words]) => words.test(line))?.[0] ?? []);
  return found.length === 0 ? ['configuration'] : [...new Set(found)];
}
