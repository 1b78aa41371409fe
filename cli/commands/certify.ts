import type { Command } from 'commander'
import { Option } from 'commander'
import type { ArtefactDescription } from '../../protocol/records/statement.ts'
import type { Run } from '../program.ts'
import { certifyDataset } from './certify-dataset.ts'
import { certifyModel } from './certify-model.ts'
import {
  DEFAULT_TIMEOUT,
  digestOption,
  durationOption,
  examples,
  integerOption,
  repeatedOption,
  TIMEOUT_FLAG,
  TIMEOUT_TEXT,
} from './options.ts'

/** Flags that both kinds of certificate have. */
export interface CertifyFlags {
  readonly name?: string
  readonly title?: string
  readonly description?: string
  readonly share: ArtefactDescription['share']
  readonly salted?: boolean
  readonly key?: string
  readonly yes?: boolean
  readonly timeout: number
  readonly wait: boolean
  readonly offline?: boolean
  readonly out?: string
  readonly nonce?: number
  readonly evidence?: readonly string[]
}

export function addCertifyCommands(program: Command, run: Run): void {
  const certify = program
    .command('certify')
    .description('sign the birth certificate of an artefact')
  withCommonFlags(certify.command('dataset <path>'))
    .description('hashes, stores, signs, submits, and waits for the commit')
    .option('--source <text>', 'where the data comes from')
    .option('--licence <text>', 'under which licence')
    .addHelpText(
      'after',
      examples(
        'pedigree certify dataset ./digits --name digits@1 --share members',
        'pedigree certify dataset ./patients.csv --salted',
        'pedigree certify dataset ./digits --offline --out digits.record.json',
      ),
    )
    .action(run(certifyDataset))
  withCommonFlags(certify.command('model <path>'))
    .description("the model's birth certificate, with what it was made from")
    .option('--dataset <id>', 'a dataset on the ledger, or: unknown', repeatedOption)
    .option('--reason <text>', 'why the dataset is unknown')
    .option('--parent <id>', 'a model on the ledger that this one was made from', repeatedOption)
    .option('--external <uri>', 'a parent that is not on the ledger: URI[@REVISION]')
    .option('--sha256 <digest>', 'digest of the external parent, if known', digestOption)
    .addOption(
      new Option('--relation <kind>', 'how the parents were used')
        .choices(['finetune', 'adapter', 'quantized', 'merge', 'distilled'])
        .default('finetune'),
    )
    .option('--model-id <uuid>', 'a UUID that the model has already (default: a fresh one)')
    .option('--import <file>', 'take name, ids and payload from a Listing 1.1 document')
    .addHelpText(
      'after',
      examples(
        'pedigree certify model ./base.safetensors --dataset org1/digits@1 --share members',
        'pedigree certify model ./child.safetensors --dataset 3fa9 --parent org2/base@1 --relation finetune',
        'pedigree certify model ./m.gguf --dataset unknown --reason "trained before we kept records" --external hf://acme/base@4f2c',
      ),
    )
    .action(run(certifyModel))
}

function withCommonFlags(command: Command): Command {
  return command
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
    .option('--evidence <item>', 'attach proof: KIND:SHA256[:LOCATION]', repeatedOption)
    .option('--key <file>', 'who signs (default: the only person of this home)')
    .option('--yes', 'do not ask before signing')
    .option(TIMEOUT_FLAG, TIMEOUT_TEXT, durationOption, durationOption(DEFAULT_TIMEOUT))
    .option('--no-wait', 'return once the node has admitted it, which promises nothing')
    .option('--offline', 'sign without a node; --out takes the signed record')
    .option('--out <file>', 'where the signed record goes (with --offline)')
    .option(
      '--nonce <n>',
      'with --offline: a number not used by this key before',
      integerOption(1, 2 ** 49),
    )
}
