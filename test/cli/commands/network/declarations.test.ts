import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseGenesis } from '../../../../protocol/chain/genesis.ts'
import { isRejection } from '../../../../protocol/rejection.ts'
import { runHere } from '../../support/in-process.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { ScriptedLedger } from '../../support/scripted-ledger.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const TYPES = `
- name: model-card
  version: 1
  initial: draft
  states: [draft, approved]
  transitions:
    - {event: approved, from: [draft], to: approved, by: owner, details: [reviewer]}
`
const RULES = `
- {id: scale-first, rule: before, first: normalise, second: train}
- {id: no-leak, rule: forbids, kind: peek}
`

const errorOf = ({ json }: CliRun) =>
  json().error as { readonly code: string; readonly detail: string }

describe('what a network declares of its own', function () {
  this.timeout(60_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  beforeEach(async () => {
    await mkdir(folder(), { recursive: true })
    await writeFile(at('types.yaml'), TYPES)
    await writeFile(at('rules.yaml'), RULES)
  })

  async function create(...flags: string[]): Promise<CliRun> {
    const identity = at('acme.json')
    await runHere(['--home', at('acme'), 'init', '--org', 'acme', '--person', 'alice'])
    await runHere(['--home', at('acme'), 'identity', '--out', identity])
    const made = ['network', 'create', 'test', '--member', identity, '--out', at('genesis.json')]
    return runHere(['--json', ...made, ...flags])
  }

  it('is in the genesis, and told in words to whoever joins', async () => {
    const created = await create('--types', at('types.yaml'), '--architecture', at('rules.yaml'))
    assert.equal(created.code, 0, created.stderr)
    const genesis = parseGenesis(new Uint8Array(await readFile(at('genesis.json'))))
    assert.ok(!isRejection(genesis))
    assert.equal(genesis.document.artefactTypes?.[0]?.name, 'model-card')
    assert.equal(genesis.document.architectureRules?.length, 2)
    const joined = await runHere(['--home', at('acme'), 'network', 'join', at('genesis.json')])
    assert.match(joined.stdout, /type model-card, version 1: begins as draft/)
    assert.match(joined.stdout, /approved by the owner: draft to approved; tells reviewer/)
    assert.match(joined.stdout, /pipelines: scale-first: normalise runs before train/)
    assert.match(joined.stdout, /pipelines: no-leak: peek must not be there/)
  })

  it('is refused with the line where it is wrong', async () => {
    await writeFile(at('types.yaml'), TYPES.replace('by: owner', 'by: nobody'))
    const types = await create('--types', at('types.yaml'))
    assert.equal(types.code, 1)
    assert.match(errorOf(types).detail, /types\.yaml, line 7.*\/0\/transitions\/0\/by/)
    await writeFile(at('rules.yaml'), '{id: a}')
    const rules = await create('--architecture', at('rules.yaml'))
    assert.equal(errorOf(rules).code, 'bad-document')
    await assert.rejects(readFile(at('genesis.json')), { code: 'ENOENT' })
  })

  it('makes artefacts of its types, and calls a pipeline invalid before it is signed', async () => {
    const flags = ['--types', at('types.yaml'), '--architecture', at('rules.yaml')]
    const ledger = await ScriptedLedger.create(at('net'), ...flags)
    try {
      await writeFile(at('card.md'), '# card')
      const args = ['certify', 'artefact', at('card.md'), '--type', 'model-card']
      const drafted = await ledger.run(...args, '--from', at('n.draft.yaml'))
      assert.equal(errorOf(drafted).code, 'usage')
      assert.match(drafted.stderr, /without a draft.*try: name what it was made from with --input/s)
      const unknown = ['--input', 'unknown', '--reason', 'lost', '--set', 'language=en']
      const { code, json, stderr } = await ledger.run(...args, ...unknown)
      assert.equal(code, 0, stderr)
      assert.match(stderr, /of type model-card/)
      const record = ledger.committed.get(String(json().id))
      assert.ok(record?.type === 'artefact')
      const { type, content } = record.statement.predicate
      assert.deepEqual([type, content], ['model-card', { language: 'en' }])
      ledger.states.set(record.id, 'draft')
      const approve = ['event', record.id, 'approved', '--set', 'reviewer=carol']
      assert.equal((await ledger.run(...approve)).code, 0)
      const backwards = {
        components: [
          { name: 'fit', kind: 'train', processes: [] },
          { name: 'scale', kind: 'normalise', processes: [] },
        ],
        software: [],
        configuration: [],
      }
      await writeFile(at('a.json'), JSON.stringify(backwards))
      const pipeline = ['certify', 'pipeline', at('a.json'), '--from', at('a.json')]
      const warned = await ledger.run(...pipeline)
      assert.equal(errorOf(warned).code, 'declined')
      assert.match(warned.stderr, /breaks the rule "scale-first: normalise runs before train"/)
      assert.equal((await ledger.run(...pipeline, '--yes')).code, 0)
    } finally {
      await ledger.node.close()
    }
  })
})
