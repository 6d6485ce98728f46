import type { ConfigurationProblem } from '../errors.js';
import type { UnannotatedPolicy } from '../resolved-options.js';

/** The error message for uncovered routes: their list and the cure. */
export function describeUncovered(routes: readonly string[]): ConfigurationProblem {
  const count = routes.length === 1 ? '1 route is' : `${routes.length} routes are`;
  const list = routes.map((route) => `    ${route}`).join('\n');
  const cure =
    "  Put @ServiceAuth({ auth: [...] }) on the controller or @ResourceAuth({ auth: [...] }) on the handler, or { auth: false } to open it;\n  or set defaultAuth, or unannotated: 'deny' | 'allow', in AuthModule.forRoot().";
  return { path: '', message: `${count} not covered by any declaration:\n${list}\n${cure}` };
}

/** One line for the operator about the uncovered routes that `unannotated` tolerates. */
export function describeTolerated(routes: readonly string[], unannotated: UnannotatedPolicy): string {
  const outcome =
    unannotated === 'allow'
      ? 'Open to everyone, unless their own guards refuse'
      : 'Refused to everyone, because no declaration covers them';
  return `${outcome} (unannotated: '${unannotated}'): ${routes.join(', ')}`;
}
