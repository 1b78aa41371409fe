import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventPredicate } from '../../../../protocol/records/events/events.ts'
import { runHere } from '../../support/in-process.ts'
import { LiveLedger } from '../../support/live-ledger.ts'
import type { CliRun } from '../../support/run-cli.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

interface Alert {
  readonly id: string
  readonly details: EventPredicate['details']
}

describe('monitoring a deployed model', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  let live: LiveLedger

  const must = async (org: number, ...args: readonly string[]): Promise<string> => {
    const run = await live.run(org, ...args)
    assert.equal(run.code, 0, `${args.join(' ')}: ${run.stderr}`)
    return String(run.json()['id'])
  }
  /** A phase monitoring with these thresholds; its record id. */
  async function bound(org: number, thresholds: readonly object[], ...more: readonly string[]) {
    const file = at(`thresholds-${org}.json`)
    await writeFile(file, JSON.stringify({ thresholds }))
    return must(org, 'phase', 'add', 'org01/base', '--phase', 'monitoring', '--from', file, ...more)
  }
  const monitor = (org: number, ...metrics: readonly string[]) =>
    live.run(org, 'monitor', 'org01/base', ...metrics.flatMap((metric) => ['--metric', metric]))
  const alertsOf = (run: CliRun) => run.json()['alerts'] as readonly Alert[]
  const height = () => live.node.driver.status().height
  const problemOf = (run: CliRun) =>
    run.json()['error'] as {
      readonly code: string
      readonly detail: string
      readonly hint?: string
      readonly crossed?: boolean
    }

  /** org01 owns and deployed the model, org02 is invited. */
  beforeEach(async () => {
    live = await LiveLedger.start(folder())
    await writeFile(at('base'), 'weights')
    await must(1, 'certify', 'model', at('base'), '--dataset', 'unknown', '--reason', 'old')
    await must(1, 'invite', 'base', '--org', 'org02')
    await must(1, 'evaluate', 'base', '--metric', 'accuracy=0.95')
    await must(1, 'deploy', 'base', '--place', 'press 4')
  })
  afterEach(() => live.stop())

  it('signs nothing while every threshold is kept, to equal one included', async () => {
    await bound(1, [
      { field: 'accuracy', min: 0.9 },
      { field: 'drift', max: 0.2, unit: 'sd' },
    ])
    const before = height()
    const kept = await monitor(2, 'accuracy=0.9', 'drift=0.2')
    assert.equal(kept.code, 0, kept.stderr)
    assert.deepEqual([kept.json()['crossed'], alertsOf(kept)], [false, []])
    assert.equal(height(), before)
    const metrics = ['--metric', 'accuracy=0.93', '--metric', 'drift=-0']
    const { stdout } = await live.say(2, 'monitor', 'org01/base', ...metrics)
    assert.match(stdout, /^model org01\/base@1 keeps its thresholds; nothing is signed\n/)
    const line = /accuracy = 0.93 keeps the threshold of person1 \(org01\): at least 0.9 \(record/
    assert.match(stdout, line)
    assert.match(stdout, /drift = 0 sd keeps .*: at most 0.2 sd/)
  })

  it('signs an alert that names value, threshold and whose it is, and exits 1 (M35)', async () => {
    await bound(1, [{ field: 'accuracy', min: 0.9 }])
    const stricter = await bound(2, [{ field: 'accuracy', min: 0.95, max: 0.999 }])
    const args = ['--metric', 'accuracy=0.93', '--at', 'press 4']
    const run = await live.run(1, 'monitor', 'base', ...args)
    assert.equal(run.code, 1)
    const [alert, ...others] = alertsOf(run)
    assert.deepEqual(others, [])
    const told = { metric: 'accuracy', value: 0.93, threshold: 0.95, bound: 'min', phase: stricter }
    assert.deepEqual(alert?.details, { ...told, place: 'press 4' })
    assert.match(
      run.stderr,
      /accuracy = 0.93 CROSSES the threshold of person2 \(org02\): at least 0.95 \(record/,
    )
    assert.match(run.stderr, /All members of test will see:\n.*alerted; it stays deployed/)
    const { statement } = (await live.run(3, 'show', String(alert?.id))).json() as {
      statement?: { predicate: EventPredicate }
    }
    assert.deepEqual(statement?.predicate.details, alert?.details)
    const above = await monitor(2, 'accuracy=1')
    assert.deepEqual(
      alertsOf(above).map(({ details }) => [details['bound'], details['threshold']]),
      [['max', 0.999]],
    )
  })

  it('signs one alert for each threshold that is crossed', async () => {
    const phases = [
      await bound(1, [{ field: 'accuracy', min: 0.9 }]),
      await bound(2, [{ field: 'accuracy', min: 0.95 }]),
    ]
    const before = height()
    const run = await monitor(1, 'accuracy=0.8')
    assert.equal(run.code, 1)
    assert.deepEqual(
      alertsOf(run).map(({ details }) => details['phase']),
      phases,
    )
    assert.equal(height(), before + 2)
  })

  it('goes by what was corrected, and by no more by what it corrects', async () => {
    const first = await bound(1, [{ field: 'accuracy', min: 0.99 }])
    assert.equal((await monitor(1, 'accuracy=0.93')).code, 1)
    const second = await bound(1, [{ field: 'accuracy', min: 0.9 }], '--supersedes', first)
    assert.equal((await monitor(1, 'accuracy=0.93')).code, 0)
    const below = await monitor(1, 'accuracy=0.8')
    assert.deepEqual(
      alertsOf(below).map(({ details }) => details['phase']),
      [second],
    )
  })

  it('cannot decide where nobody bounds a metric, and says what to do', async () => {
    const none = await monitor(1, 'accuracy=0.8')
    assert.deepEqual([none.code, problemOf(none).code], [3, 'no-threshold'])
    assert.match(problemOf(none).detail, /nobody bounds accuracy: the model has no threshold/)
    assert.match(problemOf(none).hint ?? '', /phase template monitoring/)
    await bound(1, [{ field: 'accuracy', min: 0.9 }])
    const other = await monitor(1, 'accuracy=0.8', 'recall=0.8')
    assert.equal(other.code, 3)
    assert.match(problemOf(other).detail, /nobody bounds recall: .* in force for accuracy/)
  })

  it('cannot decide on a node that is behind, and alerts there all the same', async () => {
    await bound(1, [{ field: 'accuracy', min: 0.9 }])
    live.node.driver.behind = 2
    const kept = await monitor(1, 'accuracy=0.95')
    assert.deepEqual([kept.code, kept.json()['crossed']], [3, false])
    const { stdout } = await live.say(1, 'monitor', 'base', '--metric', 'accuracy=0.95')
    assert.match(stdout, /^cannot decide: this node may not know every threshold.*2 blocks behind/s)
    assert.equal(alertsOf(await monitor(1, 'accuracy=0.8')).length, 1)
  })

  it('takes finite numbers for numbers, and nothing else', async () => {
    await bound(1, [{ field: 'accuracy', min: 0.9 }])
    const before = height()
    for (const value of ['NaN', 'Infinity', '-Infinity', '1e400', 'high', '"0.8"', 'true', '']) {
      const run = await monitor(1, `accuracy=${value}`)
      assert.deepEqual([run.code, problemOf(run).code], [2, 'usage'], value)
    }
    assert.equal((await monitor(1, 'accuracy')).code, 2)
    assert.equal((await monitor(1, 'accuracy=0.8', 'accuracy=0.9')).code, 2)
    assert.equal((await live.run(1, 'monitor', 'base')).code, 2)
    assert.equal(height(), before)
  })

  it('tells of the crossing also where the alert may not be signed', async () => {
    await bound(1, [{ field: 'accuracy', min: 0.9 }])
    const before = height()
    const stranger = await monitor(3, 'accuracy=0.8')
    assert.deepEqual([stranger.code, problemOf(stranger).code], [1, 'not-allowed'])
    assert.equal(problemOf(stranger).crossed, true)
    assert.match(problemOf(stranger).detail, /^a threshold is crossed, and no alert/)
    assert.match(stranger.stderr, /accuracy = 0.8 CROSSES/)
    assert.equal(height(), before)
    await must(1, 'event', 'base', 'undeployed', '--set', 'reason=repair')
    const undeployed = await monitor(1, 'accuracy=0.8')
    assert.equal(problemOf(undeployed).code, 'illegal-transition')
  })

  it('says its exit codes in its help', async () => {
    const { stdout } = await runHere(['monitor', '--help'])
    assert.match(stdout, /Exit codes: 0 all thresholds are kept.*1 a threshold is crossed/s)
  })
})
