import assert from 'node:assert/strict'
import { ENDPOINTS_MAX } from '../../../cli/capture/bounds.ts'
import { Endpoints } from '../../../cli/capture/endpoints.ts'

describe('the endpoints of a run', () => {
  it('are those of others, each once', () => {
    const endpoints = new Endpoints()
    endpoints.bound('/tmp/own.sock')
    endpoints.bound('127.0.0.1:4000')
    for (const address of [
      '203.0.113.7:443',
      '/tmp/own.sock',
      '[::ffff:127.0.0.1]:4000',
      '/run/other.sock',
      '127.0.0.1:4001',
      '203.0.113.7:443',
    ])
      endpoints.connected(address)
    assert.deepEqual(endpoints.ofOthers(), ['203.0.113.7:443', '/run/other.sock', '127.0.0.1:4001'])
  })

  it('are not those of the machine itself on a port that the run took on all addresses', () => {
    const endpoints = new Endpoints()
    endpoints.bound('[::]:29500')
    for (const host of ['127.0.0.1', '127.0.1.1', '[::1]', '::1', 'localhost', '0.0.0.0'])
      endpoints.connected(`${host}:29500`)
    endpoints.connected('203.0.113.7:29500')
    assert.deepEqual(endpoints.ofOthers(), ['203.0.113.7:29500'])
  })

  it('are bounded, and what is beyond is counted', () => {
    const endpoints = new Endpoints()
    for (let i = 0; i < ENDPOINTS_MAX + 3; i++) endpoints.connected(`203.0.113.7:${i}`)
    assert.equal(endpoints.ofOthers().length, ENDPOINTS_MAX)
    assert.equal(endpoints.missed, 3)
  })
})
