import assert from 'node:assert/strict'
import fc from 'fast-check'
import { csvRecords } from '../../../cli/bounds/csv.ts'
import { jsonArrayRecords, jsonLineRecords } from '../../../cli/bounds/json-records.ts'
import { type DataRecord, NotThisForm, RECORD_CHARS_MAX } from '../../../cli/bounds/records.ts'

type Reader = (text: AsyncIterable<string>) => AsyncGenerator<DataRecord>

async function* chunksOf(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
}

async function read(reader: Reader, text: string, chunk = 7) {
  const records: Record<string, unknown>[] = []
  for await (const record of reader(chunksOf(text, chunk))) {
    records.push(Object.fromEntries(record))
  }
  return records
}

const csv: Reader = (text) => csvRecords(text)
const lengths = fc.integer({ min: 1, max: 9 })

describe('readers of data', () => {
  describe('of CSV', () => {
    it('give the rows that were written, wherever the chunks end', async () => {
      const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') })
      const row = fc.tuple(cell, cell)
      await fc.assert(
        fc.asyncProperty(fc.array(row), lengths, fc.boolean(), async (rows, chunk, last) => {
          const quoted = rows.map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`))
          const lines = [['x', 'y'], ...quoted].map((cells) => cells.join(',')).join('\r\n')
          const found = await read(csv, last ? `${lines}\r\n` : lines, chunk)
          assert.deepEqual(
            found,
            rows.map(([x, y]) => ({ x, y })),
          )
        }),
      )
    })

    it('read plain fields, and leave out a byte order mark', async () => {
      assert.deepEqual(await read(csv, '\uFEFFa,b\n1,\n,2\n'), [
        { a: '1', b: '' },
        { a: '', b: '2' },
      ])
      assert.deepEqual(await read(csv, ''), [])
      assert.deepEqual(await read(csv, 'a\n'), [])
    })

    it('refuse what RFC 4180 does not have, naming the row', async () => {
      for (const [text, message] of [
        ['a,b\n1\n', /row 2 has 1 fields/],
        ['a\nx"y\n', /row 2 has a quote/],
        ['a\n"x"y\n', /row 2 goes on behind/],
        ['a\n"x', /row 2 ends inside quotes/],
        ['a,a\n', /names "a" twice/],
      ] as const) {
        await assert.rejects(read(csv, text), (error: Error) => {
          assert.ok(error instanceof NotThisForm, text)
          return message.test(error.message)
        })
      }
    })

    it('hold no row without end', async () => {
      const endless = `a\n"${'x'.repeat(RECORD_CHARS_MAX + 1)}`
      await assert.rejects(read(csv, endless, 65_536), /longer than a row can be/)
    })
  })

  const objects = fc.array(
    fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 })),
  )
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

  describe('of JSON', () => {
    it('give the elements of an array that was written, wherever the chunks end', async () => {
      await fc.assert(
        fc.asyncProperty(objects, lengths, fc.boolean(), async (values, chunk, wide) => {
          const text = JSON.stringify(values, null, wide ? 2 : 0)
          assert.deepEqual(plain(await read(jsonArrayRecords, text, chunk)), plain(values))
        }),
      )
    })

    it('give the objects of lines', async () => {
      await fc.assert(
        fc.asyncProperty(objects, lengths, async (values, chunk) => {
          const text = values.map((value) => JSON.stringify(value)).join('\n')
          assert.deepEqual(plain(await read(jsonLineRecords, text, chunk)), plain(values))
        }),
      )
    })

    it('refuse what is no array, naming the element', async () => {
      for (const text of ['{}', '[1,', '[1] x', '[1,,2]', '[}', '', '[{"a":}]']) {
        await assert.rejects(read(jsonArrayRecords, text), NotThisForm, text)
      }
      await assert.rejects(read(jsonArrayRecords, '[1, nope]'), /element 2 is not JSON/)
      await assert.rejects(read(jsonLineRecords, '{}\n{'), /line 2 is not JSON/)
    })

    it('hold no element without end', async () => {
      const endless = `["${'x'.repeat(RECORD_CHARS_MAX)}`
      await assert.rejects(read(jsonArrayRecords, endless, 65_536), /no end in sight/)
      await assert.rejects(read(jsonLineRecords, endless, 65_536), /no end in sight/)
    })
  })
})
