/** A tensor of 32-bit floats in row-major order. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

const LENGTH_BYTES = 8
const ALIGNMENT_BYTES = 8
const FLOAT_BYTES = 4

/**
 * Writes the safetensors format: u64 little-endian header length, JSON header padded with spaces,
 * then the tensors back to back without holes. Metadata maps strings to strings.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const begin = end
    end += values.length * FLOAT_BYTES
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] }
  }
  const json = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(json.length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
  const file = Buffer.alloc(LENGTH_BYTES + headerBytes + end, ' ')
  file.writeBigUInt64LE(BigInt(headerBytes), 0)
  json.copy(file, LENGTH_BYTES)
  let offset = LENGTH_BYTES + headerBytes
  for (const { values } of Object.values(tensors)) {
    for (const value of values) offset = file.writeFloatLE(value, offset)
  }
  return file
}

/** @throws Error when the bytes are not a safetensors file of 32-bit floats */
export function decodeSafetensors(file: Uint8Array): Record<string, Tensor> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const headerBytes = bytes.length < LENGTH_BYTES ? Number.NaN : Number(bytes.readBigUInt64LE(0))
  const data = LENGTH_BYTES + headerBytes
  if (!(data <= bytes.length)) throw new Error('not a safetensors file: the header does not fit')
  const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, data)) as Record<
    string,
    TensorHeader
  >
  const tensors: Record<string, Tensor> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const [begin, end] = entry.data_offsets
    if (entry.dtype !== 'F32' || data + end > bytes.length)
      throw new Error(`tensor ${name} is not F32 within the file`)
    const values = new Float32Array((end - begin) / FLOAT_BYTES)
    for (let i = 0; i < values.length; i++)
      values[i] = bytes.readFloatLE(data + begin + i * FLOAT_BYTES)
    tensors[name] = { shape: entry.shape, values }
  }
  return tensors
}

interface TensorHeader {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}
