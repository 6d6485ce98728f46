/** Explains why an application cannot listen on a port, and what to do if another program uses it. */
export function explainListening(error: unknown, port: number, portVariable: string): unknown {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return taken ? `Port ${port} is already in use. Stop the program that uses it, or set ${portVariable} to another port.` : error;
}
