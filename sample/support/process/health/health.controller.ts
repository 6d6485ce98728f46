import { Controller, Get, type INestApplication, Inject } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { AuthHealthIndicator } from 'nest-service-auth';

/** The injection token of the application whose health is reported. */
export const SERVICE = Symbol('service');

/** Reports the health of a service to its operators. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Inject(SERVICE) private readonly service: INestApplication,
  ) {}

  /** Whether the process still answers. A process that does not should be restarted. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  /**
   * Whether the service can receive requests. Its dependencies do not count: while the STS is down, users whose tokens are remembered can still be
   * served. If every pod reported that it is not ready, no user could be.
   */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const listener = this.indicators.check('listener');
    return this.checks.check([() => (this.service.getHttpServer().listening ? listener.up() : listener.down())]);
  }

  /** The health of the servers that authentication depends on: for a monitor that alerts an operator, never for a probe. */
  @Get('dependencies')
  @HealthCheck()
  dependencies(): Promise<HealthCheckResult> {
    const auth = this.authentication();
    return this.checks.check(auth === undefined ? [] : [() => auth.check()]);
  }

  /** Undefined for the STS, which does not use the library to authenticate callers. */
  private authentication(): AuthHealthIndicator | undefined {
    // Not `this.service.get()`: the application ends the process if it has no such provider.
    const modules = this.service.get(ModuleRef);
    try {
      return modules.get(AuthHealthIndicator, { strict: false });
    } catch {
      return undefined;
    }
  }
}
