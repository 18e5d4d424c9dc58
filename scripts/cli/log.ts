/** Logs and progress go to standard error; standard output is for results. */
import { pino, type Logger } from 'pino';

const DEFAULT_LEVEL = 'info';
const LEVELS: readonly string[] = ['silent', ...Object.keys(pino.levels.values)];

/** Lines for people in a terminal, JSON lines elsewhere. */
async function loggerOf(level: string): Promise<Logger> {
  const options = { level, base: null };
  // Synchronous, so that what was logged before a crash is there.
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  // It takes as long to load as a command does.
  const { default: pretty } = await import('pino-pretty');
  const colorize = (process.env['NO_COLOR'] ?? '') === '';
  return pino(options, pretty({ destination: 2, sync: true, colorize, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }));
}

/** `GCTWIN_LOG` sets the level. A level that does not exist is no reason not to start. */
export async function createLogger(): Promise<Logger> {
  const level = process.env['GCTWIN_LOG'] ?? DEFAULT_LEVEL;
  if (LEVELS.includes(level)) return await loggerOf(level);
  const log = await loggerOf(DEFAULT_LEVEL);
  log.warn(`GCTWIN_LOG is ${JSON.stringify(level)}, which is none of ${LEVELS.join(', ')}; it is taken for ${DEFAULT_LEVEL}`);
  return log;
}
