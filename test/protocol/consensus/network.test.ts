import fc from 'fast-check'
import { faultsTolerated } from '../../../protocol/chain/committee.ts'
import { CommitteeOfMachines } from './committee-of-machines.ts'

/** A committee, who of it is faulty, and what the network does before it heals. */
const story = fc.integer({ min: 4, max: 7 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    faulty: fc.uniqueArray(fc.nat(size - 1), { maxLength: faultsTolerated(size) }),
    script: fc.array(fc.nat(1_000_000), { maxLength: 1_000, size: 'max' }),
  }),
)

describe('a committee of machines', () => {
  it('agrees on one valid block, by a quorum and without forgotten locks, whatever the network and f members do', () => {
    fc.assert(
      fc.property(story, ({ size, faulty, script }) => {
        const committee = new CommitteeOfMachines(size, faulty)
        for (const choice of script) committee.play(choice)
        committee.heal()
        for (const member of committee.members) committee.assertReplay(member)
      }),
      { numRuns: 300 },
    )
  })

  it('decides in view 0 when nobody is faulty and nothing is lost', () => {
    for (const size of [1, 2, 3, 4, 7, 13]) {
      const committee = new CommitteeOfMachines(size, [])
      committee.heal()
      for (const { proof } of committee.members)
        if (proof?.view !== 0) throw new Error(`${size} members need view ${proof?.view}`)
    }
  })
})
