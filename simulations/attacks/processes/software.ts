import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { finding, judge, type Outcome } from '../attack.ts'
import { mentions, type ProcessStage, refuses, type Said, says } from './stage.ts'

const run = promisify(execFile)
const UNKNOWN_DATA = ['--dataset', 'unknown', '--reason', 'a test'] as const
const ARCHITECTURE = `components:
  - name: prepare
    kind: normalise
    processes: [python prepare.py]
    software: [{purl: "pkg:pypi/cleaner@1.4.0"}]
software: []
configuration: []
`

/** T-G2: a script and a library of the preprocessing are not what they were when it was certified. */
export async function modifyScript(stage: ProcessStage): Promise<Outcome> {
  const code = stage.path('g2-prepare')
  await stage.write('g2-prepare/prepare.py', 'print("normalise")\n')
  await stage.write('g2-prepare/README', 'how to prepare\n')
  const from = await stage.write('g2-architecture.yaml', ARCHITECTURE)
  const pipeline = await stage.certify(1, 'pipeline', code, '--from', from)
  const first = await modelOf(stage, 1, 'g2-first', ['--pipeline', pipeline])
  const second = await modelOf(stage, 2, 'g2-second', ['--pipeline', pipeline])
  await stage.write('g2-prepare/prepare.py', 'print("normalise")\nimport os  # and more\n')
  await stage.write('g2-newer.yaml', ARCHITECTURE.replace('1.4.0', '1.4.1'))
  const modified = await stage.pedigree(1, 'verify', code)
  const affected = await stage.pedigree(3, 'affected', pipeline)
  const newer = await stage.certify(
    1,
    'pipeline',
    code,
    '--from',
    stage.path('g2-newer.yaml'),
    '--name',
    'g2-prepare@2',
  )
  const diff = await stage.pedigree(3, 'diff', pipeline, newer)
  const { changed = [] } = (modified.answer['difference'] ?? {}) as { changed?: string[] }
  const captured = await captureTwice(stage)
  return judge([
    says('the modified script', modified, 'modified'),
    finding(changed.join() === 'prepare.py', `the changed file is named: ${changed.join()}`),
    finding(
      mentions(affected, first) && mentions(affected, second),
      'the models of both organisations that were made with it are listed',
    ),
    finding(
      mentions(diff, 'software/pkg:pypi/cleaner","a":"1.4.0","b":"1.4.1"'),
      'another version of the library shows in the difference of the two certificates',
    ),
    finding(
      mentions(captured, '"path":"capture/code/dirty","b":'),
      'so does a script that was changed after its commit, in what was captured',
    ),
  ])
}

const SCRIPT = `import { writeFileSync } from 'node:fs'
writeFileSync('g2-model.bin', 'weights')
`

/** Two captured runs of one script, changed in between without a commit. @returns their difference */
async function captureTwice(stage: ProcessStage): Promise<Said> {
  const folder = stage.path('g2-repository')
  await stage.write('g2-repository/train.mjs', SCRIPT)
  await stage.write('g2-repository/.gitignore', '*.bin\n*.yaml\n')
  const git = (...args: readonly string[]) => run('git', ['-C', folder, ...args])
  await git('init', '-q')
  await git('add', '.')
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.org']
  await git(...author, 'commit', '-q', '-m', 'first')
  const command = ['--as', 'model', '--output', 'g2-model.bin', '--', process.execPath, 'train.mjs']
  for (const version of ['1', '2']) {
    const draft = await stage.capture(folder, `run-${version}`, ...command)
    await stage.certify(4, 'model', '--from', draft, '--name', `g2-captured@${version}`)
    await stage.write('g2-repository/train.mjs', SCRIPT.replace('weights', 'spying weights'))
  }
  return stage.pedigree(3, 'diff', 'org4/g2-captured@1', 'org4/g2-captured@2')
}

/** T-S2: a framework turns out to be vulnerable, long after models were made with it. */
export async function warnOfFramework(stage: ProcessStage): Promise<Outcome> {
  const software = (version: string) => ['--software', `pkg:pypi/torch@${version}`]
  const base = await modelOf(stage, 1, 's2-base', software('2.3.0'))
  const child = await modelOf(stage, 2, 's2-child', ['--parent', base, ...software('2.4.1')])
  const grandchild = await modelOf(stage, 3, 's2-grand', ['--parent', child])
  // The same package, spelt as if it were another.
  const disguised = await modelOf(stage, 1, 's2-disguised', ['--software', 'pkg:pypi/Torch@2.2.2'])
  const sound = await modelOf(stage, 2, 's2-sound', software('2.4.1'))
  const about = ['--package', 'pkg:pypi/torch', '--versions', '<2.3.1', '--id', 'torch-gradients']
  await stage.pedigree(4, 'advisory', 'publish', ...about, '--summary', 'wrong gradients')
  const affected = await stage.pedigree(3, 'advisory', 'affected', 'torch-gradients')
  const file = stage.path('s2-grand.bin')
  const flagged = await stage.pedigree(3, 'verify', file)
  const policy = await stage.write('s2-policy.yaml', 'advisories: {refuse: affected}\n')
  const refused = await stage.pedigree(3, 'verify', file, '--policy', policy)
  const hush = ['withdraw', 'torch-gradients', '--reason', 'it hurts our model']
  const hushed = await stage.pedigree(1, 'advisory', ...hush)
  const well = await stage.pedigree(2, 'verify', stage.path('s2-sound.bin'))
  return judge([
    finding(
      [base, child, grandchild].every((id) => mentions(affected, id)),
      'the model, its child and its grandchild in three organisations are listed',
    ),
    finding(mentions(affected, disguised), 'so is one whose package was spelt in another way'),
    finding(!mentions(affected, sound), 'a model of a version that is well is not'),
    says('a grandchild: an advisory flags and forbids nothing', flagged, 'verified'),
    finding(mentions(flagged, 'advisory torch-gradients'), 'but verify names the advisory'),
    says('whoever refuses by a policy of his own', refused, 'refused-by-policy'),
    refuses('another organisation, that withdraws the advisory', hushed, 'not-allowed'),
    finding(!mentions(well, 'torch-gradients'), 'and says nothing of it where it does not concern'),
  ])
}

async function modelOf(
  stage: ProcessStage,
  organisation: number,
  name: string,
  flags: readonly string[],
): Promise<string> {
  const path = await stage.write(`${name}.bin`, `weights of ${name}`)
  return stage.certify(organisation, 'model', path, ...UNKNOWN_DATA, ...flags)
}
