import { type Command, Option } from 'commander'
import { evaluationFromDraft } from '../../from-draft/evaluation.ts'
import { PIPELINE_EXAMPLE } from '../../signing/certificate/pipeline-file.ts'
import { digestOption, examples, repeatedOption } from '../options.ts'
import type { Run } from '../run-handler.ts'
import { withSigningFlags } from '../signing-flags.ts'
import { certifyArtefact } from './certify-artefact.ts'
import { certifyDataset } from './certify-dataset.ts'
import {
  SUBSET_HELP,
  withCommonFlags,
  withDataFlags,
  withDraftFlags,
  withInputFlags,
  withSubsetFlags,
} from './certify-flags.ts'
import { certifyModel } from './certify-model.ts'
import { certifyPipeline } from './certify-pipeline.ts'
import { certifyRawData } from './certify-raw-data.ts'

export function addCertifyCommands(program: Command, run: Run): void {
  const certify = program
    .command('certify')
    .description('sign the birth certificate of an artefact')
  addRawData(certify, run)
  addDataset(certify, run)
  addModel(certify, run)
  addEvaluation(certify, run)
  addPipeline(certify, run)
  addArtefact(certify, run)
}

function addRawData(certify: Command, run: Run): void {
  withDraftFlags(withDataFlags(withCommonFlags(certify.command('raw-data [path]'))))
    .description('data as it was acquired: with --source and --acquisition, or --from a draft')
    .option('--source <text>', 'where the data comes from')
    .option('--acquisition <text>', 'how it was acquired')
    .option('--sensor <text>', 'which sensor measured it')
    .addHelpText(
      'after',
      examples(
        'pedigree certify raw-data ./june.csv --source "press 4" --acquisition "logged each cycle" --bounds limits.yaml',
      ),
    )
    .action(run(certifyRawData))
}

function addDataset(certify: Command, run: Run): void {
  withDraftFlags(withDataFlags(withInputFlags(withCommonFlags(certify.command('dataset [path]')))))
    .description('a dataset, with what it was made from and by which steps')
    .option('--source <text>', 'where the data comes from')
    .option('--acquisition <text>', 'how it was acquired')
    .option('--steps <file>', 'method, parameters, software of each step that made it (YAML, JSON)')
    .addHelpText('after', SUBSET_HELP)
    .addHelpText(
      'after',
      examples(
        'pedigree certify dataset ./digits --name digits@1 --share members',
        'pedigree certify dataset ./clean --input june.csv@1 --subset june.csv@1=rows.txt --steps steps.yaml',
        'pedigree certify dataset --from clean.draft.yaml',
        'pedigree certify dataset ./patients.csv --salted',
        'pedigree certify dataset ./digits --offline --out digits.record.json',
      ),
    )
    .action(run(certifyDataset))
}

function addModel(certify: Command, run: Run): void {
  withDraftFlags(withSubsetFlags(withCommonFlags(certify.command('model [path]'))))
    .description("the model's birth certificate, with what it was made from")
    .option('--dataset <id>', 'a dataset on the ledger, or: unknown, or: none', repeatedOption)
    .option('--parent <id>', 'a model on the ledger that this one was made from', repeatedOption)
    .option('--external <uri>', 'a parent that is not on the ledger: URI[@REVISION]')
    .option('--sha256 <digest>', 'digest of the external parent, if known', digestOption)
    .addOption(
      new Option('--relation <kind>', 'how the parents were used')
        .choices(['finetune', 'adapter', 'quantized', 'merge', 'distilled'])
        .default('finetune'),
    )
    .option('--pipeline <id>', 'the pipeline on the ledger that made it')
    .option('--licence <text>', 'under which licence')
    .option('--model-id <uuid>', 'a UUID that the model has already (default: a fresh one)')
    .option('--import <file>', 'take name, ids and payload from a Listing 1.1 document')
    .addHelpText('after', SUBSET_HELP)
    .addHelpText(
      'after',
      examples(
        'pedigree certify model ./base.safetensors --dataset org1/digits@1 --pipeline train@1 --share members',
        'pedigree certify model --from train.draft.yaml',
        'pedigree certify model ./child.safetensors --dataset 3fa9 --parent org2/base@1 --relation finetune',
        'pedigree certify model ./m.gguf --dataset unknown --reason "trained before we kept records" --external hf://acme/base@4f2c',
      ),
    )
    .action(run(certifyModel))
}

function addEvaluation(certify: Command, run: Run): void {
  withSigningFlags(certify.command('evaluation'))
    .description('the phase evaluation of the model that a captured run read, with its metrics')
    .requiredOption('--from <draft>', 'what `pedigree run` saw, and you filled in')
    .option('--allow-failed', 'also of a command that failed')
    .addHelpText('after', examples('pedigree certify evaluation --from evaluate.draft.yaml'))
    .action(run(evaluationFromDraft))
}

function addPipeline(certify: Command, run: Run): void {
  withInputFlags(withCommonFlags(certify.command('pipeline <path>')))
    .description('how models are made: components in their order, software, settings, needs')
    .requiredOption('--from <file>', 'components, software, configuration (YAML or JSON)')
    .addHelpText('after', PIPELINE_EXAMPLE)
    .addHelpText(
      'after',
      examples('pedigree certify pipeline ./train --name train@1 --from architecture.yaml'),
    )
    .action(run(certifyPipeline))
}

function addArtefact(certify: Command, run: Run): void {
  withInputFlags(withCommonFlags(certify.command('artefact <path>')))
    .description('an artefact of a type that this network declared; `status` shows them')
    .requiredOption('--type <name>', 'the declared type')
    .option('--set <name=value>', 'something that it says', repeatedOption)
    .addOption(new Option('--from <draft>').hideHelp())
    .addHelpText(
      'after',
      examples(
        'pedigree certify artefact ./card.md --type model-card --input base@1 --set language=en',
      ),
    )
    .action(run(certifyArtefact))
}
