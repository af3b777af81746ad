/**
 * Loads modules without the remark that a dependency of the token library makes on standard error when its native
 * speed-up is not built: standard error is for errors, and nothing here needs that speed.
 */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...words: unknown[]): void => {
    if (!String(words[0]).startsWith('bigint: Failed to load bindings')) warn(...words);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}
