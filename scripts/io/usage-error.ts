/** A command that was called wrongly: exit code 2, where everything else that fails exits with 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
