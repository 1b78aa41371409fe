import { type Logger, pino, stdSerializers } from 'pino'

/**
 * What a part of the daemon may say. One event is one line: fields first, then a sentence. Secrets
 * are never passed here; the names under which they could slip in are struck out all the same.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  child(fields: Readonly<Record<string, string>>): Log
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type Level = (typeof LEVELS)[number]

const SECRET_FIELDS = ['secret', 'seed', 'token', 'authorization']
const STDERR = 2

/** JSON lines on stderr, or single readable lines when a person watches. PEDIGREE_LOG sets the level. */
export function createLog(organisation: string): Log {
  const redact = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])
  const options = {
    level: levelOf(process.env['PEDIGREE_LOG']),
    redact,
    base: { organisation },
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
  }
  // Synchronous, so that the line that explains a crash is not lost in it.
  const target = process.stderr.isTTY ? prettyStream() : lineStream()
  return pino(options, target)
}

export function levelOf(text: string | undefined): Level {
  return LEVELS.find((level) => level === text?.toLowerCase()) ?? 'info'
}

/** A line that finds no space is lost: what the node does to the ledger counts, not what it says of it. */
function lineStream() {
  const stream = pino.destination({ dest: STDERR, sync: true })
  stream.on('error', () => undefined)
  return stream
}

const LABELS: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
}

function prettyStream(): { write(line: string): void } {
  return { write: (line) => void process.stderr.write(prettyLine(line)) }
}

/** `12:00:00.000 info  sentence  key=value …` @param line one JSON line of pino */
export function prettyLine(line: string): string {
  const { time, level, msg, organisation, pid: _pid, hostname: _host, ...fields } = JSON.parse(line)
  const clock = new Date(Number(time)).toISOString().slice(11, 23)
  const label = (LABELS[Number(level)] ?? 'info').padEnd(5)
  const shown = Object.entries(fields).map(([key, value]) => `${key}=${fieldText(value)}`)
  return `${[clock, label, `[${organisation}]`, msg ?? '', ...shown].join(' ')}\n`
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value)
}
