import { type Command, Option } from 'commander'
import { cliError } from '../../cli-error.ts'
import { integerOption, repeatedOption } from '../options.ts'
import { withEvidenceFlag, withSigningFlags } from '../signing-flags.ts'

export function withCommonFlags(command: Command): Command {
  const flags = command
    .option('--name <name>', 'NAME[@VERSION] (default: the name of the file, version 1)')
    .option('--title <text>', 'what people call it')
    .option('--description <text>', 'what it is')
    .addOption(
      new Option(
        '--share <level>',
        'local: the bytes stay here; members: any member may fetch them',
      )
        .choices(['local', 'members'])
        .default('local'),
    )
    .option('--salted', 'publish a salted digest, for content that could be guessed')
    .option('--software <purl>', 'a package that made it: pkg:TYPE/NAME@VERSION', repeatedOption)
  return withSigningFlags(withEvidenceFlag(flags))
    .option('--offline', 'sign without a node; --out takes the signed record')
    .option('--out <file>', 'where the signed record goes (with --offline)')
    .option(
      '--nonce <n>',
      'with --offline: a number not used by this key before',
      integerOption(1, 2 ** 49),
    )
}

export function withInputFlags(command: Command): Command {
  return withSubsetFlags(
    command.option('--input <id>', 'what it was made from, or: unknown', repeatedOption),
  )
}

export function withSubsetFlags(command: Command): Command {
  return command
    .option('--reason <text>', 'why something is unknown')
    .option(
      '--subset <id=file>',
      'only part of that input was used; the file lists which',
      repeatedOption,
    )
}

export function withDataFlags(command: Command): Command {
  return command
    .option('--type <text>', 'what kind of data it is')
    .option('--licence <text>', 'under which licence')
    .option('--bounds <file>', 'field, min, max and unit, checked in CSV and JSON (YAML or JSON)')
}

/** @throws CliError `usage` where neither a path nor a draft says what to certify */
export function pathOf(path: string | undefined): string {
  if (path !== undefined) return path
  throw cliError('usage', 'nothing was named that could be certified', {
    hint: 'name a file or a directory, or a draft with --from',
  })
}

/** What a captured run made: the draft says the rest. */
export interface DraftFlags {
  readonly from?: string
  readonly output?: string
  readonly allowFailed?: boolean
}

export function withDraftFlags(command: Command): Command {
  return command
    .option('--from <draft>', 'what `pedigree run` saw, and you filled in')
    .option('--output <path>', 'with --from: which of the outputs')
    .option('--allow-failed', 'with --from: also of a command that failed')
}

/** How a list of members looks; at the end of a help text. */
export const SUBSET_HELP = `
A subset is certified with the list of its members, by digest. FILE has one name of a file a line, for
a directory; for a file, a first line \`of N\` (how many entries it has) and one index a line, from 0.
`
