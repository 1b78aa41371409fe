import { pino } from 'pino'
import type { Log } from '../../../daemon/log.ts'

export function silentLog(): Log {
  return pino({ level: process.env['PEDIGREE_LOG'] ?? 'silent' })
}
