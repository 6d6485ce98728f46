/** Why a port cannot be listened on: where somebody else does, what can be done about it. */
export function explainListening(error: unknown, port: number, portVariable: string): unknown {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return taken ? `Port ${port} is already in use. Stop the program that uses it, or set ${portVariable} to another port.` : error;
}
