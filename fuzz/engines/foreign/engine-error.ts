/** An engine is not there or cannot be used. The message is a sentence that names the way out. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
