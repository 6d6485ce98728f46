import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthEventSink, type DenialEvent, type StepReport } from '../auth-event.js';
import { quotedTextOf } from '../errors.js';
import { CondensedLog } from '../operator/condensed-log.js';
import { afterColon, oneLine, quoted } from '../operator/log-text.js';
import { OperatorLog } from '../operator/operator-log.js';
import { OutageLog } from '../operator/outage-log.js';
/**
 * Writes denials to Nest's logger: a warning, or an error where something was unavailable. The first of a kind (route, status and
 * reasons) is written in full. A flood after it becomes one summary per second and route; an outage is written when it begins and
 * when it is over.
 */
@Injectable()
export class LoggerEventSink extends AuthEventSink implements OnApplicationShutdown {
  private readonly log = new OperatorLog('AuthGuard');
  private readonly denials = new CondensedLog(this.log);
  private readonly outages = new OutageLog(this.log);

  denied(event: DenialEvent): void {
    const line = () => formatDenial(event);
    if (event.status === 503) this.outages.tell(unavailableOf(event), `${event.route} ${kindOf(event)}`, line);
    else this.denials.tell('warn', event.route, kindOf(event), line);
  }

  /** Writes what was counted but not reported yet. */
  onApplicationShutdown(): void {
    this.denials.flush();
    this.outages.flush();
  }
}

/**
 * One line that says what was denied and why: `401 OrderController.create (POST /order): sts rejected (expired)`; with its explanation
 * below it, where there is one.
 */
export function formatDenial({ status, code, route, steps, explanation = [] }: DenialEvent): string {
  const what = steps.length === 0 ? code : steps.map(formatStep).join('; ');
  return [`${status} ${route}: ${what}`, ...explanation.map((line) => `  ${line}`)].map(oneLine).join('\n');
}

function formatStep({ scheme, outcome, reason, detail, username, cause }: StepReport): string {
  const who = username === undefined ? '' : ` ${quoted(username)}`;
  const why = afterColon(cause === undefined ? detail : quotedTextOf(cause));
  return `${scheme} ${outcome}${who} (${reason}${why})`;
}

/** Without the caller, the detail and the cause: otherwise a caller could create any number of kinds. */
function kindOf({ status, code, steps }: DenialEvent): string {
  const what = steps.length === 0 ? code : steps.map(({ scheme, outcome, reason }) => `${scheme} ${outcome} (${reason})`).join('; ');
  return `${status} ${what}`;
}

function unavailableOf({ code, steps }: DenialEvent): string {
  const schemes = steps.flatMap(({ scheme, outcome }) => (outcome === 'unavailable' ? [scheme] : []));
  return schemes.length === 0 ? code : schemes.join(', ');
}
