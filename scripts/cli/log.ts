/** Logs and progress go to standard error; standard output is for results. */
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

/** Lines for people in a terminal, JSON lines elsewhere. `GCTWIN_LOG` sets the level, `info` unless told. */
export function createLogger(): Logger {
  const level = process.env['GCTWIN_LOG'] ?? 'info';
  const options = { level, base: null };
  // Synchronous, so that what was logged before a crash is there.
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  return pino(options, pretty({ destination: 2, sync: true, colorize: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }));
}
