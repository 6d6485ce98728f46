import { portFrom } from '../port.js';

/** Exits with 0 if the service in this container is ready: the health check of Docker runs a program. */
const port = portFrom(process.env, 'HEALTH_PORT', 8080);
const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
process.exitCode = ok ? 0 : 1;
