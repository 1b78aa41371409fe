import { type Digits, IMAGE_PIXELS } from './digits.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

/** A small neural network: 784 pixels, one hidden layer with ReLU, ten digits by softmax. */
export interface Classifier {
  /** [pixel][hidden] */
  readonly hiddenWeights: Float32Array
  readonly hiddenBias: Float32Array
  /** [hidden][digit] */
  readonly digitWeights: Float32Array
  readonly digitBias: Float32Array
}

const HIDDEN = 48
const DIGITS = 10

export interface Training {
  readonly epochs: number
  readonly learningRate: number
  /** Decides the first weights and the order of the examples. */
  readonly seed: number
}

export function newClassifier(seed: number): Classifier {
  const random = mulberry32(seed)
  const spread = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => (random() * 2 - 1) * scale)
  return {
    hiddenWeights: spread(IMAGE_PIXELS * HIDDEN, Math.sqrt(6 / IMAGE_PIXELS) / 2),
    hiddenBias: new Float32Array(HIDDEN),
    digitWeights: spread(HIDDEN * DIGITS, Math.sqrt(6 / HIDDEN) / 2),
    digitBias: new Float32Array(DIGITS),
  }
}

/** Stochastic gradient descent on single examples, in place. The same input gives the same weights on one runtime. */
export function train(classifier: Classifier, digits: Digits, training: Training): void {
  const random = mulberry32(training.seed)
  const order = Array.from(digits.labels.keys())
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    shuffle(order, random)
    for (const example of order) learn(classifier, digits, example, training.learningRate)
  }
}

/** @returns the part of the digits that is recognised, 0 to 1 */
export function accuracy(classifier: Classifier, digits: Digits): number {
  let right = 0
  for (let example = 0; example < digits.labels.length; example++) {
    const { scores } = forward(classifier, pixelsOf(digits, example))
    if (scores.indexOf(Math.max(...scores)) === digits.labels[example]) right++
  }
  return right / digits.labels.length
}

function pixelsOf(digits: Digits, example: number): Uint8Array {
  return digits.pixels.subarray(example * IMAGE_PIXELS, (example + 1) * IMAGE_PIXELS)
}

function forward(
  model: Classifier,
  pixels: Uint8Array,
): { hidden: Float32Array; scores: Float32Array } {
  const hidden = Float32Array.from(model.hiddenBias)
  for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
    const grey = (pixels[pixel] as number) / 255
    // Most of an image is empty paper, which adds nothing.
    if (grey === 0) continue
    const row = pixel * HIDDEN
    for (let unit = 0; unit < HIDDEN; unit++) {
      hidden[unit] = (hidden[unit] as number) + grey * (model.hiddenWeights[row + unit] as number)
    }
  }
  const scores = Float32Array.from(model.digitBias)
  for (let unit = 0; unit < HIDDEN; unit++) {
    const active = Math.max(0, hidden[unit] as number)
    hidden[unit] = active
    if (active === 0) continue
    for (let digit = 0; digit < DIGITS; digit++) {
      scores[digit] =
        (scores[digit] as number) + active * (model.digitWeights[unit * DIGITS + digit] as number)
    }
  }
  return { hidden, scores }
}

function learn(model: Classifier, digits: Digits, example: number, rate: number): void {
  const pixels = pixelsOf(digits, example)
  const { hidden, scores } = forward(model, pixels)
  const error = softmax(scores)
  const label = digits.labels[example] as number
  error[label] = (error[label] as number) - 1
  const hiddenError = new Float32Array(HIDDEN)
  for (let unit = 0; unit < HIDDEN; unit++) {
    const active = hidden[unit] as number
    if (active === 0) continue
    for (let digit = 0; digit < DIGITS; digit++) {
      const at = unit * DIGITS + digit
      hiddenError[unit] =
        (hiddenError[unit] as number) +
        (error[digit] as number) * (model.digitWeights[at] as number)
      model.digitWeights[at] =
        (model.digitWeights[at] as number) - rate * active * (error[digit] as number)
    }
  }
  for (let digit = 0; digit < DIGITS; digit++) {
    model.digitBias[digit] = (model.digitBias[digit] as number) - rate * (error[digit] as number)
  }
  descend(model, pixels, hiddenError, rate)
}

function descend(
  model: Classifier,
  pixels: Uint8Array,
  hiddenError: Float32Array,
  rate: number,
): void {
  for (let unit = 0; unit < HIDDEN; unit++) {
    model.hiddenBias[unit] =
      (model.hiddenBias[unit] as number) - rate * (hiddenError[unit] as number)
  }
  for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
    const step = (rate * (pixels[pixel] as number)) / 255
    if (step === 0) continue
    const row = pixel * HIDDEN
    for (let unit = 0; unit < HIDDEN; unit++) {
      model.hiddenWeights[row + unit] =
        (model.hiddenWeights[row + unit] as number) - step * (hiddenError[unit] as number)
    }
  }
}

function softmax(scores: Float32Array): Float32Array {
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** A small seeded generator: the example's training is repeatable, nothing here needs real chance. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function shuffle(order: number[], random: () => number): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = order[last] as number
    order[last] = order[other] as number
    order[other] = kept
  }
}

export function encodeClassifier(
  model: Classifier,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return encodeSafetensors(
    {
      'hidden.weight': { shape: [IMAGE_PIXELS, HIDDEN], values: model.hiddenWeights },
      'hidden.bias': { shape: [HIDDEN], values: model.hiddenBias },
      'digit.weight': { shape: [HIDDEN, DIGITS], values: model.digitWeights },
      'digit.bias': { shape: [DIGITS], values: model.digitBias },
    },
    metadata,
  )
}

/** @throws Error when the file lacks a tensor of this network */
export function decodeClassifier(file: Uint8Array): Classifier {
  const tensors = decodeSafetensors(file)
  const values = (name: string, length: number): Float32Array => {
    const tensor = tensors[name]
    if (tensor?.values.length !== length)
      throw new Error(`the model has no tensor ${name} of ${length} values`)
    return tensor.values
  }
  return {
    hiddenWeights: values('hidden.weight', IMAGE_PIXELS * HIDDEN),
    hiddenBias: values('hidden.bias', HIDDEN),
    digitWeights: values('digit.weight', HIDDEN * DIGITS),
    digitBias: values('digit.bias', DIGITS),
  }
}
