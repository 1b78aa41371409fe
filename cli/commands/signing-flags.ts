import type { Command } from 'commander'
import { EVIDENCE_KINDS } from '../../protocol/records/certificates/evidence-kinds.ts'
import { repeatedOption, timeoutOption } from './options.ts'

export function withSigningFlags(command: Command): Command {
  return command
    .option('--key <file>', 'who signs (default: the only person of this home)')
    .option('--yes', 'do not ask before signing')
    .addOption(timeoutOption())
    .option('--no-wait', 'return once the node has admitted it, which promises nothing')
}

const KINDS_HELP = `
Kinds of evidence (or a word of yours; nobody checks what the evidence says, its digest tells which it is):
${Object.entries(EVIDENCE_KINDS)
  .map(([kind, meaning]) => `  ${kind.padEnd(20)}  ${meaning}`)
  .join('\n')}
`

export function withEvidenceFlag(command: Command): Command {
  return command
    .option('--evidence <item>', 'attach proof: KIND:SHA256[:LOCATION]', repeatedOption)
    .addHelpText('after', KINDS_HELP)
}
