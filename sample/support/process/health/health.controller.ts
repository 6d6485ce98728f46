import { Controller, Get, type INestApplication, Inject } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { AuthHealthIndicator } from 'nest-service-auth';

/** The injection token of the application that is asked about. */
export const SERVICE = Symbol('service');

/** How a service is doing, for those who run it. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Inject(SERVICE) private readonly service: INestApplication,
  ) {}

  /** Whether the process still answers: who does not should be started again. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  /**
   * Whether requests should be sent here. What the service depends on has no say in that: while the STS is down, users who are known can still be
   * served, and if every pod said no, nobody could.
   */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const listener = this.indicators.check('listener');
    return this.checks.check([() => (this.service.getHttpServer().listening ? listener.up() : listener.down())]);
  }

  /** How that is which the authentication depends on: for a monitor, which tells somebody, and never for a probe. */
  @Get('dependencies')
  @HealthCheck()
  dependencies(): Promise<HealthCheckResult> {
    const auth = this.authentication();
    return this.checks.check(auth === undefined ? [] : [() => auth.check()]);
  }

  /** The STS authenticates nobody by the library: it has none. */
  private authentication(): AuthHealthIndicator | undefined {
    // Not asked of the application itself, which ends the process when it does not have what it is asked for.
    const modules = this.service.get(ModuleRef);
    try {
      return modules.get(AuthHealthIndicator, { strict: false });
    } catch {
      return undefined;
    }
  }
}
